// Package sheet writes tables as files that a spreadsheet opens: comma-separated values (CSV) and Office Open XML
// workbooks (XLSX). What a text cell holds never runs as a formula. It refuses to know what the tables are about.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Format is a kind of file.
type Format string

const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is the file's media type.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Cell is what stands in one place of a table. The zero Cell is empty.
type Cell struct {
	text   string
	number bool
}

// Text is a cell that stays the text it is.
func Text(text string) Cell { return Cell{text: text} }

// Whole is a cell with a whole number.
func Whole(number int64) Cell { return Cell{text: strconv.FormatInt(number, 10), number: true} }

// Decimal is a cell with a number written in digits, such as "-4.50".
func Decimal(digits string) Cell { return Cell{text: digits, number: true} }

// Texts are cells of text.
func Texts(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i] = Text(text)
	}
	return cells
}

// Layout says how a workbook looks; a CSV has none of it.
type Layout struct {
	// Name is what the sheet is called.
	Name string
	// Widths are those of the columns, in characters; what has none has the usual one.
	Widths []float64
	// Typed says that whatever is typed into the columns later stays a text: digits of barcodes and leading zeros.
	Typed bool
	// Notes is a second sheet that explains the first.
	Notes *Notes
}

// Notes is a sheet of explanations.
type Notes struct {
	Name   string
	Rows   [][]string
	Widths []float64
}

// Writer writes a table row by row. Close finishes the file.
type Writer interface {
	Row(cells ...Cell) error
	Close() error
}

// New begins a file.
func New(to io.Writer, format Format, layout Layout) (Writer, error) {
	if format == XLSX {
		return newWorkbook(to, layout)
	}
	// Excel reads a CSV as UTF-8 only with a byte order mark.
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return nil, fmt.Errorf("write a CSV: %w", err)
	}
	return &csvWriter{writer: csv.NewWriter(to)}, nil
}

type csvWriter struct{ writer *csv.Writer }

func (w *csvWriter) Row(cells ...Cell) error {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		if texts[i] = cell.text; !cell.number {
			texts[i] = Guarded(cell.text)
		}
	}
	return w.writer.Write(texts)
}

func (w *csvWriter) Close() error {
	w.writer.Flush()
	return w.writer.Error()
}

// Guarded keeps a spreadsheet from taking a text for a formula: an apostrophe before what begins like one
// (https://owasp.org/www-community/attacks/CSV_Injection). A text that begins with apostrophes gets one more, so that
// reading takes away exactly what writing added.
func Guarded(text string) string {
	if rest := strings.TrimLeft(text, "'"); rest != "" && strings.ContainsRune("=+-@\t\r", rune(rest[0])) {
		return "'" + text
	}
	return text
}

// Unguarded is the text that Guarded was given.
func Unguarded(text string) string {
	if rest, found := strings.CutPrefix(text, "'"); found && Guarded(rest) == text {
		return rest
	}
	return text
}

// workbook streams rows into a workbook.
type workbook struct {
	to     io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	next   int
}

// numberText is the number format of text (ECMA-376 part 1, §18.8.30, id 49).
const numberText = 49

func newWorkbook(to io.Writer, layout Layout) (*workbook, error) {
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", layout.Name); err != nil {
		return nil, fmt.Errorf("name the sheet: %w", err)
	}
	if layout.Notes != nil {
		if err := layout.Notes.write(book); err != nil {
			return nil, fmt.Errorf("write the sheet of explanations: %w", err)
		}
	}
	stream, err := book.NewStreamWriter(layout.Name)
	if err != nil {
		return nil, fmt.Errorf("open the sheet: %w", err)
	}
	style := 0
	if layout.Typed {
		if style, err = book.NewStyle(&excelize.Style{NumFmt: numberText}); err != nil {
			return nil, fmt.Errorf("make a style: %w", err)
		}
	}
	for i, width := range layout.Widths {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return nil, fmt.Errorf("set a width: %w", err)
		}
		if layout.Typed {
			if err := stream.SetColStyle(i+1, i+1, style); err != nil {
				return nil, fmt.Errorf("set a style: %w", err)
			}
		}
	}
	return &workbook{to: to, book: book, stream: stream, next: 1}, nil
}

func (n *Notes) write(book *excelize.File) error {
	if _, err := book.NewSheet(n.Name); err != nil {
		return err
	}
	for i, texts := range n.Rows {
		if err := book.SetSheetRow(n.Name, "A"+strconv.Itoa(i+1), &texts); err != nil {
			return err
		}
	}
	for i, width := range n.Widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := book.SetColWidth(n.Name, column, column, width); err != nil {
			return err
		}
	}
	return nil
}

// Row writes cells: a text cell of a workbook is never a formula, so nothing is escaped. A number is written as one as
// long as a spreadsheet, which keeps fifteen digits, can keep it.
func (w *workbook) Row(cells ...Cell) error {
	values := make([]any, len(cells))
	for i, cell := range cells {
		switch number, err := strconv.ParseFloat(cell.text, 64); {
		case cell.text == "":
		case cell.number && err == nil && len(strings.TrimLeft(cell.text, "-")) <= 15:
			values[i] = number
		default:
			values[i] = cell.text
		}
	}
	err := w.stream.SetRow("A"+strconv.Itoa(w.next), values)
	w.next++
	return err
}

func (w *workbook) Close() error {
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("finish the sheet: %w", err)
	}
	if err := w.book.Write(w.to); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return w.book.Close()
}
