package catalog

import (
	"testing"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// evening is a Monday in November, 21:00 in Seoul.
var evening = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// refusals are the codes with which the store refuses to sell the large americano with ice.
func (c *counter) refusals(made cafe, store int64) []string {
	c.t.Helper()
	var codes []string
	c.read(func(tx *database.Tx) error {
		found, err := place.Directory{}.Store(c.t.Context(), tx, org, store)
		if err != nil {
			return err
		}
		_, err = Resolve(c.t.Context(), tx, org, found, []Wanted{{Variant: made.large, Options: []Choice{{made.ice, 1}}}})
		if refused := fault.As(err); refused != nil {
			for _, field := range refused.Fields {
				codes = append(codes, field.Code)
			}
			return nil
		}
		return err
	})
	return codes
}

type available struct {
	Revision int64 `json:"revision"`
	SoldOut  []struct {
		Variant string    `json:"variant_id"`
		Option  string    `json:"option_id"`
		Day     string    `json:"day"`
		Ends    time.Time `json:"ends_at"`
	} `json:"sold_out"`
}

// shown says whether the till shows the large americano, or ice, as sold out.
func (c *counter) shown(made cafe) (large, ice bool) {
	c.t.Helper()
	var menu MenuView
	c.as("cashier").Do("GET", "/v1/stores/"+c.gangnam+"/menu", nil).Want(c.t, 200).Into(c.t, &menu)
	for _, product := range menu.Products {
		for _, variant := range product.Variants {
			large = large || variant.ID == VariantID.Format(made.large) && variant.SoldOut != nil
		}
	}
	for _, group := range menu.OptionGroups {
		for _, option := range group.Options {
			ice = ice || option.ID == OptionID.Format(made.ice) && option.SoldOut
		}
	}
	return large, ice
}

func TestSoldOutEndsByItself(t *testing.T) {
	t.Parallel()
	variant := func(made cafe) map[string]any {
		return map[string]any{"variant_ids": []string{VariantID.Format(made.large)}}
	}
	option := func(made cafe) map[string]any {
		return map[string]any{"option_ids": []string{OptionID.Format(made.ice)}}
	}
	for _, dialect := range databasetest.Dialects {
		for _, row := range []struct {
			name   string
			items  func(cafe) map[string]any
			until  string
			ends   time.Time
			holds  time.Duration // and no longer; 0 for ever
			code   string
			option bool
		}{
			{name: "a variant until the business day ends", items: variant, until: "day", holds: 8*time.Hour - 1, code: "catalog.sold_out"},
			{name: "a variant until a time", items: variant, until: "time", ends: evening.Add(time.Hour), holds: time.Hour - 1, code: "catalog.sold_out"},
			{name: "a variant until somebody says so", items: variant, until: "cleared", code: "catalog.sold_out"},
			{name: "an option until the business day ends", items: option, until: "day", holds: 8*time.Hour - 1, code: "catalog.option_sold_out", option: true},
		} {
			t.Run(dialect.String()+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				watch := clock.At(evening)
				db := databasetest.Open(t, dialect, watch)
				c := newCounter(t, db)
				made := c.cafe()
				path := "/v1/stores/" + c.gangnam + "/sold-out"
				body := row.items(made)
				body["sold_out"], body["until"] = true, row.until
				if !row.ends.IsZero() {
					body["ends_at"] = row.ends
				}
				var now available
				c.as("cashier").Do("PUT", path, body).Want(t, 200).Into(t, &now)
				if len(now.SoldOut) != 2 { // the syrup is sold out everywhere
					t.Fatalf("sold out are %+v", now.SoldOut)
				}
				again := func() { // marking twice is marking once
					c.as("cashier").Do("PUT", path, body).Want(t, 200).Into(t, &now)
				}
				if again(); len(now.SoldOut) != 2 {
					t.Errorf("sold out are %+v", now.SoldOut)
				}
				wantSold := func(when string, sold bool) {
					t.Helper()
					large, ice := c.shown(made)
					codes := c.refusals(made, gangnam)
					switch {
					case sold && (large || ice || len(codes) > 0):
						t.Errorf("%s it is refused with %v", when, codes)
					case !sold && (large == row.option || ice != row.option || len(codes) != 1 || codes[0] != row.code):
						t.Errorf("%s it is shown as %v, %v and refused with %v", when, large, ice, codes)
					}
					if codes := c.refusals(made, jongno); len(codes) != 1 || codes[0] != "catalog.not_sold" {
						t.Errorf("%s another store says %v", when, codes)
					}
				}
				wantSold("at once", false)
				if row.holds == 0 {
					watch.Advance(300 * 24 * time.Hour)
					wantSold("after months", false)
					body["sold_out"] = false
					delete(body, "until")
					c.as("cashier").Do("PUT", path, body).Want(t, 200)
					wantSold("when it is sold again", true)
					return
				}
				watch.Advance(row.holds.Truncate(time.Microsecond))
				wantSold("to the last moment", false)
				watch.Advance(time.Microsecond)
				wantSold("afterwards", true)
			})
		}
	}
}

