package paper_test

import (
	"strings"
	"testing"

	"dangol/internal/core/print/paper"
)

func TestLayoutsThatCanNotBeDrawn(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("가", 500)
	for _, row := range []struct {
		name    string
		rows    []paper.Row
		width   int
		tooLong bool
	}{
		{"paper of no known width", nil, 500, false},
		{"a role that there is not", []paper.Row{{Role: "shout", Left: "!"}}, paper.Wide, false},
		{"more rows than anyone tears off", make([]paper.Row, 2001), paper.Wide, true},
		{"more paper than anyone tears off", repeat(paper.Row{Role: paper.Text, Left: long}, 100), paper.Narrow, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := paper.Draw(paper.Layout{Rows: row.rows}, row.width)
			if err == nil || paper.ErrTooLong.Has(err) != row.tooLong {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestEverythingFitsOnThePaper(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name        string
		left, right string
		lines       int
	}{
		{"a short pair is one line", "합계", "4,500원", 1},
		{"a label that is too long goes on below", strings.Repeat("똠얌꿍 ", 12), "4,500원", 4},
		{"a word that is too long is broken", strings.Repeat("뷁", 40), "", 3},
		{"a value that leaves no room goes below its label", "주소", strings.Repeat("서울 ", 6), 2},
		{"nothing is still a line", "", "", 1},
		{"what can't be written is left out", "가\x00\u200b나", "", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			drawn, err := paper.Draw(paper.Layout{Rows: []paper.Row{{Role: paper.Soft, Left: row.left, Right: row.right}}}, paper.Narrow)
			if err != nil {
				t.Fatal(err)
			}
			if drawn.Height != 32*row.lines {
				t.Errorf("%d dots high, want %d lines of 32", drawn.Height, row.lines)
			}
			for y := range drawn.Height {
				for _, x := range []int{0, drawn.Width - 1} {
					if drawn.Bits[y*drawn.Stride()+x/8]&(0x80>>(x%8)) != 0 {
						t.Fatalf("a letter touches the edge at %d, %d", x, y)
					}
				}
			}
		})
	}
}

func repeat(row paper.Row, times int) []paper.Row {
	rows := make([]paper.Row, times)
	for i := range rows {
		rows[i] = row
	}
	return rows
}
