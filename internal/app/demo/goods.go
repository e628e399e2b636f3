package demo

import (
	"fmt"
	"strings"

	"dangol/internal/capability/catalog"
	"dangol/internal/core/pricing"
)

// choice is one way in which goods of a family differ, in both languages.
type choice struct{ name, english string }

// The makes of a family: each is a product of its own, named before the family.
var (
	one        = []choice{{"", ""}}
	patterns   = []choice{{"민무늬", "Plain"}, {"줄무늬", "Striped"}, {"체크", "Checked"}, {"꽃무늬", "Floral"}}
	styles     = []choice{{"베이직", "Basic"}, {"모던", "Modern"}, {"빈티지", "Vintage"}}
	characters = []choice{{"고양이", "Cat"}, {"곰", "Bear"}, {"토끼", "Rabbit"}, {"강아지", "Puppy"}, {"펭귄", "Penguin"}}
	materials  = []choice{{"실리콘", "Silicone"}, {"스테인리스", "Stainless"}, {"나무", "Wooden"}}
	scents     = []choice{{"라벤더", "Lavender"}, {"레몬", "Lemon"}, {"숲", "Forest"}, {"비누", "Soap"}}
	fruits     = []choice{{"포도", "Grape"}, {"복숭아", "Peach"}, {"사과", "Apple"}, {"오렌지", "Orange"}}
	snacks     = []choice{{"새우", "Shrimp"}, {"감자", "Potato"}, {"옥수수", "Corn"}, {"고구마", "Sweet Potato"}}
	chocolates = []choice{{"밀크", "Milk"}, {"다크", "Dark"}, {"아몬드", "Almond"}}
	candies    = []choice{{"박하", "Mint"}, {"누룽지", "Scorched Rice"}, {"홍삼", "Red Ginseng"}}
	noodles    = []choice{{"매운", "Hot"}, {"순한", "Mild"}, {"해물", "Seafood"}}
	grains     = []choice{{"백미", "White Rice"}, {"현미", "Brown Rice"}, {"찹쌀", "Glutinous Rice"}}
	pulses     = []choice{{"검은", "Black"}, {"흰", "White"}, {"푸른", "Green"}}
	thickness  = []choice{{"AA", "AA"}, {"AAA", "AAA"}}
	teas       = []choice{{"보리차", "Barley"}, {"옥수수차", "Corn"}, {"녹차", "Green"}, {"둥굴레차", "Solomon's Seal"}}
	rulings    = []choice{{"줄", "Ruled"}, {"무지", "Blank"}, {"모눈", "Grid"}}
)

// axis is a property by which the variants of a product differ.
type axis struct {
	name   string
	values []string
}

var (
	none       = axis{"", []string{""}}
	neutral    = axis{"색상", []string{"화이트", "블랙", "그레이"}}
	colours    = axis{"색상", []string{"화이트", "블랙", "그레이", "베이지", "네이비"}}
	pastels    = axis{"색상", []string{"핑크", "민트", "라벤더", "옐로"}}
	inks       = axis{"색상", []string{"검정", "파랑", "빨강"}}
	bright     = axis{"색상", []string{"빨강", "노랑", "초록", "파랑"}}
	sizes      = axis{"크기", []string{"소", "중", "대"}}
	papers     = axis{"규격", []string{"A6", "A5", "B5"}}
	volumes    = axis{"용량", []string{"250ml", "500ml", "1L"}}
	packs      = axis{"묶음", []string{"1개", "3개"}}
	weights    = axis{"중량", []string{"500g", "1kg"}}
	bottles    = axis{"용량", []string{"500ml", "2L"}}
	multipacks = axis{"묶음", []string{"1개", "5개"}}
	lengths    = axis{"길이", []string{"1m", "2m"}}
	duo        = axis{"색상", []string{"화이트", "핑크"}}
	clothes    = axis{"크기", []string{"S", "M", "L"}}
)

// family is goods that are alike. Its makes are products, its axes make the variants.
type family struct {
	choice
	price  int64 // of the first value of the second axis
	step   int64 // more for each further value of the second axis
	makes  []choice
	first  axis
	second axis
	weight int
	exempt bool
}

// aisle is one category of the variety store.
type aisle struct {
	choice
	code     string
	families []family
}

