package catalog

import (
	"testing"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"a Korean name gives its leading consonants", "아메리카노", "ㅇㅁㄹㅋㄴ"},
		{"tense consonants stay tense", "떡볶이", "ㄸㅂㅇ"},
		{"other letters and digits stay, spaces go", "콜라 500ml", "ㅋㄹ500ml"},
		{"the first and the last syllable there are", "가힣", "ㄱㅎ"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := Initials(row.text); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestValidBarcode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, barcode string
		want          bool
	}{
		{"an EAN-13 with its check digit", "4006381333931", true},
		{"an EAN-13 with another digit", "4006381333932", false},
		{"a UPC-A with its check digit", "036000291452", true},
		{"a UPC-A with another digit", "036000291453", false},
		{"an EAN-8 with its check digit", "73513537", true},
		{"an EAN-8 with another digit", "73513538", false},
		{"a shop's own number of another length", "10023", true},
		{"a code with a letter is the shop's own", "A1234567", true},
		{"a space can't be scanned", "12 34", false},
		{"Korean can't be scanned", "바코드", false},
		{"nothing is no barcode", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := validBarcode(row.barcode); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

// mug is a product without fault.
func mug() *Product {
	return &Product{
		Handle: "mug", Name: "머그컵", Kind: Goods, Axes: [Axes]string{"색상"},
		Variants: []Variant{
			{Values: [Axes]string{"빨강"}, SKU: "M-R", Barcodes: []string{"4006381333931"}, TaxClass: pricing.Standard},
			{Values: [Axes]string{"파랑"}, SKU: "M-B", TaxClass: pricing.Standard},
		},
	}
}

func TestProductCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*Product)
		path   string
		code   *fault.Code
	}{
		{"a whole product passes", func(*Product) {}, "", nil},
		{"a product needs a name", func(p *Product) { p.Name = "" }, "name", ErrMissing},
		{"a name has no line breaks", func(p *Product) { p.Name = "a\nb" }, "name", ErrCharacters},
		{"a description may have them", func(p *Product) { p.Description = "a\nb" }, "", nil},
		{"a product needs a variant", func(p *Product) { p.Variants = nil }, "variants", ErrMissing},
		{"a variant has a value on each axis", func(p *Product) { p.Variants[1].Values[0] = "" }, "variants[1].values[0]", ErrValueMissing},
		{"a value needs an axis", func(p *Product) { p.Variants[1].Values[1] = "L" }, "variants[1].values[1]", ErrValueUnnamed},
		{"axes have no gap", func(p *Product) {
			p.Axes[2], p.Variants[0].Values[2], p.Variants[1].Values[2] = "재질", "유리", "유리"
		}, "axes[2]", ErrAxisOrder},
		{"variants differ", func(p *Product) { p.Variants[1].Values[0] = "빨강" }, "variants[1].values", ErrSameValues},
		{"an archived variant may be like another", func(p *Product) {
			p.Variants[1].Values[0], p.Variants[1].Archived = "빨강", true
		}, "", nil},
		{"a SKU is used once", func(p *Product) { p.Variants[1].SKU = "M-R" }, "variants[1].sku", ErrSameNumber},
		{"a barcode is used once", func(p *Product) {
			p.Variants[1].Barcodes = []string{"4006381333931"}
		}, "variants[1].barcodes[0]", ErrSameNumber},
		{"a check digit is checked", func(p *Product) {
			p.Variants[1].Barcodes = []string{"4006381333930"}
		}, "variants[1].barcodes[0]", ErrBarcode},
		{"a tax class is one of three", func(p *Product) { p.Variants[0].TaxClass = "none" }, "variants[0].tax_class", ErrChoice},
		{"what is sold by something else", func(p *Product) { p.SoldBy = "length" }, "sold_by", ErrChoice},
		{"an open price has bounds", func(p *Product) {
			p.SoldBy, p.Bounds = SoldByAmount, Bounds{Least: 1000, Most: 1000}
			p.Variants[0].Prices = map[int64]int64{1: 1000, 2: 0}
		}, "", nil},
		{"an open price without bounds", func(p *Product) { p.SoldBy = SoldByAmount }, "", nil},
		{"bounds stand the right way round", func(p *Product) {
			p.SoldBy, p.Bounds = SoldByAmount, Bounds{Least: 1001, Most: 1000}
		}, "least_price", ErrLeastMost},
		{"a bound is not below zero", func(p *Product) {
			p.SoldBy, p.Bounds = SoldByAmount, Bounds{Least: -1}
		}, "least_price", ErrRange},
		{"only an open price has bounds", func(p *Product) { p.Bounds = Bounds{Most: 1} }, "least_price", ErrBoundsUnasked},
		{"what is proposed is within the bounds", func(p *Product) {
			p.SoldBy, p.Bounds, p.Variants[0].Prices = SoldByAmount, Bounds{Least: 1000}, map[int64]int64{1: 999}
		}, "variants[0].prices", ErrProposal},
		{"what is weighed has no recipe", func(p *Product) {
			p.SoldBy, p.Variants[0].Recipe = SoldByWeight, []Part{{Variant: 7, Quantity: 1}}
		}, "variants[0].recipe", ErrWeighedRecipe},
		{"a price is not below zero", func(p *Product) { p.Variants[0].Prices = map[int64]int64{1: -1} }, "variants[0].prices", ErrRange},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			product := mug()
			row.change(product)
			wantField(t, product.Check(), row.path, row.code)
		})
	}
}

// wantField fails unless the error has exactly the one field, or is nil when no code is wanted.
func wantField(t *testing.T, err error, path string, code *fault.Code) {
	t.Helper()
	if code == nil {
		if err != nil {
			t.Errorf("got %v, want no error", err)
		}
		return
	}
	found := fault.As(err)
	if found == nil || len(found.Fields) != 1 {
		t.Fatalf("got %v, want one field", err)
	}
	if found.Fields[0].Path != path || found.Fields[0].Code != code.Name() {
		t.Errorf("got %s at %s, want %s at %s", found.Fields[0].Code, found.Fields[0].Path, code.Name(), path)
	}
}

func TestGroupCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*Group)
		path   string
		code   *fault.Code
	}{
		{"a whole group passes", func(*Group) {}, "", nil},
		{"the minimum is not above the maximum", func(g *Group) { g.Minimum = 2 }, "min", ErrMinMax},
		{"a group needs an option", func(g *Group) { g.Options = nil }, "options", ErrMissing},
		{"options differ by name", func(g *Group) { g.Options[1].Name = "HOT" }, "options[1].name", ErrSameNumber},
		{"no more are preset than may be chosen", func(g *Group) {
			g.Options[0].Preset, g.Options[1].Preset = true, true
		}, "options", ErrPresets},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			group := &Group{Name: "온도", Minimum: 1, Maximum: 1, Options: []Option{{Name: "HOT"}, {Name: "ICE"}}}
			row.change(group)
			wantField(t, group.Check(), row.path, row.code)
		})
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	if got := slug("  Café 라떼 (L) "); got != "café-라떼-l" {
		t.Errorf("got %q", got)
	}
}
