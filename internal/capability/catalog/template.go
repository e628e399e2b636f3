package catalog

import (
	"strings"
	"unicode"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
)

// Format is how a catalogue file is laid out.
type Format string

const (
	Auto     Format = "auto"    // whichever its header says
	Template Format = "dangol"  // one row a variant, in the columns of the template
	Shopify  Format = "shopify" // Shopify's product CSV
)

// field is what a column holds.
type field int

const (
	fieldHandle field = iota
	fieldName
	fieldNameEN
	fieldDescription
	fieldCategory
	fieldKind
	fieldStatus
	fieldAxis1
	fieldValue1
	fieldAxis2
	fieldValue2
	fieldAxis3
	fieldValue3
	fieldSKU
	fieldBarcode
	fieldPrice
	fieldTax
	fieldTracked
	fieldOpening
	fieldGroups
	fieldSoldBy
	fieldLeast
	fieldMost
	fieldPublished
	fieldTaxable
	fieldPolicy
	fieldGiftCard
	fieldImage
	fieldCount
)

// column is how a field is named in files, and explained in the template.
type column struct {
	ko, en  string
	aliases []string
	shopify string
	helpKO  string
	helpEN  string
	width   float64
}

// columns are the fields by their names; those after fieldMost are Shopify's alone (names as in its product CSV,
// https://help.shopify.com/en/manual/products/import-export/using-csv).
var columns = [fieldCount]column{
	fieldHandle: {
		ko: "상품코드", en: "handle", aliases: []string{"코드", "product code"}, shopify: "Handle", width: 18,
		helpKO: "상품을 가리키는 고유한 코드. 옵션이 다른 줄은 같은 코드로 묶여요. 비우면 상품명으로 만들어요.",
		helpEN: "Unique code of the product. Rows with the same code are one product. Empty: made from the name.",
	},
	fieldName: {
		ko: "상품명", en: "name", aliases: []string{"메뉴명", "이름", "product name", "title"}, shopify: "Title", width: 26,
		helpKO: "꼭 필요해요. 200자까지.", helpEN: "Required. Up to 200 characters.",
	},
	fieldNameEN: {
		ko: "영문명", en: "name_en", aliases: []string{"english name"}, width: 22,
		helpKO: "영어 화면과 영어 영수증에 쓰는 이름.", helpEN: "The name on English screens and receipts.",
	},
	fieldDescription: {
		ko: "설명", en: "description", shopify: "Body (HTML)", width: 30,
		helpKO: "5,000자까지.", helpEN: "Up to 5,000 characters.",
	},
	fieldCategory: {
		ko: "분류", en: "category", aliases: []string{"카테고리"}, shopify: "Type", width: 14,
		helpKO: "없는 분류는 새로 만들어요.", helpEN: "A category that does not exist is created.",
	},
	fieldKind: {
		ko: "종류", en: "kind", width: 10,
		helpKO: "상품(기본), 음식, 서비스 중 하나.", helpEN: "goods (default), food or service.",
	},
	fieldStatus: {
		ko: "상태", en: "status", shopify: "Status", width: 10,
		helpKO: "판매(기본) 또는 보관. 보관한 상품은 팔지 않아요.", helpEN: "active (default) or archived. An archived product is not sold.",
	},
	fieldAxis1: {
		ko: "옵션1 이름", en: "option1_name", shopify: "Option1 Name", width: 12,
		helpKO: "품목을 나누는 기준. 예: 사이즈", helpEN: "What the variants differ by, such as Size.",
	},
	fieldValue1: {
		ko: "옵션1 값", en: "option1_value", shopify: "Option1 Value", width: 12,
		helpKO: "이 줄의 값. 예: L", helpEN: "The value in this row, such as L.",
	},
	fieldAxis2: {
		ko: "옵션2 이름", en: "option2_name", shopify: "Option2 Name", width: 12,
		helpKO: "둘째 기준.", helpEN: "The second property.",
	},
	fieldValue2: {
		ko: "옵션2 값", en: "option2_value", shopify: "Option2 Value", width: 12,
		helpKO: "둘째 기준의 값.", helpEN: "Its value.",
	},
	fieldAxis3: {
		ko: "옵션3 이름", en: "option3_name", shopify: "Option3 Name", width: 12,
		helpKO: "셋째 기준.", helpEN: "The third property.",
	},
	fieldValue3: {
		ko: "옵션3 값", en: "option3_value", shopify: "Option3 Value", width: 12,
		helpKO: "셋째 기준의 값.", helpEN: "Its value.",
	},
	fieldSKU: {
		ko: "품목코드(SKU)", en: "sku", aliases: []string{"품목코드", "품목코드 SKU"}, shopify: "Variant SKU", width: 16,
		helpKO: "브랜드 안에서 하나뿐인 품목 코드. 같은 SKU의 품목을 찾아 고쳐요.",
		helpEN: "Unique in the organisation. A variant with this SKU is the one that is changed.",
	},
	fieldBarcode: {
		ko: "바코드", en: "barcode", aliases: []string{"barcodes"}, shopify: "Variant Barcode", width: 18,
		helpKO: "여러 개는 | 로 나눠요. 8·12·13자리 숫자는 확인 숫자까지 맞아야 해요.",
		helpEN: "Several are separated by |. Codes of 8, 12 or 13 digits must have a correct check digit.",
	},
	fieldPrice: {
		ko: "가격", en: "price", aliases: []string{"판매가"}, shopify: "Variant Price", width: 12,
		helpKO: "고른 매장의 판매가. 비우면 있던 가격을 그대로 두고, 새 품목은 그 매장에서 팔지 않아요.",
		helpEN: "The price in the chosen stores. Empty: the price stays; a new variant is not sold there.",
	},
	fieldTax: {
		ko: "과세구분", en: "tax_class", aliases: []string{"tax class", "세금"}, width: 10,
		helpKO: "과세(기본), 면세, 영세 중 하나.", helpEN: "standard (default), exempt or zero.",
	},
	fieldTracked: {
		ko: "재고관리", en: "tracked", width: 10,
		helpKO: "예 또는 아니오(기본). 예: 수량을 세고, 0보다 적게 팔 수 없어요.",
		helpEN: "Y or N (default). Y: units are counted and can't be sold below zero.",
	},
	fieldOpening: {
		ko: "초기재고", en: "opening_stock", aliases: []string{"opening"}, shopify: "Variant Inventory Qty", width: 10,
		helpKO: "고른 매장마다 들어가는 첫 수량. 그 매장에서 처음 파는 품목에만 쓰고, 그 뒤에는 바꾸지 않아요.",
		helpEN: "The first quantity in each chosen store. Used only where the variant was not sold before.",
	},
	fieldGroups: {
		ko: "옵션그룹", en: "option_groups", width: 20,
		helpKO: "주문할 때 고르는 옵션 그룹의 이름. 여러 개는 | 로 나눠요. 그룹은 먼저 만들어 두세요.",
		helpEN: "Names of the option groups that are asked for, separated by |. Create the groups first.",
	},
	fieldSoldBy: {
		ko: "판매방식", en: "sold_by", aliases: []string{"판매 방식"}, width: 12,
		helpKO: "수량(기본), 금액입력(계산할 때 금액을 적는 시가 상품), 무게(가격은 1kg의 값, 재고는 그램) 중 하나.",
		helpEN: "unit (default), open_price (the amount is entered at the till) or weight (price per kg, stock in grams).",
	},
	fieldLeast: {
		ko: "최소금액", en: "least_price", width: 12,
		helpKO: "금액입력 상품에 적을 수 있는 가장 작은 금액. 비우면 있던 값을 그대로 둬요. 0은 제한 없음.",
		helpEN: "The lowest amount of an open price. Empty: it stays. 0: none.",
	},
	fieldMost: {
		ko: "최대금액", en: "most_price", width: 12,
		helpKO: "금액입력 상품에 적을 수 있는 가장 큰 금액. 비우면 있던 값을 그대로 둬요. 0은 제한 없음.",
		helpEN: "The highest amount of an open price. Empty: it stays. 0: none.",
	},
	fieldPublished: {shopify: "Published"},
	fieldTaxable:   {shopify: "Variant Taxable"},
	fieldPolicy:    {shopify: "Variant Inventory Policy"},
	fieldGiftCard:  {shopify: "Gift Card"},
	fieldImage:     {shopify: "Image Src"},
}