// aisles are what the variety store (잡화점) sells. Grain and beans are exempt as 미가공식료품 (부가가치세법 제26조제1항제1호,
// 시행령 제34조제1항).
var aisles = []aisle{
	{choice{"주방", "Kitchen"}, "KIT", []family{
		{choice: choice{"접시", "Plate"}, price: 2000, step: 1000, makes: patterns, first: neutral, second: sizes, weight: 6},
		{choice: choice{"머그컵", "Mug"}, price: 3000, makes: characters, first: pastels, second: none, weight: 6},
		{choice: choice{"밥공기", "Rice Bowl"}, price: 2000, makes: patterns, first: colours, second: none, weight: 5},
		{choice: choice{"밀폐용기", "Food Container"}, price: 2000, step: 1000, makes: styles, first: neutral, second: volumes, weight: 8},
		{choice: choice{"집게", "Tongs"}, price: 2000, step: 500, makes: materials, first: none, second: sizes, weight: 3},
		{choice: choice{"뒤집개", "Turner"}, price: 2000, makes: materials, first: neutral, second: none, weight: 3},
		{choice: choice{"도마", "Cutting Board"}, price: 5000, step: 2500, makes: materials, first: none, second: sizes, weight: 2},
		{choice: choice{"프라이팬", "Frying Pan"}, price: 9900, step: 5000, makes: styles, first: none, second: sizes, weight: 1},
		{choice: choice{"수저", "Cutlery"}, price: 3000, step: 5000, makes: patterns, first: none, second: packs, weight: 3},
	}},
	{choice{"욕실", "Bathroom"}, "BTH", []family{
		{choice: choice{"수건", "Towel"}, price: 3000, step: 2000, makes: patterns, first: colours, second: sizes, weight: 7},
		{choice: choice{"칫솔", "Toothbrush"}, price: 1500, step: 2500, makes: styles, first: bright, second: packs, weight: 9},
		{choice: choice{"비누 받침", "Soap Dish"}, price: 1500, makes: materials, first: neutral, second: none, weight: 3},
		{choice: choice{"욕실 매트", "Bath Mat"}, price: 5000, step: 3000, makes: patterns, first: neutral, second: sizes, weight: 2},
		{choice: choice{"샤워 타월", "Bath Sponge"}, price: 1000, makes: styles, first: pastels, second: none, weight: 5},
		{choice: choice{"디퓨저", "Diffuser"}, price: 5000, step: 3000, makes: scents, first: none, second: packs, weight: 3},
	}},
	{choice{"문구", "Stationery"}, "STA", []family{
		{choice: choice{"노트", "Notebook"}, price: 1500, step: 500, makes: rulings, first: colours, second: papers, weight: 10},
		{choice: choice{"캐릭터 노트", "Notebook"}, price: 2000, step: 500, makes: characters, first: none, second: papers, weight: 8},
		{choice: choice{"볼펜", "Ballpoint Pen"}, price: 1000, step: 1500, makes: styles, first: inks, second: packs, weight: 10},
		{choice: choice{"형광펜", "Highlighter"}, price: 1000, step: 1500, makes: one, first: pastels, second: packs, weight: 7},
		{choice: choice{"필통", "Pencil Case"}, price: 3000, step: 1000, makes: characters, first: pastels, second: sizes, weight: 4},
		{choice: choice{"메모지", "Memo Pad"}, price: 1000, makes: patterns, first: pastels, second: none, weight: 7},
		{choice: choice{"파일", "Folder"}, price: 1000, step: 1500, makes: styles, first: bright, second: packs, weight: 5},
		{choice: choice{"스티커", "Stickers"}, price: 1000, makes: characters, first: none, second: packs, step: 1500, weight: 8},
		{choice: choice{"가위", "Scissors"}, price: 2000, makes: styles, first: neutral, second: none, weight: 3},
	}},
	{choice{"수납", "Storage"}, "STO", []family{
		{choice: choice{"바구니", "Basket"}, price: 2000, step: 1000, makes: styles, first: colours, second: sizes, weight: 7},
		{choice: choice{"수납함", "Storage Box"}, price: 5000, step: 2000, makes: patterns, first: neutral, second: sizes, weight: 5},
		{choice: choice{"옷걸이", "Hangers"}, price: 2000, step: 3000, makes: materials, first: neutral, second: packs, weight: 5},
		{choice: choice{"서랍 칸막이", "Drawer Divider"}, price: 1500, step: 500, makes: one, first: neutral, second: sizes, weight: 3},
		{choice: choice{"지퍼백", "Zip Bags"}, price: 1500, step: 1000, makes: one, first: none, second: sizes, weight: 8},
		{choice: choice{"벽걸이 훅", "Wall Hook"}, price: 1000, step: 1500, makes: styles, first: neutral, second: packs, weight: 5},
		{choice: choice{"리빙박스", "Lidded Box"}, price: 7000, step: 3000, makes: styles, first: neutral, second: sizes, weight: 3},
	}},
	{choice{"청소", "Cleaning"}, "CLN", []family{
		{choice: choice{"수세미", "Scrubber"}, price: 1000, step: 1500, makes: materials, first: pastels, second: packs, weight: 9},
		{choice: choice{"행주", "Dishcloth"}, price: 1500, step: 2000, makes: patterns, first: pastels, second: packs, weight: 6},
		{choice: choice{"세정제", "Cleaner"}, price: 2000, step: 1000, makes: scents, first: none, second: volumes, weight: 6},
		{choice: choice{"빗자루", "Broom"}, price: 3000, step: 1500, makes: styles, first: none, second: sizes, weight: 2},
		{choice: choice{"고무장갑", "Rubber Gloves"}, price: 2000, makes: styles, first: pastels, second: clothes, weight: 6},
		{choice: choice{"휴지통", "Wastebasket"}, price: 3000, step: 2000, makes: styles, first: neutral, second: sizes, weight: 2},
		{choice: choice{"물티슈", "Wet Wipes"}, price: 1500, step: 2500, makes: scents, first: none, second: packs, weight: 8},
	}},
	{choice{"완구", "Toys"}, "TOY", []family{
		{choice: choice{"인형", "Plush Toy"}, price: 5000, step: 5000, makes: characters, first: pastels, second: sizes, weight: 4},
		{choice: choice{"블록", "Building Blocks"}, price: 5000, step: 5000, makes: styles, first: bright, second: sizes, weight: 3},
		{choice: choice{"퍼즐", "Puzzle"}, price: 3000, step: 2000, makes: characters, first: none, second: sizes, weight: 4},
		{choice: choice{"비눗방울", "Soap Bubbles"}, price: 1000, makes: characters, first: bright, second: none, weight: 5},
		{choice: choice{"색칠북", "Colouring Book"}, price: 2000, makes: characters, first: none, second: none, weight: 5},
		{choice: choice{"점토", "Modelling Clay"}, price: 1000, step: 2000, makes: one, first: bright, second: packs, weight: 4},
	}},
	{choice{"뷰티소품", "Beauty"}, "BTY", []family{
		{choice: choice{"머리끈", "Hair Ties"}, price: 1000, step: 1500, makes: patterns, first: pastels, second: packs, weight: 8},
		{choice: choice{"머리핀", "Hair Clip"}, price: 1500, makes: characters, first: pastels, second: none, weight: 6},
		{choice: choice{"화장 퍼프", "Make-up Sponge"}, price: 1000, step: 2000, makes: one, first: pastels, second: packs, weight: 7},
		{choice: choice{"손거울", "Hand Mirror"}, price: 3000, makes: patterns, first: pastels, second: none, weight: 3},
		{choice: choice{"파우치", "Pouch"}, price: 4000, step: 2000, makes: patterns, first: pastels, second: sizes, weight: 4},
		{choice: choice{"빗", "Comb"}, price: 2000, makes: materials, first: neutral, second: none, weight: 4},
		{choice: choice{"핸드크림", "Hand Cream"}, price: 3000, makes: scents, first: none, second: packs, step: 5000, weight: 5},
		{choice: choice{"머리띠", "Hairband"}, price: 2000, makes: characters, first: duo, second: none, weight: 4},
	}},
	{choice{"생활", "Household"}, "LIV", []family{
		{choice: choice{"양말", "Socks"}, price: 1500, step: 2500, makes: patterns, first: colours, second: packs, weight: 9},
		{choice: choice{"우산", "Umbrella"}, price: 7000, makes: patterns, first: colours, second: none, weight: 3},
		{choice: choice{"슬리퍼", "Slippers"}, price: 5000, makes: styles, first: neutral, second: clothes, weight: 4},
		{choice: choice{"쿠션", "Cushion"}, price: 7000, step: 3000, makes: patterns, first: neutral, second: sizes, weight: 2},
		{choice: choice{"건전지", "Batteries"}, price: 2000, step: 3000, makes: thickness, first: none, second: packs, weight: 9},
		{choice: choice{"충전 케이블", "Charging Cable"}, price: 5000, step: 1000, makes: styles, first: neutral, second: lengths, weight: 4},
		{choice: choice{"액자", "Picture Frame"}, price: 3000, step: 2000, makes: materials, first: none, second: sizes, weight: 2},
		{choice: choice{"향초", "Candle"}, price: 3000, step: 3000, makes: scents, first: none, second: sizes, weight: 3},
		{choice: choice{"돗자리", "Picnic Mat"}, price: 7000, step: 5000, makes: patterns, first: none, second: sizes, weight: 1},
		{choice: choice{"화분", "Flowerpot"}, price: 3000, step: 2000, makes: styles, first: none, second: sizes, weight: 2},
	}},
	{choice{"반려동물", "Pets"}, "PET", []family{
		{choice: choice{"목줄", "Leash"}, price: 4000, makes: patterns, first: bright, second: clothes, weight: 2},
		{choice: choice{"밥그릇", "Pet Bowl"}, price: 3000, step: 1500, makes: materials, first: neutral, second: sizes, weight: 2},
		{choice: choice{"삑삑이 장난감", "Squeaky Toy"}, price: 2000, makes: characters, first: bright, second: none, weight: 4},
		{choice: choice{"배변 패드", "Puppy Pads"}, price: 5000, step: 9000, makes: one, first: none, second: packs, weight: 4},
		{choice: choice{"반려동물 옷", "Pet Clothes"}, price: 6000, makes: patterns, first: none, second: clothes, weight: 1},
		{choice: choice{"반려동물 방석", "Pet Cushion"}, price: 9000, step: 4000, makes: patterns, first: neutral, second: sizes, weight: 1},
	}},
	{choice{"식품", "Food"}, "FOD", []family{
		{choice: choice{"젤리", "Gummies"}, price: 1000, step: 1500, makes: fruits, first: none, second: packs, weight: 12},
		{choice: choice{"과자", "Snack"}, price: 1500, step: 2500, makes: snacks, first: none, second: packs, weight: 12},
		{choice: choice{"초콜릿", "Chocolate"}, price: 1500, step: 2500, makes: chocolates, first: none, second: packs, weight: 10},
		{choice: choice{"사탕", "Candy"}, price: 1000, step: 1500, makes: candies, first: none, second: packs, weight: 8},
		{choice: choice{"생수", "Water"}, price: 1000, step: 500, makes: one, first: none, second: bottles, weight: 14},
		{choice: choice{"라면", "Instant Noodles"}, price: 1200, step: 4000, makes: noodles, first: none, second: multipacks, weight: 10},
		{choice: choice{"주스", "Juice"}, price: 1500, step: 2500, makes: fruits, first: none, second: packs, weight: 9},
		{choice: choice{"티백", "Tea Bags"}, price: 2500, step: 4000, makes: teas, first: none, second: packs, weight: 5},
		{choice: choice{"잼", "Jam"}, price: 4000, makes: fruits, first: none, second: none, weight: 2},
		{choice: choice{"", ""}, price: 3500, step: 3000, makes: grains, first: none, second: weights, weight: 4, exempt: true},
		{choice: choice{"콩", "Beans"}, price: 5000, step: 4500, makes: pulses, first: none, second: weights, weight: 2, exempt: true},
	}},
}

