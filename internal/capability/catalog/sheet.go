package catalog

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	xunicode "golang.org/x/text/encoding/unicode"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/sheet"
)

// The limits of a catalogue file.
const (
	MaxUpload    = 20 << 20 // bytes of the file
	MaxRows      = 50_000   // rows below the header
	maxColumns   = 200
	maxCell      = 32_767    // characters, as in Excel (ECMA-376; Excel specifications and limits)
	maxStrings   = 2_000_000 // shared texts of an XLSX
	maxUnpacked  = 200 << 20 // bytes of one part of an XLSX, unpacked
	maxTextTotal = 64 << 20  // bytes of all cells
)

// What can be wrong with a file as a whole. Nothing of such a file is imported.
var (
	ErrEmptyFile = fault.Define(fault.Invalid, "catalog.file_empty",
		"파일이 비어 있어요. 내용이 있는 파일을 골라 주세요.", "The file is empty. Choose a file with content.")
	ErrFileTooLarge = fault.Define(fault.TooLarge, "catalog.file_too_large",
		"파일이 너무 커요. {max}MB보다 작게 나누어 주세요.", "The file is too large. Split it into parts below {max} MB.")
	ErrNotASheet = fault.Define(fault.Unsupported, "catalog.file_not_a_sheet",
		"표 파일이 아니에요. XLSX나 CSV로 저장한 파일을 골라 주세요.", "This is not a spreadsheet. Choose a file saved as XLSX or CSV.")
	ErrOldExcel = fault.Define(fault.Unsupported, "catalog.file_old_excel",
		"예전 엑셀(.xls) 파일이거나 암호가 걸린 파일이에요. 암호를 풀고 XLSX나 CSV로 다시 저장해 주세요.",
		"This is an old Excel file (.xls) or one with a password. Save it as XLSX or CSV without a password.")
	ErrBrokenFile = fault.Define(fault.Invalid, "catalog.file_broken",
		"파일이 깨져 있어서 읽을 수 없어요. 다시 저장한 뒤 골라 주세요.", "The file is damaged and can't be read. Save it again and choose it once more.")
	ErrEncoding = fault.Define(fault.Invalid, "catalog.file_encoding",
		"{line}번째 줄의 글자가 깨져 있어요. 파일을 UTF-8 CSV나 XLSX로 다시 저장해 주세요.",
		"Line {line} has broken characters. Save the file again as UTF-8 CSV or as XLSX.")
	ErrQuotes = fault.Define(fault.Invalid, "catalog.file_quotes",
		"{line}번째 줄의 따옴표(\")가 맞지 않아요. 그 줄을 고쳐 주세요.", "The quotation marks in line {line} don't match. Correct that line.")
	ErrTooManyRows = fault.Define(fault.Invalid, "catalog.file_rows",
		"줄이 너무 많아요. {max}줄까지 나누어 올려 주세요.", "Too many rows. Split the file into parts of at most {max} rows.")
	ErrTooManyColumns = fault.Define(fault.Invalid, "catalog.file_columns",
		"{row}번째 줄에 열이 너무 많아요. {max}열까지 쓸 수 있어요.", "Row {row} has too many columns. At most {max} are possible.")
	ErrFormula = fault.Define(fault.Invalid, "catalog.cell_formula",
		"{cell} 칸에 수식이 있어요. 값만 붙여 넣은 뒤 다시 올려 주세요.", "Cell {cell} holds a formula. Paste its value and upload again.")
	ErrCellError = fault.Define(fault.Invalid, "catalog.cell_error",
		"{cell} 칸에 오류 값({value})이 있어요. 올바른 값으로 바꿔 주세요.", "Cell {cell} holds the error {value}. Replace it with a value.")
	ErrCellLong = fault.Define(fault.Invalid, "catalog.cell_long",
		"{row}번째 줄에 너무 긴 칸이 있어요. {max}자 안으로 줄여 주세요.", "Row {row} has a cell that is too long. Keep it within {max} characters.")
)

// cell is one cell as it was read.
type cell struct {
	text string
	// wrong is what makes the cell unreadable, nil for most.
	wrong *fault.Error
}

// readRow receives one row; rows are numbered from 1 as a spreadsheet shows them. Rows without any text are passed over.
type readRow func(number int, cells []cell) error

