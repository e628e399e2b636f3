package sheet

import (
	"bytes"
	"fmt"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
)

// MaxRows bounds a list that is written as a file, well below the 1,048,576 rows that a spreadsheet opens.
const MaxRows = 100_000

// ErrTooLong is for a list that does not fit into one file.
var ErrTooLong = fault.Define(fault.Invalid, "sheet.too_long",
	"한 파일에 {max}줄까지 담을 수 있어요. 기간이나 조건을 좁혀서 나누어 내보내 주세요.",
	"One file holds {max} rows. Narrow the period or the filters, and export in parts.")

// File is a file as an operation answers it. It is made whole before it is sent, so that a slow reader holds no snapshot
// of the database open and a failure is a problem, not half a file.
type File struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// NewFile is a file of that name, which is given without its ending.
func NewFile(format Format, name string, content *bytes.Buffer) *File {
	return &File{
		ContentType: format.ContentType(), Disposition: fmt.Sprintf("attachment; filename=%q", name+"."+string(format)),
		Body: content.Bytes(),
	}
}

// Wanted is embedded in the input of an operation that exports.
type Wanted struct {
	Format Format `query:"format" enum:"csv,xlsx" default:"xlsx"`
}

// Column is one column of a list.
type Column[T any] struct {
	Title lang.Text
	Width float64 // in characters
	Cell  func(T) Cell
}

// Export writes a list as a file of that name. Rows reads all of it and hands over each row; it ends with ErrTooLong
// when there are more than MaxRows.
func Export[T any](
	format Format, tag lang.Tag, name string, columns []Column[T], rows func(row func(T) error) error,
) (*File, error) {
	layout := Layout{Name: name}
	titles := make([]Cell, len(columns))
	for i, column := range columns {
		titles[i] = Text(column.Title.In(tag, nil))
		layout.Widths = append(layout.Widths, column.Width)
	}
	var content bytes.Buffer
	writer, err := New(&content, format, layout)
	if err != nil {
		return nil, err
	}
	if err := writer.Row(titles...); err != nil {
		return nil, err
	}
	written := 0
	cells := make([]Cell, len(columns))
	err = rows(func(row T) error {
		if written++; written > MaxRows {
			return ErrTooLong.New(fault.Values{"max": MaxRows})
		}
		for i, column := range columns {
			cells[i] = column.Cell(row)
		}
		return writer.Row(cells...)
	})
	if err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return NewFile(format, name, &content), nil
}
