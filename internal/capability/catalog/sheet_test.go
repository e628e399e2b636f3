package catalog

import (
	"archive/zip"
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

const coffee = "상품명,가격\n아메리카노,4500\n라떼,\"5,000\"\n"

func encoded(t *testing.T, with encoding.Encoding, text string) []byte {
	t.Helper()
	data, err := with.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return data
}

// book is an XLSX with these cells.
func book(t testing.TB, set func(*excelize.File)) []byte {
	t.Helper()
	file := excelize.NewFile()
	set(file)
	var content bytes.Buffer
	if err := file.Write(&content); err != nil {
		t.Fatalf("write a workbook: %v", err)
	}
	return content.Bytes()
}

func put(file *excelize.File, cells map[string]any) {
	for name, value := range cells {
		if err := file.SetCellValue("Sheet1", name, value); err != nil {
			panic(err)
		}
	}
}

func coffeeBook(t testing.TB) []byte {
	t.Helper()
	return book(t, func(file *excelize.File) {
		put(file, map[string]any{"A1": "상품명", "B1": "가격", "A2": "아메리카노", "B2": 4500, "A4": "라떼", "B4": "5,000"})
	})
}

func TestEveryEncodingOfASheetIsRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		data []byte
	}{
		{"UTF-8", []byte(coffee)},
		{"UTF-8 with a byte order mark", []byte("\uFEFF" + coffee)},
		{"CP949", encoded(t, korean.EUCKR, coffee)},
		{"UTF-16 little endian with a byte order mark", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), coffee)},
		{"UTF-16 big endian with a byte order mark", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), coffee)},
		{"semicolons", []byte("상품명;가격\n아메리카노;4500\n라떼;5,000\n")},
		{"tabs", []byte("상품명\t가격\n아메리카노\t4500\n라떼\t5,000\n")},
		{"line ends of Windows and an empty line", []byte(strings.ReplaceAll(coffee, "\n", "\r\n") + "\r\n,\r\n")},
		{"XLSX with numbers, shared texts and an empty row", coffeeBook(t)},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			read, found, err := parse(row.data, Auto, money.KRW)
			if err != nil || len(found.list) > 0 {
				t.Fatalf("got %v, %v", err, found)
			}
			if len(read.drafts) != 2 || read.drafts[0].Name != "아메리카노" || *read.drafts[0].Variants[0].Price != 4500 ||
				read.drafts[1].Name != "라떼" || *read.drafts[1].Variants[0].Price != 5000 {
				t.Errorf("got %+v", read.drafts)
			}
		})
	}
}

func TestAFileThatIsNoSheetIsRefused(t *testing.T) {
	t.Parallel()
	whole := coffeeBook(t)
	for _, row := range []struct {
		name string
		data []byte
		code *fault.Code
	}{
		{"nothing at all", nil, ErrEmptyFile},
		{"only spaces", []byte(" \n \n"), ErrEmptyFile},
		{"a PDF", []byte("%PDF-1.7\n..."), ErrNotASheet},
		{"an old Excel file", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), ErrOldExcel},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ErrNotASheet},
		{"a web page that calls itself a sheet", []byte("<html><table>"), ErrNotASheet},
		{"a ZIP that is cut off", whole[:len(whole)/2], ErrBrokenFile},
		{"a ZIP of something else", zipped(t, "hello.txt", "hello"), ErrNotASheet},
		{"an XLSX whose parts are garbage", zipped(t, "xl/workbook.xml", "<a"), ErrBrokenFile},
		{"more than the limit", make([]byte, MaxUpload+1), ErrFileTooLarge},
		{"broken characters", []byte("상품명,가격\n아메\xff\xffx,1\n"), ErrEncoding},
		{"quotes that don't end", []byte("상품명,가격\n\"아메,1\n"), ErrQuotes},
		{"a header and no row", []byte("상품명,가격\n"), ErrNoRows},
		{"too many rows", []byte("상품명\n" + strings.Repeat("a\n", MaxRows+1)), ErrTooManyRows},
		{"too many columns", []byte(strings.Repeat("a,", maxColumns+1)), ErrTooManyColumns},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := parse(row.data, Auto, money.KRW); !row.code.Has(err) {
				t.Errorf("got %v, want %s", err, row.code.Name())
			}
		})
	}
}

func TestBrokenCharactersAreFoundByLine(t *testing.T) {
	t.Parallel()
	_, _, err := parse([]byte("상품명,가격\n라떼,1\n아메\xff\xffx,1\n"), Auto, money.KRW)
	if found := fault.As(err); found == nil || found.Values["line"] != 3 {
		t.Errorf("got %v, want line 3", err)
	}
}

