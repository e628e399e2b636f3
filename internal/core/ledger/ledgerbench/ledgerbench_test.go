package ledgerbench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"dangol/internal/core/ledger/ledgerbench"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// TestEveryFigureIsMeasured runs each figure for a moment: that it runs, not what it shows.
func TestEveryFigureIsMeasured(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			options := ledgerbench.Options{
				Folder: t.TempDir(), Seed: 1, Size: 200, Callers: 8, Buyers: 100, Pairs: 1, Span: 50 * time.Millisecond,
			}
			if dialect == database.Postgres {
				options.URL = databasetest.URL(t)
			}
			var out bytes.Buffer
			if err := ledgerbench.Run(context.Background(), options, &out); err != nil {
				t.Fatal(err)
			}
			var names []string
			for decoder := json.NewDecoder(&out); decoder.More(); {
				var line struct {
					Name  string  `json:"name"`
					Value float64 `json:"value"`
					OK    bool    `json:"ok"`
				}
				if err := decoder.Decode(&line); err != nil {
					t.Fatal(err)
				}
				if line.Value <= 0 && !line.OK {
					t.Errorf("%s measured nothing", line.Name)
				}
				names = append(names, line.Name)
			}
			if want := len(ledgerbench.Names()) + 1; len(names) != want || names[want-1] != "verify" {
				t.Fatalf("got %v", names)
			}
		})
	}
}
