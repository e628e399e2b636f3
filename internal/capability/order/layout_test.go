package order_test

import (
	"path/filepath"
	"testing"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/core/print/paper/papertest"
)

// The receipts in pictures. Write them anew with -update, and look at each: they are what a guest holds in his hand.
func TestReceiptsAreDrawn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		copied bool
		change func(*order.Document)
		slip   order.Slip
	}{
		{"general", false, func(*order.Document) {}, order.GuestSlip},
		{"copy", true, func(*order.Document) {}, order.GuestSlip},
		{"mixed", false, mixed, order.GuestSlip},
		{"simplified", false, func(d *order.Document) {
			d.Merchant.Taxation, d.Notes = "simplified", []string{"간이과세자는 세금계산서를 발급할 수 없어요."}
			d.Totals.TaxIncluded, d.Totals.TaxableSupply, d.Totals.Tax = d.Totals.Total, 0, 0
		}, order.GuestSlip},
		{"exempt", false, func(d *order.Document) {
			d.Title, d.Merchant.Taxation = "계산서 대신 쓰는 영수증", "exempt"
			d.Totals.Exempt, d.Totals.TaxableSupply, d.Totals.Tax = d.Totals.Total, 0, 0
			for i := range d.Lines {
				d.Lines[i].Exempt = true
			}
		}, order.GuestSlip},
		{"refund", false, func(d *order.Document) {
			d.Kind, d.Title, d.CallNumber, d.Number, d.Change = order.RefundReceipt, "환불 영수증", "", "AB12-1-000124", 0
			d.Refunded = &order.DocumentOriginal{Number: "AB12-1-000123", IssuedAt: d.IssuedAt, BusinessDate: d.BusinessDate}
			d.Tenders[0].Amount = d.Totals.Total
		}, order.GuestSlip},
		{"exchange", false, exchange, order.GuestSlip},
		{"exchange-back", false, exchangeBack, order.GuestSlip},
		{"exchange-even", false, func(d *order.Document) {
			exchange(d)
			d.Lines, d.Totals, d.Tenders, d.Change = d.Returned.Lines, d.Returned.Totals, nil, 0
		}, order.GuestSlip},
		{"exchange-kitchen", false, exchange, order.KitchenSlip},
		{"weighed", false, weighed, order.GuestSlip},
		{"weighed-english", false, func(d *order.Document) {
			weighed(d)
			d.Language, d.Title = "en", "Receipt"
		}, order.GuestSlip},
		{"weighed-kitchen", false, weighed, order.KitchenSlip},
		{"dollars", false, dollars, order.GuestSlip},
		{"shop", false, func(*order.Document) {}, order.ShopSlip},
		{"kitchen", false, func(*order.Document) {}, order.KitchenSlip},
		{"kitchen-copy", true, func(*order.Document) {}, order.KitchenSlip},
	} {
		for paperName, width := range papertest.Widths {
			t.Run(row.name+" on "+paperName+" mm", func(t *testing.T) {
				t.Parallel()
				document := latte()
				row.change(&document)
				papertest.Compare(t, document.Layout(row.slip, row.copied), width,
					filepath.Join("testdata", row.name+"-"+paperName+".png"), *update)
			})
		}
	}
}

// latte is a sale of two drinks and a bread in a café.
func latte() order.Document {
	return order.Document{
		Number: "AB12-1-000123", Kind: order.SaleReceipt, CallNumber: "42", Title: "영수증", Currency: "KRW",
		IssuedAt: time.Date(2026, 11, 23, 10, 42, 0, 0, time.UTC), BusinessDate: "2026-11-23",
		TaxMode: "inclusive", Language: "ko", Register: "계산대 1", Cashier: "이하나",
		Merchant: order.DocumentMerchant{
			Name: "단골상회", RegistrationNumber: "124-81-00998", Representative: "김단골", Phone: "02-123-4567",
			Address: "서울특별시 마포구 양화로 1", BusinessType: "음식점업", BusinessItem: "커피전문점", Taxation: "general",
		},
		Store: order.DocumentStore{
			Name: "단골커피 홍대점", Address: "서울특별시 마포구 양화로 1, 1층", Phone: "02-123-4568", TimeZone: "Asia/Seoul",
		},
		Lines: []order.DocumentLine{
			{
				Name: "아메리카노", Quantity: 2, UnitPrice: 5000, Amount: 10000,
				Options: []order.DocumentOption{{Name: "ICE", Quantity: 1}, {Name: "샷추가", Quantity: 1, Amount: 500}},
			},
			{
				Name: "똠얌꿍 크림 파스타와 갓 구운 천연 발효종 통밀 바게트 세트", Variant: "2인", Quantity: 1, UnitPrice: 28900, Amount: 28900,
				Discounts: []order.DocumentDiscount{{Name: "점심 할인", Amount: 2900}},
			},
		},
		Totals: order.DocumentTotals{
			Subtotal: 38900, Discount: 2900, TaxableSupply: 32727, Tax: 3273, Total: 36000,
			Taxes: []order.DocumentTax{{Name: "부가세", RatePPM: 100000, Amount: 3273}},
		},
		Tenders: []order.DocumentTender{{Kind: order.Cash, Name: "현금", Amount: 50000}}, Change: 14000,
	}
}

