package demo

import (
	"fmt"

	"dangol/internal/capability/catalog"
	"dangol/internal/core/pricing"
)

// The names of the café's option groups.
const (
	temperature = "온도"
	size        = "사이즈"
	beans       = "원두"
	shot        = "샷 추가"
	syrup       = "시럽"
	milk        = "우유 변경"
	ice         = "얼음"
	spread      = "곁들임"
)

// cafeGroups are shared by the café's drinks, and one by its bread.
func cafeGroups() []optionGroup {
	type option = catalog.Option
	return []optionGroup{
		{catalog.Group{Name: temperature, NameEN: "Temperature", Minimum: 1, Maximum: 1, Options: []option{
			{Name: "HOT", NameEN: "Hot"},
			{Name: "ICE", NameEN: "Iced", Delta: 500},
		}}, []int{42, 58}},
		{catalog.Group{Name: size, NameEN: "Size", Minimum: 1, Maximum: 1, Options: []option{
			{Name: "레귤러", NameEN: "Regular", Preset: true},
			{Name: "라지", NameEN: "Large", Delta: 700},
		}}, []int{72, 28}},
		{catalog.Group{Name: beans, NameEN: "Beans", Minimum: 1, Maximum: 1, Options: []option{
			{Name: "고소한 블렌드", NameEN: "Nutty blend", Preset: true},
			{Name: "산뜻한 블렌드", NameEN: "Bright blend"},
			{Name: "디카페인", NameEN: "Decaf", Delta: 500},
		}}, []int{70, 20, 10}},
		{catalog.Group{Name: shot, NameEN: "Extra shot", Minimum: 0, Maximum: 3, Options: []option{
			{Name: "샷", NameEN: "Shot", Delta: 500},
		}}, []int{9}},
		{catalog.Group{Name: syrup, NameEN: "Syrup", Minimum: 0, Maximum: 2, Options: []option{
			{Name: "바닐라 시럽", NameEN: "Vanilla syrup", Delta: 500},
			{Name: "헤이즐넛 시럽", NameEN: "Hazelnut syrup", Delta: 500},
			{Name: "캐러멜 시럽", NameEN: "Caramel syrup", Delta: 500},
		}}, []int{4, 3, 2}},
		{catalog.Group{Name: milk, NameEN: "Milk", Minimum: 0, Maximum: 1, Options: []option{
			{Name: "저지방 우유", NameEN: "Low-fat milk"},
			{Name: "두유", NameEN: "Soy milk", Delta: 500},
			{Name: "귀리 음료", NameEN: "Oat drink", Delta: 800},
		}}, []int{6, 3, 7}},
		{catalog.Group{Name: ice, NameEN: "Ice", Minimum: 0, Maximum: 1, Options: []option{
			{Name: "얼음 적게", NameEN: "Less ice"},
			{Name: "얼음 많이", NameEN: "More ice"},
		}}, []int{8, 3}},
		{catalog.Group{Name: spread, NameEN: "With it", Minimum: 0, Maximum: 2, Options: []option{
			{Name: "크림치즈", NameEN: "Cream cheese", Delta: 1000},
			{Name: "딸기잼", NameEN: "Strawberry jam", Delta: 500},
			{Name: "버터", NameEN: "Butter", Delta: 500},
		}}, []int{25, 15, 10}},
	}
}

// dish is one row of the menu.
type dish struct {
	name, english string
	price         int64
	weight        int
	groups        []string
	// values are those of the variants when there are several; all cost the same unless more says otherwise.
	axis   string
	values []string
	more   []int64
	exempt bool
	steady bool
}

// page is one category of the menu.
type page struct {
	name, english string
	kind          catalog.Kind
	par           int64
	fresh         bool
	dishes        []dish
}

