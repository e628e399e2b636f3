package stock_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// house is a store with a back room.
type house struct {
	*testing.T
	db    *database.DB
	shelf *stock.Stock
	books *ledger.Ledger
	back  int64
	keys  int
}

func newHouse(t *testing.T, db *database.DB) *house {
	t.Helper()
	shelf, books := open(t, db)
	h := &house{T: t, db: db, shelf: shelf, books: books}
	h.back = h.location(gangnam, "창고")
	return h
}

// key is a new idempotency key.
func (h *house) key() string {
	h.keys++
	return "key-" + strconv.Itoa(h.keys)
}

func (h *house) write(work func(tx *database.Tx) error) error {
	return h.db.Write(h.Context(), work)
}

func (h *house) location(store int64, name string) int64 {
	h.Helper()
	location := stock.Location{Store: store, Name: name}
	if err := h.write(func(tx *database.Tx) error {
		return h.shelf.SaveLocation(h.Context(), tx, org, actor, &location)
	}); err != nil {
		h.Fatalf("make location %s: %v", name, err)
	}
	return location.ID
}

func (h *house) post(slip stock.Slip) error {
	if slip.Store == 0 {
		slip.Store = gangnam
	}
	if slip.Pool == "" {
		slip.Pool = stock.Till
	}
	_, err := h.shelf.Post(h.Context(), org, actor, h.key(), slip)
	return err
}

func (h *house) receive(location, quantity int64) {
	h.Helper()
	if err := h.post(stock.Slip{Location: location, Kind: stock.Receive, Lines: notebooks(quantity)}); err != nil {
		h.Fatalf("receive: %v", err)
	}
}

func notebooks(quantity int64) []stock.SlipLine {
	return []stock.SlipLine{{Variant: notebook, Quantity: quantity}}
}

func (h *house) level(store int64) stock.Level {
	h.Helper()
	var levels map[int64]stock.Level
	err := h.db.Read(h.Context(), func(tx *database.Tx) (err error) {
		levels, err = stock.Levels(h.Context(), tx, org, store, []int64{notebook})
		return err
	})
	if err != nil {
		h.Fatalf("read the level: %v", err)
	}
	return levels[notebook]
}

func (h *house) wantLevel(step string, store int64, want stock.Level) {
	h.Helper()
	if got := h.level(store); got != want {
		h.Errorf("%s: got %+v, want %+v", step, got, want)
	}
}

func (h *house) wantProof() {
	h.Helper()
	if found := differences(h.T, h.db); len(found) > 0 {
		h.Errorf("the checks found %v", found)
	}
}

func wantCode(t *testing.T, step string, err error, code *fault.Code) {
	t.Helper()
	if code == nil && err != nil || code != nil && !code.Has(err) && !hasField(err, code) {
		t.Errorf("%s: got %v", step, err)
	}
}

func hasField(err error, code *fault.Code) bool {
	found := fault.As(err)
	if found == nil {
		return false
	}
	for _, field := range found.Fields {
		if field.Code == code.Name() {
			return true
		}
	}
	return false
}

