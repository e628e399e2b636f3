package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The drawing stands between these two lines of the page.
const (
	begin = "<!-- floors: drawn by tools/floors -->\n"
	end   = "<!-- /floors -->\n"
)

// redraw puts the drawing into the page.
func redraw(content, drawing string) (string, error) {
	before, rest, found := strings.Cut(content, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", errors.New(page + " has lost the lines between which the floors are drawn")
	}
	return before + begin + drawing + end + after, nil
}

// draw shows the house from the roof down, a table for each floor that has somebody on it, with what each package says
// it is for.
func draw(packages []unit) string {
	var drawing strings.Builder
	drawing.WriteString("\n```text\n")
	for number, floor := range slices.Backward(floors) {
		line := fmt.Sprintf("%-20s  %s", floor.folder, strings.Join(tenants(packages, number), "  "))
		drawing.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	drawing.WriteString("```\n")
	for number, floor := range slices.Backward(floors) {
		var rows strings.Builder
		for _, one := range packages {
			path := strings.TrimPrefix(one.ImportPath, module)
			if at, inside := placeOf(path); inside && at.floor == number && len(one.GoFiles) > 0 {
				fmt.Fprintf(&rows, "- `%s` %s\n", strings.TrimPrefix(path, floor.folder+"/"), purpose(one.Doc))
			}
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&drawing, "\n**`%s`**: %s\n\n%s", floor.folder, floor.about, rows.String())
		}
	}
	drawing.WriteString("\n")
	return drawing.String()
}

// tenants are the slices on a floor, in order.
func tenants(packages []unit, number int) []string {
	var names []string
	for _, one := range packages {
		at, inside := placeOf(strings.TrimPrefix(one.ImportPath, module))
		if inside && at.floor == number && at.slice != "" {
			names = append(names, at.slice)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// purpose is the first sentence of a package comment without its first two words, which are always the same.
func purpose(doc string) string {
	words := strings.Fields(doc)
	if len(words) > 2 && (words[0] == "Package" || words[0] == "Command") {
		words = words[2:]
	}
	return strings.Join(words, " ")
}