// cafeMenu is the café's menu. Drinks and bread are prepared or baked in the shop; drinks aren't counted.
//
// The banana is exempt: fruit that is sold as it grew is 미가공식료품 (부가가치세법 제26조제1항제1호, 시행령 제34조제1항). Coffee
// beans are roasted, and taxed.
func cafeMenu() []page {
	espresso := []string{temperature, size, beans, shot, syrup}
	latte := []string{temperature, size, beans, shot, syrup, milk}
	warm := []string{temperature, size, milk}
	tea := []string{temperature, size}
	cold := []string{size, ice}
	return []page{
		{name: "커피", english: "Coffee", kind: catalog.Food, dishes: []dish{
			{name: "아메리카노", english: "Americano", price: 3300, weight: 210, groups: espresso},
			{name: "카페라떼", english: "Café Latte", price: 4300, weight: 95, groups: latte},
			{name: "에스프레소", english: "Espresso", price: 2800, weight: 8, groups: []string{beans}},
			{name: "카푸치노", english: "Cappuccino", price: 4300, weight: 18, groups: latte},
			{name: "바닐라라떼", english: "Vanilla Latte", price: 4800, weight: 52, groups: latte},
			{name: "카페모카", english: "Café Mocha", price: 4900, weight: 18, groups: latte},
			{name: "캐러멜마키아토", english: "Caramel Macchiato", price: 5000, weight: 22, groups: latte},
			{name: "콜드브루", english: "Cold Brew", price: 4200, weight: 38, groups: cold},
			{name: "콜드브루라떼", english: "Cold Brew Latte", price: 4700, weight: 20, groups: []string{size, milk, ice}},
			{name: "아인슈페너", english: "Einspänner", price: 5200, weight: 24, groups: []string{temperature, beans, shot}},
		}},
		{name: "논커피", english: "Without Coffee", kind: catalog.Food, dishes: []dish{
			{name: "초코라떼", english: "Chocolate Latte", price: 4800, weight: 22, groups: warm},
			{name: "녹차라떼", english: "Green Tea Latte", price: 4900, weight: 24, groups: warm},
			{name: "고구마라떼", english: "Sweet Potato Latte", price: 4900, weight: 14, groups: warm},
			{name: "곡물라떼", english: "Grain Latte", price: 4800, weight: 8, groups: warm},
			{name: "흑임자라떼", english: "Black Sesame Latte", price: 5200, weight: 10, groups: warm},
			{name: "딸기라떼", english: "Strawberry Latte", price: 5500, weight: 18, groups: cold},
		}},
		{name: "티", english: "Tea", kind: catalog.Food, dishes: []dish{
			{name: "캐모마일", english: "Camomile", price: 4000, weight: 12, groups: tea},
			{name: "얼그레이", english: "Earl Grey", price: 4000, weight: 14, groups: tea},
			{name: "페퍼민트", english: "Peppermint", price: 4000, weight: 9, groups: tea},
			{name: "유자차", english: "Citron Tea", price: 4500, weight: 11, groups: tea},
			{name: "자몽차", english: "Grapefruit Tea", price: 4700, weight: 12, groups: tea},
			{name: "대추차", english: "Jujube Tea", price: 5000, weight: 5, groups: []string{size}},
		}},
		{name: "에이드·주스", english: "Ades and Juices", kind: catalog.Food, dishes: []dish{
			{name: "레몬에이드", english: "Lemonade", price: 5000, weight: 18, groups: cold},
			{name: "자몽에이드", english: "Grapefruit Ade", price: 5300, weight: 20, groups: cold},
			{name: "청포도에이드", english: "Green Grape Ade", price: 5300, weight: 16, groups: cold},
			{name: "딸기주스", english: "Strawberry Juice", price: 5800, weight: 9, groups: cold},
			{name: "오렌지주스", english: "Orange Juice", price: 5800, weight: 8, groups: cold},
		}},
		{name: "디저트", english: "Desserts", kind: catalog.Goods, par: 14, fresh: true, dishes: []dish{
			{name: "뉴욕 치즈케이크", english: "New York Cheesecake", price: 6500, weight: 14},
			{name: "티라미수", english: "Tiramisu", price: 6800, weight: 12},
			{name: "당근 케이크", english: "Carrot Cake", price: 6800, weight: 10},
			{name: "초코 브라우니", english: "Chocolate Brownie", price: 4500, weight: 11},
			{
				name: "마카롱", english: "Macaron", price: 2800, weight: 13, axis: "맛",
				values: []string{"바닐라", "산딸기", "피스타치오"},
			},
			{name: "바나나", english: "Banana", price: 1500, weight: 9, exempt: true},
		}},
		{name: "베이커리", english: "Bakery", kind: catalog.Goods, par: 18, fresh: true, dishes: []dish{
			{name: "크루아상", english: "Croissant", price: 3800, weight: 20},
			{name: "소금빵", english: "Salt Bread", price: 3200, weight: 26},
			{name: "베이글", english: "Bagel", price: 3600, weight: 14, groups: []string{spread}},
			{name: "스콘", english: "Scone", price: 3500, weight: 12, groups: []string{spread}},
			{name: "햄치즈 샌드위치", english: "Ham and Cheese Sandwich", price: 6200, weight: 18},
		}},
		{name: "굿즈·원두", english: "Goods and Beans", kind: catalog.Goods, par: 20, dishes: []dish{
			{
				name: "원두 200g", english: "Coffee Beans 200 g", price: 14000, weight: 4, axis: "종류",
				values: []string{"고소한 블렌드", "산뜻한 블렌드", "디카페인"}, more: []int64{0, 1000, 2000},
			},
			{name: "드립백 10개입", english: "Drip Bags, Box of 10", price: 12000, weight: 3},
			{
				name: "머그컵", english: "Mug", price: 15000, weight: 2, axis: "색상",
				values: []string{"화이트", "블랙"},
			},
			{name: "텀블러 473ml", english: "Tumbler 473 ml", price: 28000, weight: 1},
			{name: "커피 노트", english: "Coffee Notebook", price: 8000, weight: 2, steady: true},
		}},
	}
}

// cafe is the café's assortment.
func cafe() assortment {
	found := assortment{groups: cafeGroups()}
	number := 0
	for _, page := range cafeMenu() {
		found.categories = append(found.categories, catalog.Category{Name: page.name, NameEN: page.english})
		for _, dish := range page.dishes {
			number++
			found.products = append(found.products, page.product(dish, fmt.Sprintf("C%03d", number), number))
		}
	}
	return found
}

func (p page) product(d dish, sku string, number int) product {
	made := product{
		Product:  catalog.Product{Handle: slug("cafe " + d.english), Name: d.name, NameEN: d.english, Kind: p.kind},
		category: p.name, groups: d.groups, weight: d.weight, par: p.par, fresh: p.fresh,
		steady: d.steady,
	}
	made.Axes[0] = d.axis
	values := d.values
	if len(values) == 0 {
		values = []string{""}
	}
	for i, value := range values {
		variant := catalog.Variant{SKU: sku, Tracked: p.par > 0, TaxClass: pricing.Standard, Sort: int64(i)}
		if d.exempt {
			variant.TaxClass = pricing.ExemptItem
		}
		variant.Values[0] = value
		if len(values) > 1 {
			variant.SKU = fmt.Sprintf("%s-%d", sku, i+1)
		}
		if p.par > 0 && !p.fresh {
			variant.Barcodes = []string{barcode(cafeItems + 10*number + i)}
		}
		price := d.price
		if d.more != nil {
			price += d.more[i]
		}
		made.Variants = append(made.Variants, variant)
		made.prices = append(made.prices, price)
	}
	return made
}
