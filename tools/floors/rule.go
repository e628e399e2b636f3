package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// module is what the import paths of dangol's own packages begin with.
const module = "dangol/"

// floors are the floors of the house, from the ground up. A package stands on the floor whose folder it lies in.
var floors = []floor{
	{folder: "internal/ground", about: "what every program needs: money, time, storage, HTTP"},
	{folder: "internal/core", about: "the books; organisation, merchant, store; price and tax"},
	{folder: "internal/capability", about: "one capability each"},
	{folder: "internal/flow", about: "a sale or a refund, as one posting"},
	{folder: "internal/face", about: "what a face needs that is more than one capability"},
	{folder: "internal/app", about: "wiring: which capabilities run, configuration, start and stop"},
	{folder: "cmd", about: "the command line"},
}

type floor struct{ folder, about string }

const ground = 0

// screens is the package of the built screens. It stands beside the house: it imports nothing of it.
const screens = "web"

// edge is one import, as paths within the module.
type edge struct {
	from, to string
	test     bool // only test files import it
}

// place is where a package stands: its floor and the slice on it, which is a folder with all that is under it.
type place struct {
	floor int
	slice string
}

// placeOf finds the place of a path that belongs to the house.
func placeOf(path string) (place, bool) {
	for number, floor := range floors {
		rest, within := strings.CutPrefix(path+"/", floor.folder+"/")
		if !within {
			continue
		}
		slice, _, _ := strings.Cut(rest, "/")
		if floor.folder == "internal/app" {
			slice = "" // the wiring is one slice with all its folders
		}
		return place{floor: number, slice: slice}, true
	}
	return place{}, false
}

// check names each import that the floors forbid: imports go downward, a slice imports no neighbour on its own floor
// (on the ground it may, without circles), nothing imports the tools, and what is made for tests is imported by tests.
func check(edges []edge) []string {
	var broken []string
	neighbours := map[string][]string{}
	for _, e := range edges {
		if reason := judge(e); reason != "" {
			broken = append(broken, fmt.Sprintf("%s imports %s: %s", e.from, e.to, reason))
		}
		from, to := home(e)
		if !e.test && from.floor == ground && to.floor == ground && from.slice != to.slice {
			neighbours[from.slice] = append(neighbours[from.slice], to.slice)
		}
	}
	if circle := findCircle(neighbours); circle != nil {
		broken = append(broken, "a circle on the ground: "+strings.Join(circle, " → "))
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

// home gives both places of an edge; a path outside the house stands on no floor.
func home(e edge) (from, to place) {
	nowhere := place{floor: -1}
	from, inside := placeOf(e.from)
	if !inside {
		from = nowhere
	}
	to, inside = placeOf(e.to)
	if !inside {
		to = nowhere
	}
	return from, to
}

// judge says why an import is forbidden, or nothing.
func judge(e edge) string {
	from, to := home(e)
	apart := strings.HasPrefix(e.from, "tools/") || strings.HasPrefix(e.from, "e2e/")
	switch {
	case !e.test && forTests(e.to) && !forTests(e.from):
		return "that is for tests only"
	case apart:
		return ""
	case e.from == screens:
		return "the screens import nothing"
	case from.floor < 0:
		return e.from + " stands on no floor"
	case e.to == screens:
		return ""
	case to.floor < 0:
		return e.to + " stands on no floor"
	case to.floor > from.floor:
		return "that is upward"
	case to.floor == from.floor && to.slice != from.slice && from.floor != ground:
		return "that is a neighbour"
	}
	return ""
}

// forTests tells packages that help tests, such as databasetest.
func forTests(path string) bool { return strings.HasSuffix(path, "test") }

// findCircle gives the slices of one circle, the first one again at its end.
func findCircle(neighbours map[string][]string) []string {
	done := map[string]bool{}
	var path []string
	var visit func(slice string) []string
	visit = func(slice string) []string {
		if at := slices.Index(path, slice); at >= 0 {
			return append(slices.Clone(path[at:]), slice)
		}
		if done[slice] {
			return nil
		}
		path = append(path, slice)
		for _, next := range neighbours[slice] {
			if circle := visit(next); circle != nil {
				return circle
			}
		}
		path = path[:len(path)-1]
		done[slice] = true
		return nil
	}
	for _, slice := range slices.Sorted(maps.Keys(neighbours)) {
		if circle := visit(slice); circle != nil {
			return circle
		}
	}
	return nil
}