func zipped(t *testing.T, name, content string) []byte {
	t.Helper()
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	part, err := archive.Create(name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || archive.Close() != nil {
		t.Fatalf("zip: %v", err)
	}
	return data.Bytes()
}

func TestABombIsRefusedWithoutBeingUnpacked(t *testing.T) {
	t.Parallel()
	reader := bounded{from: strings.NewReader(strings.Repeat("x", 100)), left: 99}
	if _, err := new(bytes.Buffer).ReadFrom(&reader); err == nil {
		t.Error("a part that is too large was read as if it were whole")
	}
}

// problem is what a row of a file gets.
type problem struct {
	row    int
	column string
	code   *fault.Code
}

func TestCellsThatAreWrong(t *testing.T) {
	t.Parallel()
	header := "상품코드,상품명,종류,옵션1 이름,옵션1 값,SKU,바코드,가격,과세구분,재고관리,초기재고\n"
	for _, row := range []struct {
		name string
		file string
		want []problem
	}{
		{"a price that is no number", header + "a,가,,,,,,많이,,,\n", []problem{{2, "가격", money.Unreadable}}},
		{"a price with decimals that the won doesn't have", header + "a,가,,,,,,10.5,,,\n", []problem{{2, "가격", money.TooFine}}},
		{"decimals that are all zero are no decimals", header + "a,가,,,,,,50.00,,,\n", nil},
		{"a price below zero", header + "a,가,,,,,,-5,,,\n", []problem{{2, "가격", money.Unreadable}}},
		{"an unknown tax class", header + "a,가,,,,,,1,세금,,\n", []problem{{2, "과세구분", ErrChoice}}},
		{"an unknown kind", header + "a,가,먹거리,,,,,1,,,\n", []problem{{2, "종류", ErrChoice}}},
		{"a stock that is no number", header + "a,가,,,,,,1,,예,열\n", []problem{{2, "초기재고", ErrQuantity}}},
		{"a barcode that Excel shortened", header + "a,가,,,,,8.80E+12,1,,,\n", []problem{{2, "바코드", ErrBarcodeNotation}}},
		{"the same SKU twice", header + "a,가,,,,X,,1,,,\nb,나,,,,X,,1,,,\n", []problem{{3, "SKU", ErrTwiceInFile}}},
		{"the same barcode twice", header + "a,가,,,,,73513537,1,,,\nb,나,,,,,73513537,1,,,\n", []problem{{3, "바코드", ErrTwiceInFile}}},
		{"the same values twice", header + "a,가,,색,빨강,,,1,,,\na,가,,색,빨강,,,1,,,\n", []problem{{3, "옵션1 값", ErrSameItem}}},
		{"a later row that names the product otherwise", header + "a,가,,색,빨강,,,1,,,\na,나,,색,파랑,,,1,,,\n", []problem{{3, "상품명", ErrRowDiffers}}},
		{"neither code nor name", header + ",,,,,X,,1,,,\n", []problem{{2, "상품명", ErrMissing}}},
		{"a column that is not known", "상품명,비고\n가,나\n", []problem{{1, "비고", ErrColumnUnknown}}},
		{"a column twice", "상품명,name\n가,나\n", []problem{{1, "name", ErrColumnTwice}}},
		{"no column for the name", "가격\n1\n", []problem{{1, "상품명", ErrColumnMissing}, {2, "상품명", ErrMissing}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, found, err := parse([]byte(row.file), Template, money.KRW)
			if err != nil {
				t.Fatalf("parse: %v", err)
			}
			wantProblems(t, found.sorted(), row.want)
		})
	}
}

func wantProblems(t *testing.T, got []Problem, want []problem) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %+v, want %d problems", got, len(want))
	}
	for i, one := range want {
		if got[i].Row != one.row || got[i].Column != one.column || got[i].Code != one.code.Name() {
			t.Errorf("got %+v, want row %d, column %s, %s", got[i], one.row, one.column, one.code.Name())
		}
	}
}

func TestAFormulaIsRefusedByTheNameOfItsCell(t *testing.T) {
	t.Parallel()
	data := book(t, func(file *excelize.File) {
		put(file, map[string]any{"A1": "상품명", "B1": "가격", "A2": "라떼"})
		if err := file.SetCellFormula("Sheet1", "B2", "=1000+500"); err != nil {
			t.Fatal(err)
		}
	})
	_, found, err := parse(data, Auto, money.KRW)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	wantProblems(t, found.list, []problem{{2, "가격", ErrFormula}})
	if message := found.list[0].Message(lang.English); !strings.Contains(message, "B2") {
		t.Errorf("got %q, want the cell's name in it", message)
	}
}

