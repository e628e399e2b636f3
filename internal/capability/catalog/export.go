package catalog

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"dangol/internal/ground/database"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// exportPage is how many products are read at once.
const exportPage = 200

// templateColumns are the fields of the template, in order.
const templateColumns = int(fieldGroups) + 1

// rowWriter writes a template file row by row.
type rowWriter interface {
	row(cells []string) error
	close() error
}

// Export writes an organisation's products as a template file with the prices of one store, products ordered by name.
// Reading the file back in changes nothing. Opening stock stays empty: what is there now is the stock's to say.
func (c *Catalog) Export(
	ctx context.Context, to io.Writer, sheet Sheet, org, store int64, currency money.Currency, tag lang.Tag,
) error {
	writer, err := sheet.open(to, tag)
	if err != nil {
		return err
	}
	if err := writer.row(headerRow(tag)); err != nil {
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
				return writer.close()
			}
			afterName, afterID = products[len(products)-1].Name, products[len(products)-1].ID
		}
	})
}

// WriteTemplate writes an empty template with two example products.
func WriteTemplate(to io.Writer, sheet Sheet, tag lang.Tag) error {
	writer, err := sheet.open(to, tag)
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
		if err := writer.row(row); err != nil {
			return err
		}
	}
	return writer.close()
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

func (n *namesByID) write(writer rowWriter, product *Product, store int64, currency money.Currency) error {
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
		if err := writer.row(row); err != nil {
			return err
		}
	}
	return nil
}

// Sheet is a kind of file that catalogues are written as.
type Sheet string

const (
	CSV  Sheet = "csv"
	XLSX Sheet = "xlsx"
)

// ContentType is the file's media type.
func (s Sheet) ContentType() string {
	if s == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

func (s Sheet) open(to io.Writer, tag lang.Tag) (rowWriter, error) {
	if s == XLSX {
		return newXLSX(to, tag)
	}
	// Excel reads a CSV as UTF-8 only with a byte order mark.
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return nil, fmt.Errorf("write a CSV: %w", err)
	}
	return &csvWriter{writer: csv.NewWriter(to)}, nil
}

type csvWriter struct{ writer *csv.Writer }

func (w *csvWriter) row(cells []string) error {
	for i, text := range cells {
		cells[i] = guarded(text)
	}
	return w.writer.Write(cells)
}

func (w *csvWriter) close() error {
	w.writer.Flush()
	return w.writer.Error()
}

// guarded keeps a spreadsheet from taking a text for a formula: an apostrophe before what begins like one
// (https://owasp.org/www-community/attacks/CSV_Injection). A text that begins with apostrophes gets one more, so that
// reading takes away exactly what writing added.
func guarded(text string) string {
	if strings.ContainsAny(first(strings.TrimLeft(text, "'")), "=+-@\t\r") && text != "" {
		return "'" + text
	}
	return text
}

// unguarded is the text that guarded was given.
func unguarded(text string) string {
	if rest, found := strings.CutPrefix(text, "'"); found && guarded(rest) == text {
		return rest
	}
	return text
}

func first(text string) string {
	if text == "" {
		return ""
	}
	return text[:1]
}

// xlsxWriter streams rows into a workbook whose second sheet explains the columns.
type xlsxWriter struct {
	to     io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	next   int
}

const (
	sheetProducts = "상품"
	sheetHelp     = "설명"
	// numberText is the number format of text (ECMA-376 part 1, §18.8.30, id 49): digits of barcodes and leading zeros
	// stay as they are.
	numberText = 49
)

func newXLSX(to io.Writer, tag lang.Tag) (*xlsxWriter, error) {
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", sheetProducts); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	if err := writeHelp(book, tag); err != nil {
		return nil, fmt.Errorf("write the sheet of explanations: %w", err)
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: numberText})
	if err != nil {
		return nil, fmt.Errorf("make a style: %w", err)
	}
	stream, err := book.NewStreamWriter(sheetProducts)
	if err != nil {
		return nil, fmt.Errorf("open the sheet: %w", err)
	}
	for i := range templateColumns {
		if err := stream.SetColWidth(i+1, i+1, columns[i].width); err != nil {
			return nil, fmt.Errorf("set a width: %w", err)
		}
		if err := stream.SetColStyle(i+1, i+1, style); err != nil {
			return nil, fmt.Errorf("set a style: %w", err)
		}
	}
	return &xlsxWriter{to: to, book: book, stream: stream, next: 1}, nil
}

func writeHelp(book *excelize.File, tag lang.Tag) error {
	if _, err := book.NewSheet(sheetHelp); err != nil {
		return err
	}
	for i := range templateColumns {
		help := columns[i].helpKO
		if tag == lang.English {
			help = columns[i].helpEN
		}
		row := []any{columns[i].ko, columns[i].en, help}
		if err := book.SetSheetRow(sheetHelp, "A"+strconv.Itoa(i+1), &row); err != nil {
			return err
		}
	}
	return book.SetColWidth(sheetHelp, "C", "C", 90)
}

// row writes texts: a text cell is never a formula, so nothing is escaped.
func (w *xlsxWriter) row(cells []string) error {
	values := make([]any, len(cells))
	for i, text := range cells {
		if text != "" {
			values[i] = text
		}
	}
	err := w.stream.SetRow("A"+strconv.Itoa(w.next), values)
	w.next++
	return err
}

func (w *xlsxWriter) close() error {
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("finish the sheet: %w", err)
	}
	if err := w.book.Write(w.to); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return w.book.Close()
}
