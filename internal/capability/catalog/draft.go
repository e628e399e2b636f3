package catalog

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// draft is a product as a file has it. What a file leaves empty ("" or nil) stays as it is in the catalogue, or gets its
// usual value when the product is new.
type draft struct {
	Row         int            `json:"row"`
	Handle      string         `json:"handle"`
	Name        string         `json:"name,omitempty"`
	NameEN      string         `json:"name_en,omitempty"`
	Description string         `json:"description,omitempty"`
	Category    string         `json:"category,omitempty"`
	Kind        Kind           `json:"kind,omitempty"`
	SoldBy      SoldBy         `json:"sold_by,omitempty"`
	Least       *int64         `json:"least_price,omitempty"`
	Most        *int64         `json:"most_price,omitempty"`
	Archived    *bool          `json:"archived,omitempty"`
	Axes        [Axes]string   `json:"axes"`
	Groups      []string       `json:"groups,omitempty"`
	Variants    []draftVariant `json:"variants"`
}

type draftVariant struct {
	Row      int              `json:"row"`
	Values   [Axes]string     `json:"values"`
	SKU      string           `json:"sku,omitempty"`
	Barcodes []string         `json:"barcodes,omitempty"`
	Price    *int64           `json:"price,omitempty"`
	TaxClass pricing.TaxClass `json:"tax_class,omitempty"`
	Tracked  *bool            `json:"tracked,omitempty"`
	Opening  int64            `json:"opening,omitempty"`
}

// Problem is what is wrong with one cell of a file.
type Problem struct {
	Row    int          `json:"row"`    // as a spreadsheet numbers it; 0 for the whole file
	Column string       `json:"column"` // as the file's header names it
	Code   string       `json:"code"`
	Values fault.Values `json:"values,omitempty"`
}

// Message is the problem's sentence in the reader's language.
func (p Problem) Message(tag lang.Tag) string {
	code := fault.Lookup(p.Code)
	if code == nil {
		return p.Code
	}
	return code.Text().In(tag, p.Values)
}

// maxProblems bounds what is told about one file; whoever made so many corrects them by one rule.
const maxProblems = 1000

// problems gathers what is wrong with a file.
type problems struct {
	list []Problem
	more int
}

func (p *problems) add(row int, column string, wrong *fault.Error) {
	if len(p.list) >= maxProblems {
		p.more++
		return
	}
	p.list = append(p.list, Problem{Row: row, Column: column, Code: wrong.Code, Values: wrong.Values})
}

// sorted gives the problems in the file's order.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int { return a.Row - b.Row })
	return p.list
}

