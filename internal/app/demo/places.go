package demo

import (
	"time"

	"dangol/internal/capability/discount"
	"dangol/internal/core/place"
	"dangol/internal/ground/lang"
)

// zone is where all demo stores are.
const zone = "Asia/Seoul"

// Password is that of everyone who works in the demo.
const Password = "dangol-demo"

// PIN is everybody's at the tills.
const PIN = "2580"

// brandName is the demo organisation's, by which it is found again.
const brandName = "단골 데모"

const brandLanguage = lang.Korean

// The merchants, stores and people are made up, and look so. No tax office has the number 000, with which their
// registration numbers begin. No exchange number begins with a 0, so no telephone rings at 02-0000 (전기통신번호관리세칙;
// unverified). No city is called 새별시.

// company is one merchant with its stores.
type company struct {
	identity place.Identity
	sells    func() assortment
	stores   []site
	// asksService says that its tills ask whether a guest eats in.
	asksService bool
	// manager looks after all stores of the company.
	manager person
}

// site is one store.
type site struct {
	code, name, address, phone string
	hours                      []place.Hours
	tills                      []string
	// cashiers work in turn: the first half of the day, then the second.
	cashiers [2]person
	// surcharge is added to prices of what is prepared in this store.
	surcharge int64
	crowd     crowd
}

// person is one of the staff.
type person struct{ login, name string }

// owner owns the organisation.
var owner = person{"owner", "김단골"}

// discounts are those that the brand has named.
var discounts = []discount.Discount{
	{Name: "직원 할인", NameEN: "Staff discount", PercentPPM: 300_000, Active: true},
	{Name: "단골 쿠폰", NameEN: "Regular’s coupon", Amount: 1_000, Currency: currency, Active: true},
	{Name: "개인 컵", NameEN: "Own cup", Amount: 300, Currency: currency, Active: true},
	{Name: "사장님 손님", NameEN: "Guest of the house", PercentPPM: 1_000_000, Approval: true, Active: true},
}

// companies are those of the brand on a day.
func companies(today time.Time) []company {
	return []company{
		{
			identity: place.Identity{
				ValidFrom: today.AddDate(-2, 0, 0).Format(time.DateOnly), RegistrationNumber: "000-81-00014", Name: "주식회사 가상커피",
				Representative: "김단골", Address: "가상도 새별시 단골구 처음로 12, 1층", Phone: "02-0000-0100",
				BusinessType: "음식점업", BusinessItem: "커피전문점", Taxation: place.General,
			},
			sells: cafe, asksService: true,
			manager: person{"manager", "이한결"},
			stores: []site{
				{
					code: "CAFE-1", name: "가상커피 처음로점", address: "가상도 새별시 단골구 처음로 12, 1층", phone: "02-0000-0101",
					hours: week(7*60+30, 21*60, 9*60, 19*60), tills: []string{"카운터 1", "카운터 2"},
					cashiers: [2]person{{"cashier", "박새봄"}, {"cashier2", "최가람"}}, crowd: offices,
				},
				{
					code: "CAFE-2", name: "가상커피 새별역점", address: "가상도 새별시 단골구 역앞로 3, 2층", phone: "02-0000-0102",
					hours: week(8*60, 22*60+30, 9*60, 22*60+30), tills: []string{"카운터 1", "카운터 2"},
					cashiers: [2]person{{"cashier3", "정다온"}, {"cashier4", "강마루"}}, crowd: station, surcharge: 200,
				},
			},
		},
		{
			// Who opens and expects to sell little is 간이과세자 until the year ends (부가가치세법 제61조제3항, 제4항; the paragraphs
			// are unverified), whatever comes of it: so the demo shows both kinds of Korean receipt.
			identity: place.Identity{
				ValidFrom: today.AddDate(0, -1, 0).Format(time.DateOnly), RegistrationNumber: "000-01-00026", Name: "있을것은다있는가상잡화",
				Representative: "윤슬기", Address: "가상도 새별시 단골구 시장길 7", Phone: "02-0000-0200",
				BusinessType: "소매업", BusinessItem: "생활용품", Taxation: place.Simplified,
			},
			sells:   goods,
			manager: person{"manager2", "윤슬기"},
			stores: []site{
				{
					code: "GOODS-1", name: "있을것은다있는가상잡화 시장점", address: "가상도 새별시 단골구 시장길 7", phone: "02-0000-0201",
					hours: week(10*60, 21*60+30, 10*60, 22*60), tills: []string{"계산대 1", "계산대 2"},
					cashiers: [2]person{{"cashier5", "한이음"}, {"cashier6", "오누리"}}, crowd: market,
				},
			},
		},
	}
}

// week is opening hours from Monday to Friday, and at the weekend, in minutes after midnight.
func week(opens, closes, weekendOpens, weekendCloses int) []place.Hours {
	var hours []place.Hours
	for weekday := range 7 {
		span := place.Hours{Weekday: weekday, Opens: opens, Closes: closes}
		if weekday == 0 || weekday == 6 {
			span.Opens, span.Closes = weekendOpens, weekendCloses
		}
		hours = append(hours, span)
	}
	return hours
}