func TestSlipsMoveUnitsBetweenBins(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		for _, step := range []struct {
			name string
			slip stock.Slip
			code *fault.Code
			want stock.Level
		}{
			{"a delivery lies on the floor", stock.Slip{Kind: stock.Receive, Supplier: "문구", Lines: notebooks(10)}, nil, stock.Level{Floor: 10}},
			{"a delivery lies in the back room", stock.Slip{Kind: stock.Receive, Location: h.back, Lines: notebooks(5)}, nil, stock.Level{Floor: 10, Back: 5}},
			{"the web gets its part", stock.Slip{Kind: stock.Allocate, Pool: stock.Web, Lines: notebooks(4)}, nil, stock.Level{Floor: 6, Back: 5, Web: 4}},
			{"the web can't take what the till doesn't have", stock.Slip{Kind: stock.Allocate, Pool: stock.Web, Lines: notebooks(7)}, stock.ErrShort, stock.Level{Floor: 6, Back: 5, Web: 4}},
			{"the till takes some back", stock.Slip{Kind: stock.Allocate, Pool: stock.Till, Lines: notebooks(1)}, nil, stock.Level{Floor: 7, Back: 5, Web: 3}},
			{"what broke is thrown away", stock.Slip{Kind: stock.Waste, Reason: "파손", Lines: notebooks(2)}, nil, stock.Level{Floor: 5, Back: 5, Web: 3}},
			{"nothing is thrown away without a reason", stock.Slip{Kind: stock.Waste, Lines: notebooks(2)}, stock.ErrReason, stock.Level{Floor: 5, Back: 5, Web: 3}},
			{"no more is thrown away than there is", stock.Slip{Kind: stock.Waste, Reason: "파손", Lines: notebooks(6)}, stock.ErrShort, stock.Level{Floor: 5, Back: 5, Web: 3}},
			{"the web's part is corrected", stock.Slip{Kind: stock.Adjust, Pool: stock.Web, Reason: "분실", Lines: notebooks(-1)}, nil, stock.Level{Floor: 5, Back: 5, Web: 2}},
			{"another store's location is unknown", stock.Slip{Store: jongno, Location: h.back, Kind: stock.Receive, Lines: notebooks(1)}, stock.ErrLocationUnknown, stock.Level{Floor: 5, Back: 5, Web: 2}},
			{"a variant stands there once", stock.Slip{Kind: stock.Receive, Lines: append(notebooks(1), notebooks(1)...)}, stock.ErrSameVariant, stock.Level{Floor: 5, Back: 5, Web: 2}},
			{"a slip has lines", stock.Slip{Kind: stock.Receive}, stock.ErrLines, stock.Level{Floor: 5, Back: 5, Web: 2}},
			{"a cost isn't below zero", stock.Slip{Kind: stock.Receive, Lines: []stock.SlipLine{{Variant: notebook, Quantity: 1, Cost: -1}}}, stock.ErrCost, stock.Level{Floor: 5, Back: 5, Web: 2}},
			{"there are two pools", stock.Slip{Kind: stock.Receive, Pool: "phone", Lines: notebooks(1)}, stock.ErrPool, stock.Level{Floor: 5, Back: 5, Web: 2}},
		} {
			wantCode(t, step.name, h.post(step.slip), step.code)
			h.wantLevel(step.name, gangnam, step.want)
		}
		h.wantProof()
		wantSlips(h)
	})
}

