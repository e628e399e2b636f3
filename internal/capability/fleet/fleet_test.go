package fleet_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"dangol/internal/capability/fleet"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
)

// people are those who may change devices in the stores of the map.
type people map[int64]auth.Scope

func (p people) Grants(_ context.Context, _ *database.Tx, _, subject int64) (auth.Grants, error) {
	return auth.Grants{"device.read": p[subject], "device.write": p[subject]}, nil
}

const (
	boss    = 1
	manager = 2
	other   = 3
)

// shop is an organisation with two stores, behind its API; the manager works in the first.
type shop struct {
	t      *testing.T
	clock  *clock.Manual
	db     *database.DB
	keeper *auth.Keeper
	api    *httpapi.API
	org    int64
	stores []int64
}

func each(t *testing.T, test func(s *shop)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(open(t, dialect))
		})
	}
}

func open(t *testing.T, dialect database.Dialect) *shop {
	t.Helper()
	now := clock.At(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC))
	s := &shop{t: t, clock: now, db: databasetest.Open(t, dialect, now)}
	staff := people{boss: {All: true}, other: {All: true}}
	s.keeper = auth.NewKeeper(s.db, staff, fleet.Devices{}, auth.Options{})
	s.api = httpapi.New(httpapi.Options{Identify: s.keeper.Identify, Logger: databasetest.Quiet()})
	fleet.Serve(s.api, s.db, s.keeper)
	s.org, s.stores = s.found()
	staff[manager] = auth.Scope{Stores: s.stores[:1]}
	return s
}

