package checkout_test

import "testing"

func TestSell(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.stockUp(good{name: "아메리카노", price: 4500, left: -1})
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		sold := s.sell(12000, line(coffee, 2), line(note, 1))
		t.Logf("%+v", sold)
		s.verify()
	})
}