// wantSlips reads the slips of TestSlipsMoveUnitsBetweenBins page by page.
func wantSlips(h *house) {
	h.Helper()
	err := h.db.Read(h.Context(), func(tx *database.Tx) error {
		all, err := stock.Slips(h.Context(), tx, org, gangnam, "", time.Time{}, 0, 4)
		if err != nil || len(all) != 4 || all[0].Lines[0] != (stock.SlipLine{Variant: notebook, Quantity: -1}) {
			h.Fatalf("got %+v, %v", all, err)
		}
		rest, err := stock.Slips(h.Context(), tx, org, gangnam, stock.Receive, all[3].At, all[3].ID, 4)
		if err == nil && (len(rest) != 2 || rest[1].Supplier != "문구" || rest[0].Location != h.back) {
			h.Errorf("got %+v", rest)
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
}

func TestLocations(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		save := func(location stock.Location) error {
			return h.write(func(tx *database.Tx) error { return h.shelf.SaveLocation(t.Context(), tx, org, actor, &location) })
		}
		wantCode(t, "a name is used once in a store", save(stock.Location{Store: gangnam, Name: " 창고 "}), stock.ErrLocationTaken)
		wantCode(t, "another store may use it", save(stock.Location{Store: jongno, Name: "창고"}), nil)
		wantCode(t, "a location has a name", save(stock.Location{Store: gangnam, Name: " "}), stock.ErrLocationName)
		h.receive(h.back, 1)
		away := stock.Location{ID: h.back, Version: 1, Store: gangnam, Name: "창고", Archived: true}
		wantCode(t, "a location with units stays", save(away), stock.ErrLocationNotEmpty)
		wantCode(t, "it is emptied", h.post(stock.Slip{Location: h.back, Kind: stock.Waste, Reason: "정리", Lines: notebooks(1)}), nil)
		wantCode(t, "an empty one is put away", save(away), nil)
		wantCode(t, "who read an older version is told", save(away), stock.ErrStale)
		err := h.post(stock.Slip{Location: h.back, Kind: stock.Receive, Lines: notebooks(1)})
		wantCode(t, "nothing is received there any more", err, stock.ErrLocationUnknown)
		for i := range 18 {
			h.location(gangnam, "선반 "+strconv.Itoa(i))
		}
		h.location(gangnam, "마지막")
		wantCode(t, "a store has no more than twenty", save(stock.Location{Store: gangnam, Name: "하나 더"}), stock.ErrLocations)
	})
}

func TestMinimums(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		set := func(variant, minimum int64) error {
			return h.write(func(tx *database.Tx) error {
				return h.shelf.SetMinimum(t.Context(), tx, org, actor, gangnam, variant, minimum)
			})
		}
		h.receive(0, 3)
		h.receive(h.back, 2)
		wantCode(t, "a minimum is set", set(notebook, 4), nil)
		if level := h.level(gangnam); level.Low() || level.Minimum != 4 {
			t.Errorf("five of at least four is not low: %+v", level)
		}
		wantCode(t, "it is changed", set(notebook, 5), nil)
		var all map[int64]stock.Level
		err := db.Read(t.Context(), func(tx *database.Tx) (err error) {
			all, err = stock.StoreLevels(t.Context(), tx, org, gangnam)
			return err
		})
		if err != nil || !all[notebook].Low() || all[notebook].Total() != 5 {
			t.Errorf("five of at least five is low: %+v, %v", all, err)
		}
		wantCode(t, "it is taken back", set(notebook, 0), nil)
		if level := h.level(gangnam); level.Low() || level.Minimum != 0 {
			t.Errorf("without a minimum nothing is low: %+v", level)
		}
		wantCode(t, "it isn't below zero", set(notebook, -1), stock.ErrQuantity)
	})
}

// sent sends notebooks from the floor of one store to another place.
func (h *house) sent(to stock.Bin, quantity int64) (int64, error) {
	return h.shelf.SendTransfer(h.Context(), org, actor, h.key(), stock.Transfer{
		From: stock.Bin{Store: gangnam}, To: to, Lines: []stock.TransferLine{{Variant: notebook, Sent: quantity}},
	})
}

func (h *house) arrives(transfer, quantity int64, reason string) error {
	return h.shelf.ReceiveTransfer(h.Context(), org, actor, h.key(), stock.Arrival{
		Transfer: transfer, Reason: reason, Lines: []stock.ReceivedLine{{Variant: notebook, Quantity: quantity}},
	})
}

func TestTransfers(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.receive(0, 20)
		send := func(to stock.Bin, quantity int64) int64 {
			t.Helper()
			made, err := h.sent(to, quantity)
			if err != nil {
				t.Fatalf("send: %v", err)
			}
			return made
		}
		there := stock.Bin{Store: jongno}
		first := send(there, 6)
		h.wantLevel("what was sent has left", gangnam, stock.Level{Floor: 14})
		h.wantLevel("it is on its way", jongno, stock.Level{Way: 6})
		h.wantProof()
		wantCode(t, "a difference needs a reason", h.arrives(first, 5, ""), stock.ErrDifference)
		wantCode(t, "what arrived is counted in", h.arrives(first, 5, "한 권 파손"), nil)
		h.wantLevel("five arrived", jongno, stock.Level{Floor: 5})
		wantCode(t, "nothing arrives twice", h.arrives(first, 5, "한 권 파손"), stock.ErrTransferEnded)
		h.wantProof()

		second := send(there, 2)
		wantCode(t, "more may arrive than was noted", h.arrives(second, 3, "하나 더 들어 있었음"), nil)
		h.wantLevel("three arrived", jongno, stock.Level{Floor: 8})

		third := send(there, 4)
		cancel := func() error {
			return h.shelf.CancelTransfer(t.Context(), org, actor, h.key(), third, "차가 돌아옴")
		}
		wantCode(t, "what is on its way comes back", cancel(), nil)
		wantCode(t, "it comes back once", cancel(), stock.ErrTransferEnded)
		h.wantLevel("it is back", gangnam, stock.Level{Floor: 12})

		send(stock.Bin{Store: gangnam, Location: h.back}, 5)
		h.wantLevel("within a store it arrives at once", gangnam, stock.Level{Floor: 7, Back: 5})
		_, err := h.sent(stock.Bin{Store: gangnam}, 1)
		wantCode(t, "a transfer leads elsewhere", err, stock.ErrSamePlace)
		_, err = h.sent(there, 8)
		wantCode(t, "no more is sent than there is", err, stock.ErrShort)

		fourth := send(there, 1)
		err = h.shelf.ReceiveTransfer(t.Context(), org, actor, h.key(), stock.Arrival{Transfer: fourth})
		wantCode(t, "each line that was sent is counted in", err, stock.ErrReceivedLines)
		wantCode(t, "nothing at all arrives", h.arrives(fourth, 0, "분실"), nil)
		h.wantLevel("nothing came", jongno, stock.Level{Floor: 8})
		h.wantProof()
		wantTransfers(h)
	})
}

