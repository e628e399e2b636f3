package catalog

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"dangol/internal/ground/fault"
)

// readXLSX reads the first sheet of an Office Open XML workbook (ECMA-376 part 1, §18.3) as a stream, so that a file
// costs no more memory than its texts. A formula is refused by the name of its cell: the file holds at most the result
// that some program once computed, and a price must not be a guess. A library that builds the whole workbook in memory
// first would neither bound the memory nor tell formulas apart while streaming.
func readXLSX(data []byte, row readRow) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ErrBrokenFile.New().Because(err)
	}
	book := workbook{parts: make(map[string]*zip.File, len(archive.File))}
	for _, part := range archive.File {
		book.parts[strings.TrimPrefix(part.Name, "/")] = part
	}
	sheet, err := book.firstSheet()
	if err != nil {
		return unreadable(err)
	}
	if err := book.readStrings(); err != nil {
		return unreadable(err)
	}
	return unreadable(book.readRows(sheet, row))
}

// unreadable gives an error of the file's inside the sentence for it, and leaves what has one.
func unreadable(err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	return ErrBrokenFile.New().Because(err)
}

type workbook struct {
	parts   map[string]*zip.File
	strings []string
}

var errUnpacked = errors.New("a part is larger than is read")

// bounded fails, rather than ends, where a part is larger than is read: else a bomb would look like a short sheet.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, errUnpacked
	}
	if int64(len(into)) > b.left {
		into = into[:b.left]
	}
	count, err := b.from.Read(into)
	b.left -= int64(count)
	return count, err
}

// each calls the function with each start element of a part.
func (w *workbook) each(name string, element func(*xml.Decoder, xml.StartElement) error) (err error) {
	part, found := w.parts[name]
	if !found {
		return fmt.Errorf("there is no part %q", name)
	}
	content, err := part.Open()
	if err != nil {
		return fmt.Errorf("open part %q: %w", name, err)
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	decoder := xml.NewDecoder(&bounded{from: content, left: maxUnpacked})
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read part %q: %w", name, err)
		}
		if start, is := token.(xml.StartElement); is {
			if err := element(decoder, start); err != nil {
				return err
			}
		}
	}
}

func attribute(start xml.StartElement, name string) string {
	for _, one := range start.Attr {
		if one.Name.Local == name {
			return one.Value
		}
	}
	return ""
}

