package catalog

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
)

// shopifyRow reads one row of Shopify's product CSV
// (https://help.shopify.com/en/manual/products/import-export/using-csv; unverified: read from files, not from that
// page). The first row of a handle has the product and its first variant, each further one a variant or only an image.
//
// Three rules are dangol's. A variant whose policy is "deny" and that has a quantity is tracked, since it is not to be
// sold below zero; one that may be oversold can't be. A quantity below zero, which Shopify writes for what was oversold,
// is an empty shelf. A product is sold when its Status is active, or, in files without that column, when it is
// published.
func (p *parser) shopifyRow(row int, cells []cell) {
	get := func(from field) string { return p.get(row, cells, from) }
	handle := get(fieldHandle)
	if handle == "" {
		p.wrong(row, fieldHandle, ErrMissing.New())
		return
	}
	_, known := p.byHandle[handle]
	product := p.product(row, handle)
	if !known {
		p.shopifyProduct(row, product, get)
	}
	price, value := get(fieldPrice), get(fieldValue1)
	if known && price == "" && value == "" && get(fieldSKU) == "" {
		return
	}
	variant := draftVariant{Row: row, SKU: strings.TrimPrefix(get(fieldSKU), "'"), TaxClass: pricing.Standard}
	for i := range Axes {
		if product.Axes[i] != "" {
			variant.Values[i] = get(valueFields[i])
		}
	}
	variant.Barcodes = p.barcodes(row, strings.TrimPrefix(get(fieldBarcode), "'"))
	if price == "" {
		p.wrong(row, fieldPrice, ErrPriceMissing.New())
	}
	variant.Price = p.amount(row, fieldPrice, price)
	if strings.EqualFold(get(fieldTaxable), "false") {
		variant.TaxClass = pricing.ExemptItem
	}
	quantity := get(fieldOpening)
	tracked := quantity != "" && !strings.EqualFold(get(fieldPolicy), "continue")
	variant.Tracked = &tracked
	if tracked && !strings.HasPrefix(quantity, "-") {
		variant.Opening = p.quantity(row, quantity)
	}
	p.add(product, variant)
}

func (p *parser) shopifyProduct(row int, product *draft, get func(field) string) {
	product.Name = get(fieldName)
	product.Description = plainText(get(fieldDescription))
	product.Category = get(fieldCategory)
	if product.Name == "" {
		p.wrong(row, fieldName, ErrMissing.New())
	}
	if strings.EqualFold(get(fieldGiftCard), "true") {
		p.wrong(row, fieldGiftCard, ErrGiftCard.New())
	}
	for i := range Axes {
		product.Axes[i] = get(axisFields[i])
	}
	// "Title" with the value "Default Title" is how Shopify writes a product without options.
	if product.Axes[0] == "Title" && get(fieldValue1) == "Default Title" {
		product.Axes = [Axes]string{}
	}
	archived := strings.EqualFold(get(fieldPublished), "false")
	switch status := strings.ToLower(get(fieldStatus)); status {
	case "":
	case "active":
		archived = false
	case "draft", "archived":
		archived = true
	default:
		p.wrong(row, fieldStatus, ErrChoice.New(fault.Values{"allowed": "active, draft, archived"}))
	}
	product.Archived = &archived
}

// plainText gives the text of a piece of HTML: a line for each paragraph, nothing of scripts and styles.
func plainText(source string) string {
	var text strings.Builder
	hidden := false
	tokens := html.NewTokenizer(strings.NewReader(source))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return tidy(text.String())
		case html.TextToken:
			if !hidden {
				text.Write(tokens.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			switch token.DataAtom {
			case atom.Script, atom.Style:
				hidden = token.Type == html.StartTagToken
			case atom.P, atom.Br, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.H1, atom.H2, atom.H3, atom.H4:
				text.WriteString("\n")
			}
		}
	}
}

// tidy takes the spaces and empty lines out that HTML has between its elements.
func tidy(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