// What can be wrong with the cells of a file, beside what can be wrong with a product.
var (
	ErrColumnMissing = fault.Define(fault.Invalid, "catalog.column_missing",
		"'{column}' 열이 없어요. 견본 파일의 첫 줄을 그대로 써 주세요.", "The column “{column}” is missing. Keep the template's first row as it is.")
	ErrColumnUnknown = fault.Define(fault.Invalid, "catalog.column_unknown",
		"모르는 열이에요. 지우거나 견본 파일의 열 이름으로 바꿔 주세요.", "This column is not known. Remove it, or name it as in the template.")
	ErrColumnTwice = fault.Define(fault.Invalid, "catalog.column_twice",
		"같은 열이 두 번 있어요. 하나를 지워 주세요.", "This column is there twice. Remove one.")
	ErrNoRows = fault.Define(fault.Invalid, "catalog.file_no_rows",
		"상품이 한 줄도 없어요. 둘째 줄부터 상품을 적어 주세요.", "There is no product in this file. Enter products from the second row on.")
	ErrRowDiffers = fault.Define(fault.Invalid, "catalog.row_differs",
		"같은 상품인 {row}번째 줄과 달라요. 한쪽에 맞추거나 비워 주세요.",
		"This differs from row {row}, which is the same product. Make them equal or leave one empty.")
	ErrTwiceInFile = fault.Define(fault.Invalid, "catalog.twice_in_file",
		"{value}이(가) {row}번째 줄에도 있어요. 하나를 고쳐 주세요.", "{value} is in row {row} too. Correct one of them.")
	ErrSameItem = fault.Define(fault.Invalid, "catalog.same_item",
		"{row}번째 줄과 같은 품목이에요. 한 줄을 지우거나 옵션 값을 바꿔 주세요.",
		"This is the same variant as row {row}. Remove one row or change its option values.")
	ErrQuantity = fault.Define(fault.Invalid, "catalog.quantity",
		"재고는 0부터 {max}까지의 숫자로 적어 주세요.", "Enter the stock as a whole number from 0 to {max}.")
	ErrOpeningUntracked = fault.Define(fault.Invalid, "catalog.opening_untracked",
		"재고관리를 하지 않는 품목에는 초기재고를 적을 수 없어요. 재고관리를 '예'로 바꾸거나 초기재고를 비워 주세요.",
		"A variant whose stock isn't counted has no opening stock. Set tracking to Y or leave the stock empty.")
	ErrBarcodeNotation = fault.Define(fault.Invalid, "catalog.barcode_notation",
		"엑셀이 바코드를 줄여 썼어요({barcode}). 칸을 텍스트로 바꾸고 숫자를 다시 적어 주세요.",
		"The spreadsheet has shortened this barcode ({barcode}). Format the cell as text and enter all digits again.")
	ErrGroupUnknown = fault.Define(fault.Invalid, "catalog.group_unknown",
		"옵션 그룹 '{name}'이(가) 없어요. 먼저 옵션 그룹을 만들어 주세요.", "There is no option group “{name}”. Create it first.")
	ErrGiftCard = fault.Define(fault.Invalid, "catalog.gift_card",
		"기프트카드는 상품으로 가져올 수 없어요. 이 줄을 지워 주세요.", "A gift card can't be imported as a product. Remove this row.")
	ErrPriceMissing = fault.Define(fault.Invalid, "catalog.price_missing",
		"가격을 적어 주세요.", "Enter a price.")
)

// maxOpening bounds an opening stock: more units than any shelf has.
const maxOpening = 1_000_000_000

// parser turns rows into drafts.
type parser struct {
	currency money.Currency
	problems problems
	header   map[field]int
	names    []string // of the columns, as the file has them
	drafts   []*draft
	byHandle map[string]*draft
	numbers  map[string]int // SKUs and barcodes by the row that has them
	rows     int
}

// parsed is a file that was read.
type parsed struct {
	format Format
	drafts []*draft
	rows   int
	header map[field]int
	names  []string
}