var (
	templateFields = fieldsBy(func(c column) []string { return append([]string{c.ko, c.en}, c.aliases...) })
	shopifyFields  = fieldsBy(func(c column) []string { return []string{c.shopify} })
)

func fieldsBy(names func(column) []string) map[string]field {
	fields := map[string]field{}
	for i, column := range columns {
		for _, name := range names(column) {
			if name != "" {
				fields[headerKey(name)] = field(i)
			}
		}
	}
	return fields
}

var (
	axisFields  = [Axes]field{fieldAxis1, fieldAxis2, fieldAxis3}
	valueFields = [Axes]field{fieldValue1, fieldValue2, fieldValue3}
)

// The words of cells with few values. The first of each kind is what an export writes.
var (
	kindWords = []word[Kind]{
		{Goods, []string{"상품", "goods"}}, {Food, []string{"음식", "메뉴", "food"}}, {Service, []string{"서비스", "service"}},
	}
	soldByWords = []word[SoldBy]{
		{SoldByUnit, []string{"수량", "unit"}},
		{SoldByAmount, []string{"금액입력", "금액 입력", "시가", "open_price", "open price"}},
		{SoldByWeight, []string{"무게", "weight"}},
	}
	archivedWords = []word[bool]{
		{false, []string{"판매", "판매중", "active"}}, {true, []string{"보관", "판매중지", "archived", "draft"}},
	}
	taxWords = []word[pricing.TaxClass]{
		{pricing.Standard, []string{"과세", "standard"}},
		{pricing.ExemptItem, []string{"면세", "exempt"}},
		{pricing.ZeroRated, []string{"영세", "영세율", "zero"}},
	}
	truthWords = []word[bool]{
		{true, []string{"예", "y", "yes", "true", "1", "o"}}, {false, []string{"아니오", "아니요", "n", "no", "false", "0", "x"}},
	}
)