func TestAvailabilityIsPolledForLittle(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCounter(t, db)
		made := c.cafe()
		path := "/v1/stores/" + c.gangnam
		menu, first := c.as("cashier").Do("GET", path+"/menu", nil).Want(t, 200), c.as("cashier").Do("GET", path+"/availability", nil).Want(t, 200)
		for name, tag := range map[string]string{"menu": menu.Header.Get("ETag"), "availability": first.Header.Get("ETag")} {
			c.as("cashier").Do("GET", path+"/"+name, nil, "If-None-Match", tag).Want(t, 304)
		}
		c.as("manager").Do("PUT", path+"/sold-out", map[string]any{"sold_out": true, "variant_ids": []string{VariantID.Format(made.large)}}).
			WantCode(t, 403, "auth.forbidden")
		c.as("owner").Do("PUT", path+"/sold-out", map[string]any{"sold_out": true, "variant_ids": []string{VariantID.Format(made.large)}}).
			Want(t, 200)
		for name, tag := range map[string]string{"menu": menu.Header.Get("ETag"), "availability": first.Header.Get("ETag")} {
			c.as("cashier").Do("GET", path+"/"+name, nil, "If-None-Match", tag).Want(t, 200)
		}
		c.read(func(tx *database.Tx) error {
			entries, err := journal.OfSubject(t.Context(), tx, org, made.large, 0, 10)
			if err == nil && (len(entries) != 1 || entries[0].Kind != "sold_out.set" || entries[0].Store != gangnam) {
				t.Errorf("the journal has %+v", entries)
			}
			return err
		})
	})
}

func TestSoldOutRefuses(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCounter(t, db)
		made := c.cafe()
		large := []string{VariantID.Format(made.large)}
		for _, row := range []struct {
			name, caller, store string
			body                map[string]any
			status              int
			code                string
		}{
			{"nothing", "cashier", c.gangnam, map[string]any{"sold_out": true}, 422, "catalog.sold_out_items"},
			{"a variant that there is not", "cashier", c.gangnam, map[string]any{"sold_out": true, "variant_ids": []string{"var_1"}}, 404, "id.unknown"},
			{"a variant as an option", "cashier", c.gangnam, map[string]any{"sold_out": true, "option_ids": []string{OptionID.Format(made.large)}}, 404, "id.unknown"},
			{"a time that has passed", "cashier", c.gangnam, map[string]any{"sold_out": true, "variant_ids": large, "until": "time", "ends_at": "2020-01-01T00:00:00Z"}, 422, "catalog.sold_out_end"},
			{"a time in years", "cashier", c.gangnam, map[string]any{"sold_out": true, "variant_ids": large, "until": "time", "ends_at": "2999-01-01T00:00:00Z"}, 422, "catalog.sold_out_end"},
			{"until a time that is not said", "cashier", c.gangnam, map[string]any{"sold_out": true, "variant_ids": large, "until": "time"}, 422, "catalog.sold_out_end"},
			{"a time without until", "cashier", c.gangnam, map[string]any{"sold_out": true, "variant_ids": large, "ends_at": "2027-01-01T00:00:00Z"}, 422, "catalog.sold_out_end"},
			{"a store of others", "cashier", c.jongno, map[string]any{"sold_out": true, "variant_ids": large}, 403, "auth.forbidden"},
			{"another organisation", "stranger", c.gangnam, map[string]any{"sold_out": true, "variant_ids": large}, 404, "id.unknown"},
		} {
			c.as(row.caller).Do("PUT", "/v1/stores/"+row.store+"/sold-out", row.body).WantCode(t, row.status, row.code)
		}
	})
}