// readSheet reads the first sheet of an XLSX, or a CSV in UTF-8, UTF-16 or CP949, whichever the content is: names and
// types that come with a file lie. It returns a fault when the file as a whole can't be read.
func readSheet(data []byte, row readRow) error {
	switch {
	case len(data) == 0:
		return ErrEmptyFile.New()
	case len(data) > MaxUpload:
		return ErrFileTooLarge.New(fault.Values{"max": MaxUpload >> 20})
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data, limited(row))
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return ErrOldExcel.New()
	case bytes.HasPrefix(data, []byte("%PDF-")), bytes.HasPrefix(data, []byte("PK")):
		return ErrNotASheet.New()
	}
	text, err := decodeText(data)
	if err != nil {
		return err
	}
	return readCSV(text, limited(row))
}

// limited holds what every file is held to, and passes empty rows over.
func limited(row readRow) readRow {
	rows, total := 0, 0
	return func(number int, cells []cell) error {
		filled := false
		for i := range cells {
			cells[i].text = strings.TrimSpace(cells[i].text)
			filled = filled || cells[i].text != "" || cells[i].wrong != nil
			total += len(cells[i].text)
			if len(cells[i].text) > maxCell {
				return ErrCellLong.New(fault.Values{"row": number, "max": maxCell})
			}
		}
		if !filled {
			return nil
		}
		if rows++; rows > MaxRows+1 {
			return ErrTooManyRows.New(fault.Values{"max": MaxRows})
		}
		if len(cells) > maxColumns {
			return ErrTooManyColumns.New(fault.Values{"row": number, "max": maxColumns})
		}
		if total > maxTextTotal {
			return ErrFileTooLarge.New(fault.Values{"max": MaxUpload >> 20})
		}
		return row(number, cells)
	}
}

// decodeText gives a text file's content in UTF-8 without a byte order mark.
func decodeText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return decoded(data, xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM))
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case len(data) > 3 && data[1] == 0 && data[3] == 0:
		return decoded(data, xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM))
	case len(data) > 3 && data[0] == 0 && data[2] == 0:
		return decoded(data, xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM))
	}
	if utf8.Valid(data) {
		return plausible(string(data))
	}
	text, err := decoded(data, korean.EUCKR)
	if fault.As(err) == nil {
		return text, err
	}
	// It is neither. It is judged as what it is for longer.
	line := lineOf(string(data), invalidUTF8(data))
	if other, is := fault.As(err).Values["line"].(int); is && other > line {
		line = other
	}
	if _, err := plausible(strings.ToValidUTF8(string(data), "")); err != nil {
		return "", err
	}
	return "", ErrEncoding.New(fault.Values{"line": line})
}

// decoded decodes a text, refusing what the encoding does not have. CP949 is what the WHATWG calls EUC-KR
// (https://encoding.spec.whatwg.org/#euc-kr): the extended Wansung code that Korean Windows writes.
func decoded(data []byte, from encoding.Encoding) (string, error) {
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return "", ErrNotASheet.New().Because(err)
	}
	if at := bytes.IndexRune(text, utf8.RuneError); at >= 0 {
		return "", ErrEncoding.New(fault.Values{"line": lineOf(string(text), at)})
	}
	return plausible(string(text))
}

// plausible refuses what is no text at all: a picture, a program, a web page that calls itself a spreadsheet.
func plausible(text string) (string, error) {
	for _, letter := range text {
		if letter < ' ' && letter != '\t' && letter != '\n' && letter != '\r' {
			return "", ErrNotASheet.New()
		}
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		return "", ErrNotASheet.New()
	}
	if strings.TrimSpace(text) == "" {
		return "", ErrEmptyFile.New()
	}
	return text, nil
}

func invalidUTF8(data []byte) int {
	at := 0
	for at < len(data) {
		letter, size := utf8.DecodeRune(data[at:])
		if letter == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return at
}

func lineOf(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }

// readCSV reads comma, semicolon or tab separated values (RFC 4180), whichever separates the header the most.
func readCSV(text string, row readRow) error {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma = separator(text)
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	for number := 1; ; number++ {
		record, err := reader.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			return ErrQuotes.New(fault.Values{"line": broken.Line}).Because(err)
		case err != nil:
			return ErrBrokenFile.New().Because(err)
		}
		cells := make([]cell, len(record))
		for i, value := range record {
			cells[i].text = sheet.Unguarded(value)
		}
		if err := row(number, cells); err != nil {
			return err
		}
	}
}

func separator(text string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, letter := range text {
		if letter == '"' {
			quoted = !quoted
		}
		if letter == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[letter]++
		}
	}
	best := ','
	for _, candidate := range []rune{';', '\t'} {
		if counts[candidate] > counts[best] {
			best = candidate
		}
	}
	return best
}