func mixed(d *order.Document) {
	d.Store.Name = "단골상회 연남점"
	d.Lines = []order.DocumentLine{
		{Name: "텀블러", Variant: "진초록", Quantity: 3, UnitPrice: 19990, Amount: 59970},
		{Name: "국산 사과", Quantity: 7, UnitPrice: 1330, Amount: 9310, Exempt: true},
		{Name: "외국인 관광 상품", Quantity: 1, UnitPrice: 10000, Amount: 10000},
	}
	d.Totals = order.DocumentTotals{
		Subtotal: 79280, TaxableSupply: 54518, Tax: 5452, Exempt: 9310, ZeroRated: 10000, Total: 79280,
	}
	d.Tenders[0].Amount, d.Change = 100000, 20720
}

// weighed is a piece of beans by weight, packed as a gift, one at a round weight, and a cake at an open price.
func weighed(d *order.Document) {
	d.Lines = []order.DocumentLine{
		{
			Name: "블렌드 원두", NameEN: "Blend Beans", Quantity: 1, Grams: 357, KiloPrice: 12345, UnitPrice: 5907, Amount: 5907,
			Options:   []order.DocumentOption{{Name: "선물 상자", NameEN: "Gift box", Quantity: 1, Amount: 1500}},
			Discounts: []order.DocumentDiscount{{Name: "끝전 할인", Amount: 7}},
		},
		{
			Name: "국산 삼겹살", NameEN: "Pork Belly", Variant: "구이용", Quantity: 1, Grams: 1350, KiloPrice: 26800, UnitPrice: 36180,
			Amount: 36180, Exempt: true,
		},
		{Name: "주문 케이크", NameEN: "Cake to Order", Quantity: 1, UnitPrice: 45000, Amount: 45000},
	}
	d.Totals = order.DocumentTotals{
		Subtotal: 87087, Discount: 7, TaxableSupply: 46273, Tax: 4627, Exempt: 36180, Total: 87080,
	}
	d.Tenders[0].Amount, d.Change = 100000, 12920
}

// exchange brings back a bread that was paid by card and in cash, for the two drinks and the set.
func exchange(d *order.Document) {
	d.Kind, d.Title, d.Number = order.ExchangeReceipt, "교환 영수증", "AB12-1-000131"
	d.Refunded = &order.DocumentOriginal{Number: "AB12-1-000117", IssuedAt: d.IssuedAt, BusinessDate: d.BusinessDate}
	d.Returned = &order.DocumentReturn{
		Lines: []order.DocumentLine{
			{Name: "텀블러", Variant: "진초록", Quantity: 2, UnitPrice: 19000, Amount: 38000, Discounts: []order.DocumentDiscount{{Name: "할인", Amount: 8000}}},
			{Name: "국산 사과", Quantity: 1, UnitPrice: 2000, Amount: 2000, Exempt: true},
		},
		Totals: order.DocumentTotals{
			Subtotal: 40000, Discount: 8000, TaxableSupply: 27273, Tax: 2727, Exempt: 2000, Total: 32000,
			Taxes: []order.DocumentTax{{Name: "부가세", RatePPM: 100000, Amount: 2727}},
		},
		Carried: []order.DocumentTender{
			{Kind: order.Card, Name: "카드", Amount: 20000}, {Kind: order.Cash, Name: "현금", Amount: 12000},
		},
	}
	d.Tenders[0].Amount, d.Change = 10000, 6000
	d.Notes = []string{"현금영수증 신청 (소득공제) *******5678 16,000원", "현금영수증 취소 (소득공제) *******5678 12,000원"}
}

// exchangeBack brings back more than is taken.
func exchangeBack(d *order.Document) {
	exchange(d)
	d.Lines = d.Lines[:1]
	d.Totals = order.DocumentTotals{Subtotal: 10000, TaxableSupply: 9091, Tax: 909, Total: 10000}
	d.Returned.Carried = d.Returned.Carried[:1]
	d.Returned.Carried[0].Amount = 10000
	d.Returned.PaidBack = []order.DocumentTender{
		{Kind: order.Card, Name: "카드", Amount: 10000, Details: []string{"승인번호 30012399 · 일시불", "국민카드 1234-56**-****-7890"}},
		{Kind: order.Cash, Name: "현금", Amount: 12000},
	}
	d.Tenders, d.Change, d.Notes = nil, 0, []string{"현금영수증 취소 (소득공제) *******5678 12,000원"}
}

func dollars(d *order.Document) {
	d.Language, d.Currency, d.TaxMode, d.Title, d.Register, d.Cashier = "en", "USD", "exclusive", "Receipt", "Till 1", "Hana"
	d.Merchant = order.DocumentMerchant{
		Name: "Dangol Supply LLC", RegistrationNumber: "12-3456789", Representative: "Jane Doe", Phone: "555-0100",
	}
	d.Store = order.DocumentStore{
		Name: "Dangol Supply", Address: "1 Main Street, Springfield", Phone: "555-0101", TimeZone: "America/New_York",
	}
	d.Lines = []order.DocumentLine{
		{Name: "공책", NameEN: "Notebook", Quantity: 3, UnitPrice: 499, Amount: 1497},
		{Name: "빵", NameEN: "Bread", Quantity: 1, UnitPrice: 349, Amount: 349, Exempt: true},
	}
	d.Totals = order.DocumentTotals{
		Subtotal: 1846, TaxableSupply: 1497, Tax: 124, Exempt: 349, Total: 1970,
		Taxes: []order.DocumentTax{{Name: "State tax", RatePPM: 62500, Amount: 94}, {Name: "City tax", RatePPM: 20000, Amount: 30}},
	}
	d.Tenders = []order.DocumentTender{{Kind: order.Cash, Name: "Cash", Amount: 5000}}
	d.Change = 3030
}