// wantTransfers reads the transfers of TestTransfers.
func wantTransfers(h *house) {
	h.Helper()
	err := h.db.Read(h.Context(), func(tx *database.Tx) error {
		all, err := stock.Transfers(h.Context(), tx, org, jongno, "", time.Time{}, 0, 9)
		if err != nil || len(all) != 4 || all[3].DifferenceReason != "한 권 파손" ||
			all[3].Lines[0] != (stock.TransferLine{Variant: notebook, Sent: 6, Received: 5}) {
			h.Fatalf("got %+v, %v", all, err)
		}
		back, err := stock.Transfers(h.Context(), tx, org, gangnam, stock.Cancelled, time.Time{}, 0, 9)
		if err == nil && len(back) != 1 {
			h.Errorf("got %+v", back)
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
}

func TestATransferArrivesOnceWhenTwoReceiveIt(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.receive(0, 5)
		made, err := h.sent(stock.Bin{Store: jongno}, 5)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		keys := []string{h.key(), h.key()}
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() {
				errs[i] = h.shelf.ReceiveTransfer(t.Context(), org, actor, keys[i], stock.Arrival{
					Transfer: made, Lines: []stock.ReceivedLine{{Variant: notebook, Quantity: 5}},
				})
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("got %v and %v", errs[0], errs[1])
		}
		h.wantLevel("five arrived", jongno, stock.Level{Floor: 5})
		h.wantProof()
	})
}

func (h *house) start(location int64) int64 {
	h.Helper()
	var made int64
	err := h.write(func(tx *database.Tx) (err error) {
		made, err = h.shelf.StartStocktake(h.Context(), tx, org, actor, gangnam, location, "월말")
		return err
	})
	if err != nil {
		h.Fatalf("start to count: %v", err)
	}
	return made
}

func (h *house) enter(key string, entry stock.Entry) (stock.Counted, error) {
	var counted stock.Counted
	err := h.write(func(tx *database.Tx) (err error) {
		counted, err = h.shelf.Enter(h.Context(), tx, org, actor, key, entry)
		return err
	})
	return counted, err
}

func (h *house) postCount(stocktake int64) error {
	return h.shelf.PostStocktake(h.Context(), org, actor, h.key(), stocktake)
}

func TestACountWhileTheShopSellsFindsWhatWasWrongThen(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.receive(0, 10)
		wantCode(t, "the web has its part", h.post(stock.Slip{Kind: stock.Allocate, Pool: stock.Web, Lines: notebooks(3)}), nil)
		count := h.start(0)
		first, err := h.enter("scan-1", stock.Entry{Stocktake: count, Variant: notebook, Quantity: 5})
		if err != nil || first.Book != 10 {
			t.Fatalf("got %+v, %v", first, err)
		}
		again, err := h.enter("scan-1", stock.Entry{Stocktake: count, Variant: notebook, Quantity: 5})
		if err != nil || again.Quantity != 5 {
			t.Errorf("the same entry again: %+v, %v", again, err)
		}
		_, err = h.enter("scan-1", stock.Entry{Stocktake: count, Variant: notebook, Quantity: 6})
		wantCode(t, "a key stands for one entry", err, ledger.ErrKeyConflict)
		second, err := h.enter("scan-2", stock.Entry{Stocktake: count, Variant: notebook, Quantity: 3, Add: true})
		if err != nil || second.Quantity != 8 || second.Difference() != -2 {
			t.Errorf("what lay elsewhere comes on top: %+v, %v", second, err)
		}
		sell(t, db, h.books, notebook, 4)
		wantCode(t, "the differences are posted", h.postCount(count), nil)
		h.wantLevel("two were missing and four were sold", gangnam, stock.Level{Floor: 1, Web: 3})
		wantCode(t, "a count is posted once", h.postCount(count), stock.ErrStocktakeEnded)
		_, err = h.enter("scan-3", stock.Entry{Stocktake: count, Variant: notebook, Quantity: 1})
		wantCode(t, "nothing is counted after the end", err, stock.ErrStocktakeEnded)
		h.wantProof()
	})
}