func (s *shop) found() (org int64, stores []int64) {
	s.t.Helper()
	org = s.db.NewID()
	merchant := s.db.NewID()
	stores = []int64{s.db.NewID(), s.db.NewID()}
	s.write(func(tx *database.Tx) error {
		if err := place.CreateOrganisation(s.t.Context(), tx, org, "단골", lang.Korean); err != nil {
			return err
		}
		err := place.CreateMerchant(s.t.Context(), tx, org, 0, merchant, place.MerchantInput{
			Country: "US", Identity: place.Identity{ValidFrom: "2026-01-01", Name: "Dangol", Taxation: place.General},
		})
		if err != nil {
			return err
		}
		for i, store := range stores {
			err := place.CreateStore(s.t.Context(), tx, org, 0, store, place.StoreInput{
				MerchantID: place.MerchantID.Format(merchant), Code: string(rune('A' + i)), Name: "매장", Zone: "Asia/Seoul",
				Currency: "KRW", TaxMode: place.Inclusive,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return org, stores
}

func (s *shop) write(work func(*database.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), work); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) client() *httpapitest.Client { return httpapitest.New(s.api.Handler()) }

// signedIn is a client with a session in an organisation.
func (s *shop) signedIn(org, subject int64) *httpapitest.Client {
	s.t.Helper()
	client := s.client()
	s.write(func(tx *database.Tx) error {
		_, token, err := s.keeper.Begin(s.t.Context(), tx, org, subject)
		client.SetCookie(auth.SessionCookie(token, tx.Now(), false))
		return err
	})
	return client
}

// add adds a till and gives it with its code.
func (s *shop) add(client *httpapitest.Client, store int64) fleet.PairingView {
	s.t.Helper()
	var made fleet.PairingView
	client.Do("POST", "/v1/devices", map[string]any{"store_id": place.StoreID.Format(store), "name": "1번 계산대", "kind": "till"}).
		Want(s.t, 201).Into(s.t, &made)
	return made
}

func (s *shop) pair(client *httpapitest.Client, code string) fleet.PairedView {
	s.t.Helper()
	var paired fleet.PairedView
	client.Do("POST", "/v1/pairings", map[string]any{"code": code}).Want(s.t, 201).Into(s.t, &paired)
	return paired
}

func TestATillIsPairedWithItsCode(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner, till := s.signedIn(s.org, boss), s.client()
		made := s.add(owner, s.stores[0])
		if !regexp.MustCompile(`^[0-9]{8}$`).MatchString(made.Code) || made.Device.State != "waiting" ||
			!regexp.MustCompile(`^[A-HJ-NP-Z]{2}[0-9]{2}$`).MatchString(made.Device.RegisterCode) ||
			!made.Expires.Equal(s.clock.Now().Add(10*time.Minute)) {
			s.t.Errorf("made %+v", made)
		}
		till.Do("GET", "/v1/device", nil).WantCode(s.t, 401, "auth.unpaired")
		paired := s.pair(till, made.Code[:4]+" "+made.Code[4:])
		if paired.Device.ID != made.Device.ID || paired.Device.Generation != 1 || paired.Device.State != "paired" ||
			paired.Store.ID != place.StoreID.Format(s.stores[0]) || paired.Store.BusinessDate != "2026-11-23" {
			s.t.Errorf("paired %+v", paired)
		}
		var read fleet.PairedView
		answer := till.Do("GET", "/v1/device", nil).Want(s.t, 200).Into(s.t, &read)
		if read.Device.ID != made.Device.ID || !strings.HasPrefix(answer.Header.Get("Set-Cookie"), auth.DeviceCookieName+"=") {
			s.t.Errorf("read %+v with %v", read, answer.Header)
		}
		s.client().Do("POST", "/v1/pairings", map[string]any{"code": made.Code}).WantCode(s.t, 422, "auth.pairing_code")
	})
}

func TestEachPairingBeginsAGeneration(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner, first, second := s.signedIn(s.org, boss), s.client(), s.client()
		made := s.add(owner, s.stores[0])
		s.pair(first, made.Code)
		var again fleet.PairingView
		owner.Do("POST", "/v1/devices/"+made.Device.ID+"/pairing-code", nil).Want(s.t, 201).Into(s.t, &again)
		first.Do("GET", "/v1/device", nil).Want(s.t, 200)
		if paired := s.pair(second, again.Code); paired.Device.Generation != 2 || paired.Device.RegisterCode != made.Device.RegisterCode {
			s.t.Errorf("paired %+v", paired)
		}
		first.Do("GET", "/v1/device", nil).WantCode(s.t, 401, "auth.unpaired")
		device, err := fleet.DeviceID.Parse(made.Device.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		s.write(func(tx *database.Tx) error {
			code, generation, err := fleet.Register(s.t.Context(), tx, s.org, device)
			if code != made.Device.RegisterCode || generation != 2 {
				s.t.Errorf("the register is %s-%d", code, generation)
			}
			if _, _, err := fleet.Register(s.t.Context(), tx, s.org+1, device); !auth.ErrUnpaired.Has(err) {
				s.t.Errorf("in another organisation: got %v", err)
			}
			entries, errRead := journal.OfSubject(s.t.Context(), tx, s.org, device, 0, 10)
			if errRead != nil {
				return errRead
			}
			if len(entries) != 3 || entries[2].Kind != "device.paired" || entries[2].Body["generation"] != float64(2) {
				s.t.Errorf("the journal holds %+v", entries)
			}
			return err
		})
	})
}

func TestARevokedTillIsGoneForGood(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner, till := s.signedIn(s.org, boss), s.client()
		made := s.add(owner, s.stores[0])
		s.pair(till, made.Code)
		path := "/v1/devices/" + made.Device.ID
		var pending fleet.PairingView
		owner.Do("POST", path+"/pairing-code", nil).Want(s.t, 201).Into(s.t, &pending)
		owner.Do("DELETE", path, nil).Want(s.t, 204)
		owner.Do("DELETE", path, nil).Want(s.t, 204)
		till.Do("GET", "/v1/device", nil).WantCode(s.t, 401, "auth.unpaired")
		till.Do("POST", "/v1/pairings", map[string]any{"code": pending.Code}).WantCode(s.t, 422, "auth.pairing_code")
		owner.Do("POST", path+"/pairing-code", nil).WantCode(s.t, 409, "fleet.revoked")
		device, err := fleet.DeviceID.Parse(made.Device.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		s.write(func(tx *database.Tx) error {
			if _, _, err := fleet.Register(s.t.Context(), tx, s.org, device); !auth.ErrUnpaired.Has(err) {
				s.t.Errorf("the register of a revoked till: got %v", err)
			}
			return nil
		})
	})
}

func TestGuessingACodeIsSlowedDown(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		made := s.add(s.signedIn(s.org, boss), s.stores[0])
		wrong := "00000000"
		if made.Code == wrong {
			wrong = "00000001"
		}
		attacker := s.client()
		for range 10 {
			attacker.Do("POST", "/v1/pairings", map[string]any{"code": wrong}).WantCode(s.t, 422, "auth.pairing_code")
		}
		answer := attacker.Do("POST", "/v1/pairings", map[string]any{"code": made.Code}).WantCode(s.t, 429, "auth.too_many")
		if answer.Header.Get("Retry-After") != "900" {
			s.t.Errorf("Retry-After is %s", answer.Header.Get("Retry-After"))
		}
		till := s.client()
		till.Address = "198.51.100.7:9"
		s.pair(till, made.Code)
	})
}