// firstSheet is the name of the part that holds the first sheet.
func (w *workbook) firstSheet() (string, error) {
	const book = "xl/workbook.xml"
	if w.parts[book] == nil {
		return "", ErrNotASheet.New()
	}
	relation := ""
	err := w.each(book, func(_ *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "sheet" || relation != "" {
			return nil
		}
		for _, one := range start.Attr {
			if one.Name.Local == "id" && one.Name.Space != "" {
				relation = one.Value
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	target := ""
	err = w.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local == "Relationship" && attribute(start, "Id") == relation && relation != "" {
			target = attribute(start, "Target")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/"), nil
	}
	return path.Join("xl", target), nil
}

// richText reads the text of an element that may be made of runs, up to its end. Phonetic runs (rPh) say how a text is
// read and are no part of it.
func richText(decoder *xml.Decoder, element string) (string, error) {
	var text strings.Builder
	inText := false
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", fmt.Errorf("read a text: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t"
			if token.Name.Local == "rPh" {
				if err := decoder.Skip(); err != nil {
					return "", fmt.Errorf("read a text: %w", err)
				}
			}
		case xml.CharData:
			if inText && text.Len() <= maxCell {
				text.Write(token)
			}
		case xml.EndElement:
			inText = false
			if token.Name.Local == element {
				return text.String(), nil
			}
		}
	}
}

func (w *workbook) readStrings() error {
	const name = "xl/sharedStrings.xml"
	if w.parts[name] == nil {
		return nil
	}
	total := 0
	return w.each(name, func(decoder *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		text, err := richText(decoder, "si")
		if err != nil {
			return err
		}
		if total += len(text); total > maxTextTotal || len(w.strings) >= maxStrings {
			return errUnpacked
		}
		w.strings = append(w.strings, text)
		return nil
	})
}

// readRows hands a row on when the next one begins, cell by cell, so that no row is ever larger than its texts.
func (w *workbook) readRows(sheet string, row readRow) error {
	number := 0
	var cells []cell
	err := w.each(sheet, func(decoder *xml.Decoder, start xml.StartElement) error {
		switch start.Name.Local {
		case "row":
			if number > 0 {
				if err := row(number, cells); err != nil {
					return err
				}
			}
			number, cells = number+1, cells[:0]
			if given := attribute(start, "r"); given != "" {
				stated, err := strconv.Atoi(given)
				if err != nil || stated < number {
					return fmt.Errorf("row %q is not in order", given)
				}
				number = stated
			}
		case "c":
			var err error
			cells, err = w.readCell(decoder, start, number, cells)
			return err
		}
		return nil
	})
	if err != nil || number == 0 {
		return err
	}
	return row(number, cells)
}

func (w *workbook) readCell(decoder *xml.Decoder, start xml.StartElement, row int, cells []cell) ([]cell, error) {
	column := len(cells)
	if reference := attribute(start, "r"); reference != "" {
		column = columnOf(reference)
	}
	name := cellName(column, row)
	read, err := w.cell(decoder, attribute(start, "t"), name)
	switch {
	case err != nil:
		return nil, err
	case column < len(cells):
		return nil, fmt.Errorf("cell %s is not in order", name)
	case column >= maxColumns && read == (cell{}):
		return cells, nil
	case column >= maxColumns:
		return nil, ErrTooManyColumns.New(fault.Values{"row": row, "max": maxColumns})
	}
	for len(cells) < column {
		cells = append(cells, cell{})
	}
	return append(cells, read), nil
}

// cell reads one cell up to its end. Its kind is one of ECMA-376 part 1, §18.18.11.
func (w *workbook) cell(decoder *xml.Decoder, kind, name string) (cell, error) {
	value, formula := "", false
	for ended := false; !ended; {
		token, err := decoder.Token()
		if err != nil {
			return cell{}, fmt.Errorf("read cell %s: %w", name, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "v":
				value, err = valueText(decoder)
			case "is":
				value, err = richText(decoder, "is")
			case "f":
				formula = true
				err = decoder.Skip()
			default:
				err = decoder.Skip()
			}
			if err != nil {
				return cell{}, fmt.Errorf("read cell %s: %w", name, err)
			}
		case xml.EndElement:
			ended = true
		}
	}
	switch {
	case formula:
		return cell{wrong: ErrFormula.New(fault.Values{"cell": name})}, nil
	case kind == "s":
		index, err := strconv.Atoi(value)
		if err != nil || index < 0 || index >= len(w.strings) {
			return cell{}, fmt.Errorf("cell %s names no shared text", name)
		}
		return cell{text: w.strings[index]}, nil
	case kind == "e":
		return cell{wrong: ErrCellError.New(fault.Values{"cell": name, "value": value})}, nil
	case kind == "b":
		return cell{text: map[string]string{"1": "TRUE", "0": "FALSE"}[value]}, nil
	case kind == "" || kind == "n":
		return cell{text: plainNumber(value)}, nil
	}
	return cell{text: value}, nil
}

func valueText(decoder *xml.Decoder) (string, error) {
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := decoder.Skip(); err != nil {
				return "", err
			}
		case xml.CharData:
			if text.Len() <= maxCell {
				text.Write(token)
			}
		case xml.EndElement:
			return text.String(), nil
		}
	}
}

// plainNumber writes a number as a person typed it: a barcode is stored as 8.801234567893E12, and 0.1+0.2 with the
// digits that binary fractions leave behind. Excel itself keeps fifteen significant digits.
func plainNumber(stored string) string {
	if !strings.ContainsAny(stored, "eE.") {
		return stored
	}
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil || number > 1e15 || number < -1e15 {
		return stored
	}
	if number, err = strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64); err != nil {
		return stored
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// columnOf is the index, from 0, of the column in a reference such as "AB12"; a huge one when there is none.
func columnOf(reference string) int {
	column := 0
	for i := range len(reference) {
		letter := reference[i]
		if letter < 'A' || letter > 'Z' {
			break
		}
		if column = column*26 + int(letter-'A') + 1; column > 1<<20 {
			return column
		}
	}
	if column == 0 {
		return 1 << 20
	}
	return column - 1
}

// cellName is the name that a spreadsheet shows: "B7" for column 1 and row 7.
func cellName(column, row int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name + strconv.Itoa(row)
}
