package sheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dangol/internal/ground/lang"
	"dangol/internal/ground/sheet"
)

func TestAFormulaStaysAText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, written string }{
		{"an ordinary text stays", "아메리카노", "아메리카노"},
		{"an empty text stays", "", ""},
		{"a formula gets an apostrophe", "=1+1", "'=1+1"},
		{"a command gets an apostrophe", "@SUM(A1)", "'@SUM(A1)"},
		{"a tab before a formula gets an apostrophe", "\t=1", "'\t=1"},
		{"a minus gets an apostrophe", "-1", "'-1"},
		{"an apostrophe before a formula gets another", "'=1", "''=1"},
		{"an apostrophe before a text stays", "'80s", "'80s"},
	} {
		if got := sheet.Guarded(row.text); got != row.written {
			t.Errorf("%s: %q", row.name, got)
		}
		if got := sheet.Unguarded(row.written); got != row.text {
			t.Errorf("%s: read back as %q", row.name, got)
		}
	}
}

type sale struct {
	name   string
	amount string
	count  int64
}

var columns = []sheet.Column[sale]{
	{Title: lang.Text{KO: "상품", EN: "Product"}, Width: 20, Cell: func(s sale) sheet.Cell { return sheet.Text(s.name) }},
	{Title: lang.Text{KO: "금액", EN: "Amount"}, Width: 10, Cell: func(s sale) sheet.Cell { return sheet.Decimal(s.amount) }},
	{Title: lang.Text{KO: "수량", EN: "Units"}, Width: 8, Cell: func(s sale) sheet.Cell { return sheet.Whole(s.count) }},
}

func export(t *testing.T, format sheet.Format, tag lang.Tag) *sheet.File {
	t.Helper()
	file, err := sheet.Export(format, tag, "sales", columns, func(row func(sale) error) error {
		return errors.Join(row(sale{"라떼, \"큰\"", "-4.50", 2}), row(sale{"=cmd()", "12345678901234567", -3}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAListAsCSV(t *testing.T) {
	t.Parallel()
	file := export(t, sheet.CSV, lang.Korean)
	want := "\uFEFF상품,금액,수량\n\"라떼, \"\"큰\"\"\",-4.50,2\n'=cmd(),12345678901234567,-3\n"
	if got := string(file.Body); got != want {
		t.Errorf("got %q", got)
	}
	if file.Disposition != `attachment; filename="sales.csv"` || file.ContentType != "text/csv; charset=utf-8" {
		t.Errorf("got %q %q", file.Disposition, file.ContentType)
	}
}

func TestAListAsWorkbook(t *testing.T) {
	t.Parallel()
	file := export(t, sheet.XLSX, lang.English)
	book, err := excelize.OpenReader(bytes.NewReader(file.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, cell, value string
		kind              excelize.CellType
	}{
		{"titles are in the reader's language", "A1", "Product", excelize.CellTypeInlineString},
		{"a text stays as it is", "A2", `라떼, "큰"`, excelize.CellTypeInlineString},
		{"an amount is a number", "B2", "-4.5", excelize.CellTypeUnset},
		{"a formula is a text", "A3", "=cmd()", excelize.CellTypeInlineString},
		{"a number that a spreadsheet would round is a text", "B3", "12345678901234567", excelize.CellTypeInlineString},
		{"a count is a number", "C3", "-3", excelize.CellTypeUnset},
	} {
		value, err := book.GetCellValue("sales", row.cell)
		kind, kindErr := book.GetCellType("sales", row.cell)
		if err != nil || kindErr != nil || value != row.value || kind != row.kind {
			t.Errorf("%s: %q of type %v, %v %v", row.name, value, kind, err, kindErr)
		}
	}
	if formula, err := book.GetCellFormula("sales", "A3"); err != nil || formula != "" {
		t.Errorf("A3 is the formula %q, %v", formula, err)
	}
}

func TestALongListIsRefusedRatherThanCut(t *testing.T) {
	t.Parallel()
	_, err := sheet.Export(sheet.CSV, lang.Korean, "sales", columns, func(row func(sale) error) error {
		for range sheet.MaxRows + 1 {
			if err := row(sale{}); err != nil {
				return err
			}
		}
		return nil
	})
	if !sheet.ErrTooLong.Has(err) || !strings.Contains(err.Error(), "too_long") {
		t.Errorf("got %v", err)
	}
}
