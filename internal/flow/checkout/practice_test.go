package checkout_test

import (
	"context"
	"testing"

	"dangol/internal/core/ledger"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

func TestPracticeTouchesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		s.sell(3000, line(note, 1))
		postings := func() int {
			var found []ledger.Posting
			err := s.db.Read(context.Background(), func(tx *database.Tx) error {
				var err error
				found, err = ledger.PostingsAfter(context.Background(), tx, s.org, 0, 100)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		before := postings()
		var practised checkout.PracticeView
		s.send(call{path: "/v1/practice-sales", body: and(basket(3000, 5000, less(line(note, 2), percent(500_000))), "service", "takeaway")}).
			into(t, &practised)
		receipt := practised.Receipt
		if practised.Change != 2000 || receipt.Totals.Total != 3000 || !receipt.Practice || receipt.Number != "연습" ||
			receipt.CallNumber != "" || receipt.Title != "연습 영수증" || len(receipt.Notes) == 0 {
			t.Errorf("practised %+v", practised)
		}
		if after := postings(); after != before || s.left(note) != 4 {
			t.Errorf("%d postings became %d, %d units are left", before, after, s.left(note))
		}
		if sold := s.sell(3000, line(note, 1)); sold.Receipt.Number[len(sold.Receipt.Number)-6:] != "000002" {
			t.Errorf("practice used a receipt number: the next one is %s", sold.Receipt.Number)
		}
		for name, body := range map[string]object{
			"checkout.price_changed": basket(2000, 2000, line(note, 1)), "pricing.tender_short": basket(3000, 2000, line(note, 1)),
		} {
			problem := s.send(call{path: "/v1/practice-sales", body: body}).problem(t)
			if problem.Code != name && problem.Errors[0].Code != name {
				t.Errorf("practice passes over %s: %+v", name, problem)
			}
		}
		s.verify()
	})
}
