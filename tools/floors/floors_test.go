package main

import (
	"strings"
	"testing"
)

func TestFloors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		imports []string
		want    string // part of what is said; nothing when it is allowed
	}{
		{"a flow uses a capability", []string{"internal/flow/checkout > internal/capability/stock"}, ""},
		{"the command line uses the wiring", []string{"cmd/dangol > internal/app"}, ""},
		{"the wiring has folders of its own", []string{"internal/app > internal/app/demo", "internal/app/demo > internal/app"}, ""},
		{"a slice has folders of its own", []string{"internal/capability/catalog > internal/capability/catalog/sheet"}, ""},
		{"the wiring serves the screens", []string{"internal/app > web"}, ""},
		{"neighbours on the ground", []string{"internal/ground/id > internal/ground/fault"}, ""},
		{"a tool uses the product", []string{"tools/figures > internal/core/ledger"}, ""},
		{"a test uses what helps tests", []string{"test: internal/core/place > internal/ground/database/databasetest"}, ""},
		{"what helps tests builds on it", []string{"internal/core/ledger/ledgertest > internal/ground/database/databasetest"}, ""},
		{
			"tests on the ground may look back",
			[]string{"test: internal/ground/id > internal/ground/database", "internal/ground/database > internal/ground/id"},
			"",
		},

		{"a capability uses a flow", []string{"internal/capability/stock > internal/flow/checkout"}, "upward"},
		{"a test uses a flow", []string{"test: internal/capability/stock > internal/flow/checkout"}, "upward"},
		{"the ground uses the books", []string{"internal/ground/httpapi > internal/core/ledger"}, "upward"},
		{"a capability uses another", []string{"internal/capability/stock > internal/capability/catalog"}, "neighbour"},
		{"a capability uses a part of another", []string{"internal/capability/stock > internal/capability/catalog/sheet"}, "neighbour"},
		{"a part of the books uses another", []string{"internal/core/pricing > internal/core/place"}, "neighbour"},
		{"the product uses a tool", []string{"internal/app > tools/withpg"}, "no floor"},
		{"a package outside the house", []string{"internal/utils > internal/ground/id"}, "no floor"},
		{"the screens use the product", []string{"web > internal/ground/fault"}, "import nothing"},
		{"the product uses what helps tests", []string{"internal/core/ledger > internal/ground/database/databasetest"}, "for tests only"},
		{
			"a circle of folders on the ground",
			[]string{
				"internal/ground/database > internal/ground/id",
				"internal/ground/id/blocks > internal/ground/journal",
				"internal/ground/journal > internal/ground/database/rows",
			},
			"circle on the ground: database → id → journal → database",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			said := strings.Join(check(edges(row.imports)), "; ")
			switch {
			case row.want == "" && said != "":
				t.Errorf("forbidden: %s", said)
			case !strings.Contains(said, row.want):
				t.Errorf("said %q, want something with %q", said, row.want)
			}
		})
	}
}

// edges reads imports from lines such as "internal/app > web"; "test: " before one says that only tests import it.
func edges(imports []string) []edge {
	var read []edge
	for _, line := range imports {
		line, test := strings.CutPrefix(line, "test: ")
		from, to, _ := strings.Cut(line, " > ")
		read = append(read, edge{from: from, to: to, test: test})
	}
	return read
}

func TestForbiddenImportIsNamed(t *testing.T) {
	t.Parallel()
	said := check([]edge{{from: "internal/core/ledger", to: "internal/flow/checkout"}})
	want := "internal/core/ledger imports internal/flow/checkout: that is upward"
	if len(said) != 1 || said[0] != want {
		t.Errorf("said %q, want %q", said, want)
	}
}

func TestHouseStandsAsItIsDrawn(t *testing.T) {
	t.Parallel()
	if err := run(false); err != nil {
		t.Error(err)
	}
}

func TestDrawingNeedsItsPlace(t *testing.T) {
	t.Parallel()
	if _, err := redraw("a page without the two lines", "a drawing"); err == nil {
		t.Error("the drawing went nowhere, and nothing was said")
	}
}