// goods is the variety store's assortment.
func goods() assortment {
	var found assortment
	item := 0
	for _, aisle := range aisles {
		found.categories = append(found.categories, catalog.Category{Name: aisle.name, NameEN: aisle.english})
		number := 0
		for _, family := range aisle.families {
			for _, kind := range family.makes {
				number++
				made := family.product(aisle, kind)
				for i := range made.Variants {
					item++
					made.Variants[i].SKU = fmt.Sprintf("%s-%03d-%d", aisle.code, number, i+1)
					made.Variants[i].Barcodes = []string{barcode(goodsItems + item)}
				}
				found.products = append(found.products, made)
			}
		}
	}
	return found
}

// product is one make of the family, with a variant for each pair of values.
func (f family) product(in aisle, kind choice) product {
	name := strings.TrimSpace(kind.name + " " + f.name)
	english := strings.TrimSpace(kind.english + " " + f.english)
	made := product{
		Product:  catalog.Product{Handle: slug(in.english + " " + english), Name: name, NameEN: english, Kind: catalog.Goods},
		category: in.name, weight: f.weight, par: 6 + int64(f.weight),
	}
	used := 0
	for _, axis := range []axis{f.first, f.second} {
		if axis.name != "" {
			made.Axes[used] = axis.name
			used++
		}
	}
	class := pricing.Standard
	if f.exempt {
		class = pricing.ExemptItem
	}
	for _, first := range f.first.values {
		for i, second := range f.second.values {
			variant := catalog.Variant{Tracked: true, TaxClass: class, Sort: int64(len(made.Variants))}
			at := 0
			for _, value := range []string{first, second} {
				if value != "" {
					variant.Values[at] = value
					at++
				}
			}
			made.Variants = append(made.Variants, variant)
			made.prices = append(made.prices, f.price+int64(i)*f.step)
		}
	}
	return made
}