type word[T comparable] struct {
	value T
	words []string
}

// meaning finds what a cell's word means: nil for an empty cell, a problem for an unknown word.
func meaning[T comparable](p *parser, row int, at field, text string, words []word[T]) *T {
	if text == "" {
		return nil
	}
	var allowed []string
	for _, one := range words {
		for _, known := range one.words {
			if strings.EqualFold(known, text) {
				return &one.value
			}
		}
		allowed = append(allowed, one.words[0])
	}
	p.wrong(row, at, ErrChoice.New(fault.Values{"allowed": strings.Join(allowed, ", ")}))
	return nil
}

func wordFor[T comparable](value T, words []word[T]) string {
	for _, one := range words {
		if one.value == value {
			return one.words[0]
		}
	}
	return ""
}

// templateRow reads one row of the template.
func (p *parser) templateRow(row int, cells []cell) {
	get := func(from field) string { return p.get(row, cells, from) }
	name, handle := get(fieldName), get(fieldHandle)
	if handle == "" {
		handle = slug(name)
	}
	if handle == "" {
		p.wrong(row, fieldName, ErrMissing.New())
		return
	}
	product := p.product(row, handle)
	kind := meaning(p, row, fieldKind, get(fieldKind), kindWords)
	if kind == nil {
		kind = new(Kind)
	}
	p.agree(row, product.Row, fieldName, &product.Name, name)
	p.agree(row, product.Row, fieldNameEN, &product.NameEN, get(fieldNameEN))
	p.agree(row, product.Row, fieldDescription, &product.Description, get(fieldDescription))
	p.agree(row, product.Row, fieldCategory, &product.Category, get(fieldCategory))
	p.agree(row, product.Row, fieldKind, (*string)(&product.Kind), string(*kind))
	if soldBy := meaning(p, row, fieldSoldBy, get(fieldSoldBy), soldByWords); soldBy != nil {
		p.agree(row, product.Row, fieldSoldBy, (*string)(&product.SoldBy), string(*soldBy))
	}
	p.agreeAmount(row, product.Row, fieldLeast, &product.Least, get(fieldLeast))
	p.agreeAmount(row, product.Row, fieldMost, &product.Most, get(fieldMost))
	variant := draftVariant{Row: row, SKU: get(fieldSKU), Barcodes: p.barcodes(row, get(fieldBarcode))}
	for i := range Axes {
		p.agree(row, product.Row, axisFields[i], &product.Axes[i], get(axisFields[i]))
		variant.Values[i] = get(valueFields[i])
	}
	p.agreeArchived(row, product, meaning(p, row, fieldStatus, get(fieldStatus), archivedWords))
	p.agreeGroups(row, product, get(fieldGroups))
	variant.Price = p.amount(row, fieldPrice, get(fieldPrice))
	if class := meaning(p, row, fieldTax, get(fieldTax), taxWords); class != nil {
		variant.TaxClass = *class
	}
	variant.Tracked = meaning(p, row, fieldTracked, get(fieldTracked), truthWords)
	variant.Opening = p.quantity(row, get(fieldOpening))
	p.add(product, variant)
}

// agree takes a product's text from the first row that has it; a later row may repeat it, not change it.
func (p *parser) agree(row, first int, at field, into *string, text string) {
	if *into != "" && text != "" && *into != text {
		p.wrong(row, at, ErrRowDiffers.New(fault.Values{"row": first}))
		return
	}
	if text != "" {
		*into = text
	}
}

// agreeAmount does for a product's amount what agree does for its texts.
func (p *parser) agreeAmount(row, first int, at field, into **int64, text string) {
	amount := p.amount(row, at, text)
	if amount == nil {
		return
	}
	if *into != nil && **into != *amount {
		p.wrong(row, at, ErrRowDiffers.New(fault.Values{"row": first}))
		return
	}
	*into = amount
}

func (p *parser) agreeArchived(row int, product *draft, archived *bool) {
	if product.Archived != nil && archived != nil && *product.Archived != *archived {
		p.wrong(row, fieldStatus, ErrRowDiffers.New(fault.Values{"row": product.Row}))
		return
	}
	if archived != nil {
		product.Archived = archived
	}
}

func (p *parser) agreeGroups(row int, product *draft, text string) {
	before := strings.Join(product.Groups, "|")
	var names []string
	for name := range strings.SplitSeq(text, "|") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	joined := strings.Join(names, "|")
	p.agree(row, product.Row, fieldGroups, &before, joined)
	if len(product.Groups) == 0 {
		product.Groups = names
	}
}

// slug makes a handle from a name: its letters and digits in lower case, joined by hyphens. Korean stays Korean.
func slug(name string) string {
	words := strings.FieldsFunc(Normal(name), func(letter rune) bool { return !unicode.IsLetter(letter) && !unicode.IsDigit(letter) })
	return strings.Join(words, "-")
}
