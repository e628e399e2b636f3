package place_test

import (
	"context"
	"testing"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
)

func TestRegistrationNumbersHaveACheckDigit(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"the number that Samsung Electronics publishes is valid", "124-81-00998", "124-81-00998"},
		{"the number that Naver publishes is valid without hyphens", "2208162517", "220-81-62517"},
		{"a wrong last digit is refused", "124-81-00999", ""},
		{"two digits that changed places are refused", "214-81-00998", ""},
		{"nine digits are refused", "124-81-0099", ""},
		{"letters are refused", "124-81-0099A", ""},
		{"other digits than ASCII's are refused", "１２４８１００９９８", ""},
		{"zeros are nobody's number", "000-00-00000", ""},
		{"nothing is refused", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, valid := place.CheckRegistrationNumber(row.text); got != row.want || valid != (row.want != "") {
				t.Errorf("got %q %v", got, valid)
			}
		})
	}
}

func TestTheBusinessDayEndsAtTheCutOver(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, zone string
		cutover    int
		at, want   string
	}{
		{"noon belongs to its day", "Asia/Seoul", 300, "2026-11-23T03:00:00Z", "2026-11-23"},
		{"two in the morning belongs to the day before", "Asia/Seoul", 300, "2026-11-22T17:00:00Z", "2026-11-22"},
		{"a minute before five belongs to the day before", "Asia/Seoul", 300, "2026-11-22T19:59:59Z", "2026-11-22"},
		{"five in the morning begins the day", "Asia/Seoul", 300, "2026-11-22T20:00:00Z", "2026-11-23"},
		{"without a cut-over midnight begins the day", "Asia/Seoul", 0, "2026-11-22T15:00:00Z", "2026-11-23"},
		{"the first of January at two is still the old year", "Asia/Seoul", 300, "2026-12-31T17:00:00Z", "2026-12-31"},
		{"the store's zone counts, not Seoul's", "America/New_York", 300, "2026-11-23T03:00:00Z", "2026-11-22"},
		{"the clock's wall time counts when summer time begins", "America/New_York", 300, "2026-03-08T09:00:00Z", "2026-03-08"},
		{"the clock's wall time counts when summer time ends", "America/New_York", 300, "2026-11-01T09:59:00Z", "2026-10-31"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, row.at)
			if err != nil {
				t.Fatal(err)
			}
			store := place.Store{Zone: row.zone, CutoverMinutes: row.cutover}
			if got := store.BusinessDate(at); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

func TestTheIdentityIsTheOneOfTheDay(t *testing.T) {
	t.Parallel()
	merchant := place.Merchant{Identities: []place.Identity{
		{ValidFrom: "2026-01-01", Name: "first"}, {ValidFrom: "2026-07-01", Name: "second"},
	}}
	for day, want := range map[string]string{
		"2025-12-31": "first", "2026-01-01": "first", "2026-06-30": "first", "2026-07-01": "second", "2027-01-01": "second",
	} {
		if got := merchant.At(day).Name; got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
}

func merchantInput() place.MerchantInput {
	return place.MerchantInput{Country: "KR", Identity: place.Identity{
		ValidFrom: "2026-01-01", RegistrationNumber: "1248100998", Name: "단골커피", Representative: "김단골",
		Address: "서울시 마포구", Phone: "02-123-4567", BusinessType: "음식점업", BusinessItem: "커피", Taxation: place.General,
	}}
}

func storeInput(merchant int64) place.StoreInput {
	return place.StoreInput{
		MerchantID: place.MerchantID.Format(merchant), Code: "MAPO", Name: "마포점", Zone: "Asia/Seoul", Currency: "KRW",
		TaxMode: place.Inclusive, Hours: []place.Hours{{Weekday: 1, Opens: 540, Closes: 1320}}, ClosingDays: []string{"2026-12-25"},
	}
}

// found makes an organisation with a merchant and a store.
func found(t *testing.T, db *database.DB) (org, merchant, store int64) {
	t.Helper()
	org, merchant, store = db.NewID(), db.NewID(), db.NewID()
	write(t, db, func(tx *database.Tx) error {
		if err := place.CreateOrganisation(t.Context(), tx, org, "단골", lang.Korean); err != nil {
			return err
		}
		if err := place.CreateMerchant(t.Context(), tx, org, 7, merchant, merchantInput()); err != nil {
			return err
		}
		return place.CreateStore(t.Context(), tx, org, 7, store, storeInput(merchant))
	})
	return org, merchant, store
}

func write(t *testing.T, db *database.DB, work func(*database.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, db *database.DB, work func(*database.Tx) error) {
	t.Helper()
	if err := db.Read(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreIsReadAsItWasMade(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		org, merchant, store := found(t, db)
		read(t, db, func(tx *database.Tx) error {
			got, err := place.Directory{}.Store(t.Context(), tx, org, store)
			if err != nil {
				return err
			}
			if got.Merchant.ID != merchant || got.Merchant.At("2026-11-23").RegistrationNumber != "124-81-00998" ||
				got.RoundingStep != 10 || got.Rounding != "down" || got.CutoverMinutes != 300 || got.Version != 1 {
				t.Errorf("got %+v", got)
			}
			hours, days, err := place.Directory{}.Hours(t.Context(), tx, org, store)
			if err != nil {
				return err
			}
			if len(hours) != 1 || hours[0].Closes != 1320 || len(days) != 1 || days[0] != "2026-12-25" {
				t.Errorf("got %v %v", hours, days)
			}
			entries, err := journal.After(t.Context(), tx, org, 0, 10)
			if err != nil {
				return err
			}
			if len(entries) != 3 || entries[2].Kind != "store.created" || entries[2].Subject != store || entries[2].Actor != 7 {
				t.Errorf("the journal holds %+v", entries)
			}
			return nil
		})
	})
}

func TestAnotherOrganisationsPlacesAreUnknown(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		_, merchant, store := found(t, db)
		other := db.NewID()
		directory := place.Directory{}
		read(t, db, func(tx *database.Tx) error {
			for name, ask := range map[string]func() error{
				"organisation": func() error { _, err := directory.Organisation(t.Context(), tx, other); return err },
				"merchant":     func() error { _, err := directory.Merchant(t.Context(), tx, other, merchant); return err },
				"store":        func() error { _, err := directory.Store(t.Context(), tx, other, store); return err },
			} {
				if err := ask(); !id.Unknown.Has(err) {
					t.Errorf("%s: got %v", name, err)
				}
			}
			return nil
		})
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			return place.CreateStore(t.Context(), tx, other, 7, db.NewID(), storeInput(merchant))
		})
		if !id.Unknown.Has(err) {
			t.Errorf("a store of another organisation's merchant: got %v", err)
		}
	})
}

func TestAChangeNeedsTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		org, merchant, store := found(t, db)
		input := storeInput(merchant)
		input.Name, input.TaxMode, input.Hours = "합정점", place.Exclusive, nil
		input.Taxes = []place.Tax{{Key: "city", NameKO: "시세", NameEN: "City tax", RatePPM: 20_000, Classes: []string{"standard", "food"}}}
		change := func(version int64) error {
			return db.Write(t.Context(), func(tx *database.Tx) error {
				return place.ChangeStore(t.Context(), tx, org, 7, store, version, input)
			})
		}
		if err := change(1); err != nil {
			t.Fatal(err)
		}
		if err := change(1); !place.ErrMoved.Has(err) {
			t.Errorf("the second change at version 1: got %v", err)
		}
		identity := merchantInput()
		identity.Identity.ValidFrom, identity.Identity.Taxation = "2027-01-01", place.Simplified
		write(t, db, func(tx *database.Tx) error {
			return place.ChangeMerchant(t.Context(), tx, org, 7, merchant, 1, identity)
		})
		read(t, db, func(tx *database.Tx) error {
			got, err := place.Directory{}.Store(t.Context(), tx, org, store)
			if err != nil {
				return err
			}
			if got.Name != "합정점" || got.Version != 2 || len(got.Taxes) != 1 || len(got.Taxes[0].Classes) != 2 {
				t.Errorf("got %+v", got)
			}
			if got.Merchant.At("2026-12-31").Taxation != place.General || got.Merchant.At("2027-01-01").Taxation != place.Simplified {
				t.Errorf("got %+v", got.Merchant.Identities)
			}
			return nil
		})
	})
}

