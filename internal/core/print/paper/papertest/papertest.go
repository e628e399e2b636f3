// Package papertest compares what is printed with pictures that a person has looked at.
package papertest

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"dangol/internal/core/print/paper"
)

// Widths are the papers there are, by their width in millimetres.
var Widths = map[string]int{"80": paper.Wide, "58": paper.Narrow}

// Compare draws a layout and fails the test when it isn't the picture in the file, dot for dot. With update it writes the
// picture instead.
func Compare(t *testing.T, layout paper.Layout, width int, file string, update bool) {
	t.Helper()
	drawn, err := paper.Draw(layout, width)
	if err != nil {
		t.Fatal(err)
	}
	if update {
		var picture bytes.Buffer
		if err := png.Encode(&picture, drawn.Image()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	golden, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	picture := drawn.Image()
	if golden.Bounds() != picture.Bounds() {
		t.Fatalf("it is %v, not %v (look at it with -update)", picture.Bounds(), golden.Bounds())
	}
	differing := 0
	for y := range drawn.Height {
		for x := range drawn.Width {
			r, _, _, _ := golden.At(x, y).RGBA()
			if s, _, _, _ := picture.At(x, y).RGBA(); r != s {
				differing++
			}
		}
	}
	if differing > 0 {
		t.Errorf("%d dots differ (look at it with -update)", differing)
	}
}