func TestAManagerSeesAndChangesOnlyTheirStoresTills(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner, boss2 := s.signedIn(s.org, boss), s.signedIn(s.org, manager)
		here, there := s.add(owner, s.stores[0]), s.add(owner, s.stores[1])
		var list httpapi.List[fleet.View]
		boss2.Do("GET", "/v1/devices", nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != here.Device.ID {
			s.t.Errorf("the manager sees %+v", list)
		}
		boss2.Do("GET", "/v1/devices?store_id="+place.StoreID.Format(s.stores[1]), nil).WantCode(s.t, 403, "auth.forbidden")
		boss2.Do("DELETE", "/v1/devices/"+there.Device.ID, nil).WantCode(s.t, 404, "id.unknown")
		boss2.Do("POST", "/v1/devices", map[string]any{"store_id": place.StoreID.Format(s.stores[1]), "name": "n", "kind": "till"}).
			WantCode(s.t, 403, "auth.forbidden")
		owner.Do("GET", "/v1/devices?limit=1", nil).Want(s.t, 200).Into(s.t, &list)
		owner.Do("GET", "/v1/devices?cursor="+list.NextCursor, nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != there.Device.ID || list.NextCursor != "" {
			s.t.Errorf("the second page is %+v", list)
		}
		owner.Do("GET", "/v1/devices?store_id="+place.StoreID.Format(s.stores[1]), nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != there.Device.ID {
			s.t.Errorf("of the second store: %+v", list)
		}
	})
}

func TestAnotherOrganisationsTillsAreUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		org, stores := s.found()
		theirs := s.add(s.signedIn(org, other), stores[0])
		findings, err := httpapitest.TryStrangers(s.api.Spec(), s.signedIn(s.org, boss), map[string]httpapitest.Stranger{
			"create-pairing-code": {Path: "/v1/devices/" + theirs.Device.ID + "/pairing-code"},
			"revoke-device":       {Path: "/v1/devices/" + theirs.Device.ID},
			"list-devices":        {Path: "/v1/devices?store_id=" + place.StoreID.Format(stores[0])},
			"create-device": {Path: "/v1/devices", Body: map[string]any{
				"store_id": place.StoreID.Format(stores[0]), "name": "n", "kind": "till",
			}},
		})
		if err != nil || len(findings) > 0 {
			s.t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
		}
	})
}

// twins are two ids of devices whose first choice of a register code is the same.
func twins(t *testing.T) (first, second int64) {
	t.Helper()
	seen := map[string]int64{}
	for device := int64(1); device < 100_000; device++ {
		code := fleet.RegisterCode(device, 0)
		if twin, met := seen[code]; met {
			return twin, device
		}
		seen[code] = device
	}
	t.Fatal("no two devices share a code, though there are fewer codes than devices")
	return 0, 0
}

func TestRegisterCodesAreUniqueInAnOrganisation(t *testing.T) {
	t.Parallel()
	first, second := twins(t)
	each(t, func(s *shop) {
		s.write(func(tx *database.Tx) error {
			codes := map[string]bool{}
			for _, device := range []int64{first, second} {
				if err := fleet.Create(s.t.Context(), tx, s.org, boss, device, s.stores[0], "n", fleet.Till); err != nil {
					return err
				}
				made, err := fleet.Read(s.t.Context(), tx, s.org, device)
				if err != nil {
					return err
				}
				codes[made.RegisterCode] = true
			}
			if len(codes) != 2 || !codes[fleet.RegisterCode(first, 0)] || !codes[fleet.RegisterCode(second, 1)] {
				s.t.Errorf("the codes are %v", codes)
			}
			return nil
		})
	})
}

func TestWrongDevicesAreNamedByField(t *testing.T) {
	t.Parallel()
	s := open(t, database.SQLite)
	for _, row := range []struct {
		name, device string
		kind         fleet.Kind
		store        int64
		code         *fault.Code
	}{
		{"a device without a name", " ", fleet.Till, s.stores[0], fleet.ErrName},
		{"a name that is too long", strings.Repeat("가", 51), fleet.Till, s.stores[0], fleet.ErrName},
		{"a kind that there is not", "n", "toaster", s.stores[0], fleet.ErrKind},
		{"a store that there is not", "n", fleet.Till, 99, id.Unknown},
	} {
		err := s.db.Write(t.Context(), func(tx *database.Tx) error {
			return fleet.Create(t.Context(), tx, s.org, boss, s.db.NewID(), row.store, row.device, row.kind)
		})
		found := fault.As(err)
		if found == nil || found.Code != row.code.Name() && (len(found.Fields) != 1 || found.Fields[0].Code != row.code.Name()) {
			t.Errorf("%s: got %v", row.name, err)
		}
	}
}

func TestTheAPIPassesItsGuard(t *testing.T) {
	t.Parallel()
	if findings := httpapi.Guard(open(t, database.SQLite).api.Spec()); len(findings) > 0 {
		t.Error(strings.Join(findings, "\n"))
	}
}
