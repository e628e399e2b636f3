package checkout_test

import (
	"slices"
	"testing"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/httpapi"
)

// sellAt sells one unit at a time that has passed.
func (s *shop) sellAt(at time.Time, price, variant int64) checkout.CheckoutView {
	s.t.Helper()
	body := basket(price, price, line(variant, 1))
	body["sold_at"] = at
	var sold checkout.CheckoutView
	s.send(call{path: "/v1/checkouts", key: s.key(), body: body}).into(s.t, &sold)
	return sold
}

func TestOrdersAreFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		candy := s.stockUp(good{name: "사탕", price: 1000, left: -1})
		store := place.StoreID.Format(s.store)
		var sold []checkout.CheckoutView // the latest first, as lists have them
		for _, hours := range []int{49, 25, 24, 2, 0} {
			sold = slices.Insert(sold, 0, s.sellAt(opened.Add(-time.Duration(hours)*time.Hour), 1000, candy))
		}
		s.send(call{path: "/v1/orders/" + sold[0].Order.ID + "/refunds", key: s.key(), body: object{"all": true, "restock": false}}).
			into(t, &checkout.RefundedView{})
		for _, row := range []struct {
			name, query string
			want        []int // places in sold
		}{
			{"all of them, the latest first", "", []int{0, 1, 2, 3, 4}},
			{"those of a store", "&store_id=" + store, []int{0, 1, 2, 3, 4}},
			{"those of one business day", "&from=2026-11-22&to=2026-11-22", []int{2, 3}},
			{"those until a business day", "&to=2026-11-21", []int{4}},
			{"those in a state", "&status=refunded", []int{0}},
			{"one by its receipt number", "&query=" + sold[2].Order.Number, []int{2}},
			{"those that were called 1: the first of each day", "&query=1", []int{1, 3, 4}},
			{"none by what is no number", "&query=hello", nil},
		} {
			found := s.pages("/v1/orders?limit=2" + row.query)
			var want []string
			for _, at := range row.want {
				want = append(want, sold[at].Order.ID)
			}
			if !slices.Equal(found, want) {
				t.Errorf("%s: found %v, want %v", row.name, found, want)
			}
		}

		var receipts httpapi.List[order.ReceiptView]
		s.send(call{path: "/v1/receipts?query=" + sold[0].Order.Number[:4]}).into(t, &receipts)
		if len(receipts.Items) != 6 || receipts.Items[0].Kind != order.RefundReceipt {
			t.Errorf("the till's receipts are %+v, want five sales and the refund first", receipts.Items)
		}
		var found struct {
			Order   order.DetailView `json:"order"`
			Receipt order.Document   `json:"receipt"`
		}
		s.send(call{path: "/v1/receipts/" + receipts.Items[0].Number}).into(t, &found)
		if found.Order.ID != sold[0].Order.ID || found.Receipt.Refunded.Number != sold[0].Order.Number || found.Order.Lines[0].Left != 0 {
			t.Errorf("the refund's receipt leads to %+v", found)
		}
	})
}

// pages are the ids of a list of orders, read page by page.
func (s *shop) pages(path string) []string {
	s.t.Helper()
	var found []string
	for cursor := ""; ; {
		var page httpapi.List[order.View]
		s.send(call{path: path + "&cursor=" + cursor}).into(s.t, &page)
		for _, one := range page.Items {
			found = append(found, one.ID)
		}
		if cursor = page.NextCursor; cursor == "" {
			return found
		}
	}
}

func TestWhatIsWrittenOnAReceiptStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		candy := s.stockUp(good{name: "사탕", price: 1000, left: -1})
		sold := s.sell(1000, line(candy, 1))
		s.rename("새이름상회")
		var again order.Document
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/receipt"}).into(t, &again)
		if again.Merchant.Name != "단골상회" {
			t.Errorf("the receipt now names %q", again.Merchant.Name)
		}
		if next := s.sell(1000, line(candy, 1)); next.Receipt.Merchant.Name != "새이름상회" {
			t.Errorf("the next receipt names %q", next.Receipt.Merchant.Name)
		}
		s.verify()
	})
}