// parse reads a catalogue file. Problems are what is wrong with its cells; the error is what is wrong with the file.
func parse(data []byte, format Format, currency money.Currency) (*parsed, *problems, error) {
	p := &parser{currency: currency, byHandle: map[string]*draft{}, numbers: map[string]int{}}
	err := readSheet(data, func(number int, cells []cell) error {
		if p.header == nil {
			format = p.readHeader(cells, format)
			return nil
		}
		p.rows++
		if format == Shopify {
			p.shopifyRow(number, cells)
		} else {
			p.templateRow(number, cells)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if p.rows == 0 {
		return nil, nil, ErrNoRows.New()
	}
	return &parsed{format: format, drafts: p.drafts, rows: p.rows, header: p.header, names: p.names}, &p.problems, nil
}

// readHeader finds the columns, and which format the file has unless that was said.
func (p *parser) readHeader(cells []cell, format Format) Format {
	p.header = map[field]int{}
	texts := make([]string, len(cells))
	for i := range cells {
		texts[i] = cells[i].text
	}
	p.names = texts
	if format == Auto {
		format = Template
		if slices.ContainsFunc(texts, func(text string) bool { return headerKey(text) == "variantprice" }) {
			format = Shopify
		}
	}
	known := templateFields
	required := []field{fieldName}
	if format == Shopify {
		known = shopifyFields
		required = []field{fieldHandle, fieldName, fieldPrice}
	}
	for i, text := range texts {
		found, is := known[headerKey(text)]
		_, twice := p.header[found]
		switch {
		case is && twice:
			p.problems.add(1, text, ErrColumnTwice.New())
		case is:
			p.header[found] = i
		case text != "" && format != Shopify:
			p.problems.add(1, text, ErrColumnUnknown.New())
		}
	}
	for _, needed := range required {
		if _, there := p.header[needed]; !there {
			name := columns[needed].ko
			if format == Shopify {
				name = columns[needed].shopify
			}
			p.problems.add(1, name, ErrColumnMissing.New(fault.Values{"column": name}))
		}
	}
	return format
}

// headerKey is what of a column's name counts: its letters and digits, in lower case.
func headerKey(name string) string {
	return strings.Map(func(letter rune) rune {
		if unicode.IsLetter(letter) || unicode.IsDigit(letter) {
			return unicode.ToLower(letter)
		}
		return -1
	}, Normal(name))
}

// get reads one cell of a row; what can't be read is a problem and gives "".
func (p *parser) get(row int, cells []cell, from field) string {
	at, there := p.header[from]
	if !there || at >= len(cells) {
		return ""
	}
	if cells[at].wrong != nil {
		p.problems.add(row, p.names[at], cells[at].wrong)
		return ""
	}
	return cells[at].text
}

// wrong notes a problem with a cell.
func (p *parser) wrong(row int, at field, err *fault.Error) { p.problems.add(row, p.name(at), err) }

func (p *parser) name(of field) string { return columnName(p.header, p.names, of) }

func columnName(header map[field]int, names []string, of field) string {
	if at, there := header[of]; there {
		return names[at]
	}
	return columns[of].ko
}

// amount reads a price from a column. One of whole units may carry its decimals: 50.00 in won is 50.
func (p *parser) amount(row int, at field, text string) *int64 {
	if text == "" {
		return nil
	}
	if whole, decimals, pointed := strings.Cut(text, "."); pointed && strings.Trim(decimals, "0") == "" && decimals != "" {
		text = whole
	}
	amount, err := money.Parse(text, p.currency)
	if err != nil {
		wrong := money.Unreadable.New()
		errors.As(err, &wrong)
		p.wrong(row, at, wrong)
		return nil
	}
	return &amount
}

// quantity reads a number of units; a number that a spreadsheet wrote as 5.0 is 5.
func (p *parser) quantity(row int, text string) int64 {
	if text == "" {
		return 0
	}
	number, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSuffix(text, ".0"), ",", ""), 10, 64)
	if err != nil || number < 0 || number > maxOpening {
		p.wrong(row, fieldOpening, ErrQuantity.New(fault.Values{"max": maxOpening}))
		return 0
	}
	return number
}

func (p *parser) barcodes(row int, text string) []string {
	list := strings.FieldsFunc(text, func(letter rune) bool {
		return letter == '|' || letter == ',' || letter == ';' || unicode.IsSpace(letter)
	})
	for _, barcode := range list {
		if strings.Contains(barcode, "E+") && strings.Trim(barcode, "0123456789.E+") == "" {
			p.wrong(row, fieldBarcode, ErrBarcodeNotation.New(fault.Values{"barcode": barcode}))
			return nil
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// add takes a variant in, unless its SKU or a barcode stands in an earlier row.
func (p *parser) add(product *draft, variant draftVariant) {
	p.once(variant.Row, fieldSKU, "SKU ", variant.SKU)
	for _, barcode := range variant.Barcodes {
		p.once(variant.Row, fieldBarcode, "", barcode)
	}
	if len(product.Variants) == maxVariants {
		p.wrong(variant.Row, fieldHandle, ErrTooMany.New(fault.Values{"max": maxVariants}))
		return
	}
	for i := range product.Variants {
		other := &product.Variants[i]
		// Without values, two rows can still be two variants that are already known by their SKUs.
		named := variant.Values == [Axes]string{} && variant.SKU != "" && other.SKU != ""
		if other.Values == variant.Values && !named {
			p.wrong(variant.Row, fieldValue1, ErrSameItem.New(fault.Values{"row": other.Row}))
			return
		}
	}
	product.Variants = append(product.Variants, variant)
}

func (p *parser) once(row int, at field, prefix, number string) {
	if number == "" {
		return
	}
	if earlier, taken := p.numbers[prefix+number]; taken {
		p.wrong(row, at, ErrTwiceInFile.New(fault.Values{"value": prefix + number, "row": earlier}))
		return
	}
	p.numbers[prefix+number] = row
}

// product is the draft with a handle, made at its first row.
func (p *parser) product(row int, handle string) *draft {
	found, known := p.byHandle[handle]
	if !known {
		found = &draft{Row: row, Handle: handle}
		p.byHandle[handle] = found
		p.drafts = append(p.drafts, found)
	}
	return found
}