func TestAFormulaInACSVIsText(t *testing.T) {
	t.Parallel()
	read, found, err := parse([]byte("상품명,가격\n=1+1,100\n"), Auto, money.KRW)
	if err != nil || len(found.list) > 0 || read.drafts[0].Name != "=1+1" {
		t.Errorf("got %+v, %v, %v", read, found, err)
	}
}

func TestPlainNumber(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"8.801234567893E12": "8801234567893", "4500": "4500", "0.30000000000000004": "0.3", "9.99": "9.99", "007": "007",
		"1E300": "1E300", "x": "x",
	} {
		if got := plainNumber(stored); got != want {
			t.Errorf("%s: got %s, want %s", stored, got, want)
		}
	}
}

func TestShopifyFilesAreReadWhole(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		file               string
		products, variants int
	}{
		{"apparel.csv", 20, 22},
		{"home-and-garden.csv", 20, 21},
	} {
		t.Run(row.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile("testdata/shopify/" + row.file)
			if err != nil {
				t.Fatal(err)
			}
			read, found, err := parse(data, Auto, money.USD)
			if err != nil || len(found.list) > 0 {
				t.Fatalf("got %v, %+v", err, found)
			}
			variants := 0
			for _, draft := range read.drafts {
				variants += len(draft.Variants)
			}
			if read.format != Shopify || len(read.drafts) != row.products || variants != row.variants {
				t.Errorf("got %s, %d products, %d variants", read.format, len(read.drafts), variants)
			}
		})
	}
}

func TestShopifyRules(t *testing.T) {
	t.Parallel()
	header := "Handle,Title,Body (HTML),Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty," +
		"Variant Inventory Policy,Variant Price,Variant Taxable,Variant Barcode,Image Src,Gift Card,Status\n"
	read, found, err := parse([]byte(header+
		"pot,Pot,<p>Blown <b>clay</b> &amp; more</p><script>x</script><p>Two</p>,Outdoor,true,Size,Small,,3,deny,9.99,true,'4006381333931,a.jpg,false,active\n"+
		"pot,,,,,,Large,,-2,deny,15.99,false,,b.jpg,,\n"+
		"pot,,,,,,,,,,,,,c.jpg,,\n"+
		"lamp,Lamp,,Indoor,true,Title,Default Title,L1,5,continue,20,true,,,false,draft\n"), Auto, money.USD)
	if err != nil || len(found.list) > 0 {
		t.Fatalf("got %v, %+v", err, found)
	}
	pot, lamp := read.drafts[0], read.drafts[1]
	if pot.Description != "Blown clay & more\nTwo" {
		t.Errorf("the description is %q", pot.Description)
	}
	if len(pot.Variants) != 2 {
		t.Fatalf("got %d variants: an image's row is no variant", len(pot.Variants))
	}
	small, large := pot.Variants[0], pot.Variants[1]
	if *small.Price != 999 || small.Opening != 3 || !*small.Tracked || !slices.Equal(small.Barcodes, []string{"4006381333931"}) {
		t.Errorf("small is %+v", small)
	}
	if large.Opening != 0 || large.TaxClass != "exempt" {
		t.Errorf("large is %+v", large)
	}
	if lamp.Axes[0] != "" || *lamp.Variants[0].Tracked || !*lamp.Archived || *pot.Archived {
		t.Errorf("lamp is %+v", lamp)
	}
}

func TestShopifyPricesInWonAreRefusedByRow(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/shopify/home-and-garden.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, found, err := parse(data, Auto, money.KRW)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range found.list {
		if one.Code != money.TooFine.Name() || one.Column != "Variant Price" || one.Row < 2 {
			t.Errorf("got %+v", one)
		}
	}
	if len(found.list) != 16 {
		t.Errorf("got %d problems, want one for each of the 16 prices with cents", len(found.list))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(coffee), true)
	f.Add([]byte("Handle,Title,Variant Price,Option1 Value\na,b,1,c\na,,2,d\n"), false)
	f.Add([]byte("\xff\xfea\x00,\x00"), true)
	f.Add(coffeeBook(f), true)
	f.Fuzz(func(t *testing.T, data []byte, won bool) {
		currency := money.USD
		if won {
			currency = money.KRW
		}
		read, found, err := parse(data, Auto, currency)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("an error that a person can't read: %v", err)
			}
			return
		}
		if read.rows < 1 || len(found.list) > maxProblems {
			t.Fatalf("%d rows, %d problems", read.rows, len(found.list))
		}
		for _, draft := range read.drafts {
			if draft.Handle == "" || len(draft.Variants) > maxVariants {
				t.Fatalf("a draft without a handle or with too many variants: %+v", draft)
			}
		}
	})
}