func TestWrongPlacesAreNamedByField(t *testing.T) {
	t.Parallel()
	minutes := 1440
	for _, row := range []struct {
		name  string
		spoil func(*place.StoreInput)
		path  string
		code  *fault.Code
	}{
		{"a store without a name", func(s *place.StoreInput) { s.Name = " " }, "name", place.ErrName},
		{"a code in small letters", func(s *place.StoreInput) { s.Code = "mapo" }, "code", place.ErrCode},
		{"a zone that does not exist", func(s *place.StoreInput) { s.Zone = "Asia/Pyeongyang" }, "time_zone", place.ErrZone},
		{"the machine's own zone", func(s *place.StoreInput) { s.Zone = "Local" }, "time_zone", place.ErrZone},
		{"an unknown currency", func(s *place.StoreInput) { s.Currency = "XXX" }, "currency", place.ErrCurrency},
		{"an unknown tax mode", func(s *place.StoreInput) { s.TaxMode = "none" }, "tax_mode", place.ErrTaxMode},
		{"a negative rounding step", func(s *place.StoreInput) { s.RoundingStep = -1 }, "rounding_step", place.ErrRounding},
		{"an unknown rounding", func(s *place.StoreInput) { s.Rounding = "even" }, "rounding_step", place.ErrRounding},
		{"a cut-over after midnight", func(s *place.StoreInput) { s.CutoverMinutes = &minutes }, "cutover_minutes", place.ErrCutover},
		{"added taxes where prices include them", func(s *place.StoreInput) { s.Taxes = []place.Tax{{Key: "a", NameKO: "a", NameEN: "a"}} }, "taxes", place.ErrTaxes},
		{"one tax twice", func(s *place.StoreInput) {
			s.TaxMode = place.Exclusive
			s.Taxes = []place.Tax{{Key: "a", NameKO: "a", NameEN: "a"}, {Key: "a", NameKO: "b", NameEN: "b"}}
		}, "taxes[1]", place.ErrTaxes},
		{"hours that end before they begin", func(s *place.StoreInput) { s.Hours = []place.Hours{{Opens: 600, Closes: 500}} }, "hours[0]", place.ErrHours},
		{"a closing day that is none", func(s *place.StoreInput) { s.ClosingDays = []string{"2026-02-30"} }, "closing_days[0]", place.ErrDay},
		{"a merchant that is none", func(s *place.StoreInput) { s.MerchantID = "sto_1" }, "merchant_id", id.Unknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			db := databasetest.Open(t, database.SQLite, nil)
			org, merchant, _ := found(t, db)
			input := storeInput(merchant)
			input.Code = "OTHER"
			row.spoil(&input)
			err := db.Write(context.Background(), func(tx *database.Tx) error {
				return place.CreateStore(t.Context(), tx, org, 7, db.NewID(), input)
			})
			got := fault.As(err)
			if got == nil || len(got.Fields) != 1 || got.Fields[0].Path != row.path || got.Fields[0].Code != row.code.Name() {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestACodeBelongsToOneStore(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		org, merchant, _ := found(t, db)
		err := db.Write(t.Context(), func(tx *database.Tx) error {
			return place.CreateStore(t.Context(), tx, org, 7, db.NewID(), storeInput(merchant))
		})
		if !place.ErrCodeTaken.Has(err) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAStoreIsOpenByItsHours(t *testing.T) {
	t.Parallel()
	store := place.Store{Zone: "Asia/Seoul"}
	hours := []place.Hours{{Weekday: 1, Opens: 9 * 60, Closes: 14 * 60}, {Weekday: 1, Opens: 17 * 60, Closes: 26 * 60}}
	tests := []struct {
		name, at, since string
	}{
		{"Not before it opens.", "2026-11-23T08:59:00+09:00", ""},
		{"From the minute in which it opens.", "2026-11-23T09:00:00+09:00", "2026-11-23T09:00:00+09:00"},
		{"Not in the break.", "2026-11-23T15:00:00+09:00", ""},
		{"In the evening since the evening.", "2026-11-23T23:00:00+09:00", "2026-11-23T17:00:00+09:00"},
		{"After midnight since the evening before.", "2026-11-24T01:30:00+09:00", "2026-11-23T17:00:00+09:00"},
		{"Not once it has closed.", "2026-11-24T02:00:00+09:00", ""},
		{"Not on another weekday.", "2026-11-24T10:00:00+09:00", ""},
		{"Not on a closing day.", "2026-11-30T10:00:00+09:00", ""},
		{"Not in the night that follows a closing day.", "2026-12-01T01:00:00+09:00", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, test.at)
			if err != nil {
				t.Fatal(err)
			}
			since, open := store.OpensBy(hours, []string{"2026-11-30"}, at)
			if got := since.Format(time.RFC3339); open != (test.since != "") || open && got != test.since {
				t.Errorf("got %s, %t", got, open)
			}
		})
	}
}
