package catalog

import (
	"context"
	"io"
	"strings"

	"dangol/internal/ground/database"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

// exportPage is how many products are read at once.
const exportPage = 200

// templateColumns are the fields of the template, in order.
const templateColumns = int(fieldMost) + 1

// Export writes an organisation's products as a template file with the prices of one store, products ordered by name.
// Reading the file back in changes nothing. Opening stock stays empty: what is there now is the stock's to say.
func (c *Catalog) Export(
	ctx context.Context, to io.Writer, format sheet.Format, org, store int64, currency money.Currency, tag lang.Tag,
) error {
	writer, err := sheet.New(to, format, layout(tag))
	if err != nil {
		return err
	}
	if err := writer.Row(sheet.Texts(headerRow(tag)...)...); err != nil {
		return err
	}
	return c.db.Read(ctx, func(tx *database.Tx) error {
		names, err := readNames(ctx, tx, org)
		if err != nil {
			return err
		}
		afterName, afterID := "", int64(0)
		for {
			products, err := List(ctx, tx, org, Filter{Archived: -1}, afterName, afterID, exportPage)
			if err != nil {
				return err
			}
			for i := range products {
				if err := names.write(writer, &products[i], store, currency); err != nil {
					return err
				}
			}
			if len(products) < exportPage {
				return writer.Close()
			}
			afterName, afterID = products[len(products)-1].Name, products[len(products)-1].ID
		}
	})
}

// WriteTemplate writes an empty template with two example products.
func WriteTemplate(to io.Writer, format sheet.Format, tag lang.Tag) error {
	writer, err := sheet.New(to, format, layout(tag))
	if err != nil {
		return err
	}
	examples := [][]string{headerRow(tag), make([]string, templateColumns), make([]string, templateColumns)}
	for at, text := range map[field]string{
		fieldHandle: "americano", fieldName: "아메리카노", fieldNameEN: "Americano", fieldCategory: "커피", fieldKind: "음식",
		fieldPrice: "4500", fieldTax: "과세", fieldTracked: "아니오",
	} {
		examples[1][at] = text
	}
	for at, text := range map[field]string{
		fieldHandle: "notebook-a5", fieldName: "노트 A5", fieldNameEN: "Notebook A5", fieldCategory: "문구", fieldKind: "상품",
		fieldAxis1: "색상", fieldValue1: "파랑", fieldSKU: "NB-A5-BLUE", fieldBarcode: "8801234567893", fieldPrice: "2000",
		fieldTax: "과세", fieldTracked: "예", fieldOpening: "10",
	} {
		examples[2][at] = text
	}
	for _, row := range examples {
		if err := writer.Row(sheet.Texts(row...)...); err != nil {
			return err
		}
	}
	return writer.Close()
}

func headerRow(tag lang.Tag) []string {
	row := make([]string, templateColumns)
	for i := range row {
		row[i] = columns[i].ko
		if tag == lang.English {
			row[i] = columns[i].en
		}
	}
	return row
}

// namesByID are the names that stand in a file for ids.
type namesByID struct {
	categories, groups map[int64]string
}

func readNames(ctx context.Context, tx *database.Tx, org int64) (*namesByID, error) {
	categories, err := Categories(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	groups, err := Groups(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	names := &namesByID{categories: map[int64]string{}, groups: map[int64]string{}}
	for _, category := range categories {
		names.categories[category.ID] = category.Name
	}
	for i := range groups {
		names.groups[groups[i].ID] = groups[i].Name
	}
	return names, nil
}

func (n *namesByID) write(writer sheet.Writer, product *Product, store int64, currency money.Currency) error {
	groups := make([]string, len(product.Groups))
	for i, group := range product.Groups {
		groups[i] = n.groups[group]
	}
	for i := range product.Variants {
		variant := &product.Variants[i]
		if variant.Archived {
			continue
		}
		row := make([]string, templateColumns)
		row[fieldHandle], row[fieldName], row[fieldNameEN] = product.Handle, product.Name, product.NameEN
		row[fieldDescription], row[fieldCategory] = product.Description, n.categories[product.Category]
		row[fieldKind], row[fieldStatus] = wordFor(product.Kind, kindWords), wordFor(product.Archived, archivedWords)
		for axis := range Axes {
			row[axisFields[axis]], row[valueFields[axis]] = product.Axes[axis], variant.Values[axis]
		}
		row[fieldSKU], row[fieldBarcode] = variant.SKU, strings.Join(variant.Barcodes, "|")
		if amount, sold := variant.Prices[store]; sold {
			row[fieldPrice] = money.Decimal(amount, currency)
		}
		row[fieldTax], row[fieldTracked] = wordFor(variant.TaxClass, taxWords), wordFor(variant.Tracked, truthWords)
		row[fieldGroups] = strings.Join(groups, "|")
		row[fieldSoldBy] = wordFor(product.SoldBy, soldByWords)
		if product.SoldBy == SoldByAmount {
			row[fieldLeast], row[fieldMost] = money.Decimal(product.Least, currency), money.Decimal(product.Most, currency)
		}
		if err := writer.Row(sheet.Texts(row...)...); err != nil {
			return err
		}
	}
	return nil
}

const (
	sheetProducts = "상품"
	sheetHelp     = "설명"
	helpWidth     = 90
	usualWidth    = 9
)

// layout is that of a template file: what is typed into it stays text, and a second sheet explains the columns.
func layout(tag lang.Tag) sheet.Layout {
	look := sheet.Layout{
		Name: sheetProducts, Typed: true, Notes: &sheet.Notes{Name: sheetHelp, Widths: []float64{usualWidth, usualWidth, helpWidth}},
	}
	for i := range templateColumns {
		help := columns[i].helpKO
		if tag == lang.English {
			help = columns[i].helpEN
		}
		look.Widths = append(look.Widths, columns[i].width)
		look.Notes.Rows = append(look.Notes.Rows, []string{columns[i].ko, columns[i].en, help})
	}
	return look
}