func TestStocktakes(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.receive(h.back, 2)
		count := h.start(h.back)
		err := h.write(func(tx *database.Tx) error {
			_, err := h.shelf.StartStocktake(t.Context(), tx, org, actor, gangnam, h.back, "")
			return err
		})
		wantCode(t, "a location is counted once at a time", err, stock.ErrStocktakeOpen)
		floor := h.start(0)
		wantCode(t, "an empty count isn't posted", h.postCount(floor), stock.ErrStocktakeEmpty)
		err = h.write(func(tx *database.Tx) error { return h.shelf.CancelStocktake(t.Context(), tx, org, actor, floor) })
		wantCode(t, "a count is cancelled", err, nil)
		err = h.write(func(tx *database.Tx) error { return h.shelf.CancelStocktake(t.Context(), tx, org, actor, floor) })
		wantCode(t, "it is cancelled once", err, stock.ErrStocktakeEnded)
		_, err = h.enter(h.key(), stock.Entry{Stocktake: count, Variant: coffee, Quantity: 1})
		wantCode(t, "what isn't tracked isn't counted", err, stock.ErrUntracked)
		_, err = h.enter(h.key(), stock.Entry{Stocktake: count, Variant: notebook, Quantity: -1})
		wantCode(t, "nobody counts below zero", err, stock.ErrCounted)

		_, err = h.enter(h.key(), stock.Entry{Stocktake: count, Variant: notebook, Quantity: 0})
		wantCode(t, "nothing was found", err, nil)
		wantCode(t, "one goes out meanwhile", h.post(stock.Slip{Location: h.back, Kind: stock.Waste, Reason: "파손", Lines: notebooks(1)}), nil)
		wantCode(t, "what can't be is to be counted again", h.postCount(count), stock.ErrRecount)
		_, err = h.enter(h.key(), stock.Entry{Stocktake: count, Variant: notebook, Quantity: 4})
		wantCode(t, "it is counted again", err, nil)
		wantCode(t, "then it is posted", h.postCount(count), nil)
		h.wantLevel("three were found", gangnam, stock.Level{Back: 4})
		h.wantProof()
		err = db.Read(t.Context(), func(tx *database.Tx) error {
			all, err := stock.Stocktakes(t.Context(), tx, org, gangnam, time.Time{}, 0, 9)
			if len(all) != 2 || all[0].Status != stock.Abandoned || all[1].Counted != 1 || all[1].Status != stock.Posted {
				t.Errorf("got %+v", all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatIsMissingLeavesTheTillsPoolFirst(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := newHouse(t, db)
		h.receive(0, 5)
		wantCode(t, "the web has its part", h.post(stock.Slip{Kind: stock.Allocate, Pool: stock.Web, Lines: notebooks(3)}), nil)
		count := h.start(0)
		_, err := h.enter(h.key(), stock.Entry{Stocktake: count, Variant: notebook, Quantity: 1})
		wantCode(t, "four are missing", err, nil)
		wantCode(t, "they are posted", h.postCount(count), nil)
		h.wantLevel("the web keeps one", gangnam, stock.Level{Web: 1})
		h.wantProof()
	})
}
