// Command floors holds the floors of the house: it names each import that doesn't go downward, and with -write it
// draws the house as it is into docs/architecture.md.
//
//	go run ./tools/floors [-write]
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// page is the document that holds the drawing.
const page = "docs/architecture.md"

func main() {
	write := flag.Bool("write", false, "write the drawing into "+page)
	flag.Parse()
	if err := run(*write); err != nil {
		fmt.Fprintln(os.Stderr, "floors:", err)
		os.Exit(1)
	}
}

func run(write bool) error {
	root, packages, err := list()
	if err != nil {
		return err
	}
	if broken := check(imports(packages)); len(broken) > 0 {
		return fmt.Errorf("imports that the floors forbid:\n\t%s", strings.Join(broken, "\n\t"))
	}
	path := filepath.Join(root, page)
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	drawn, err := redraw(string(content), draw(packages))
	if err != nil || drawn == string(content) {
		return err
	}
	if !write {
		return fmt.Errorf("%s no longer shows the house as it is: run `make generate`", page)
	}
	return os.WriteFile(path, []byte(drawn), 0o644)
}

// unit is one Go package as `go list` describes it. Its name for a path is without the module's.
type unit struct {
	ImportPath                         string
	Doc                                string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// list asks go for the packages of this module.
func list() (root string, packages []unit, err error) {
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", nil, fmt.Errorf("find the module: %w", err)
	}
	root = filepath.Dir(strings.TrimSpace(string(mod)))
	command := exec.Command("go", "list", "-json=ImportPath,Doc,GoFiles,Imports,TestImports,XTestImports", "./...")
	command.Dir, command.Stderr = root, os.Stderr
	said, err := command.Output()
	if err != nil {
		return "", nil, fmt.Errorf("list the packages: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(said)))
	for {
		var one unit
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return root, packages, nil
		}
		if err != nil {
			return "", nil, fmt.Errorf("read what go list says: %w", err)
		}
		packages = append(packages, one)
	}
}

// imports are the imports of this module's packages from each other.
func imports(packages []unit) []edge {
	var edges []edge
	for _, one := range packages {
		from := strings.TrimPrefix(one.ImportPath, module)
		for _, kind := range []struct {
			paths []string
			test  bool
		}{{one.Imports, false}, {one.TestImports, true}, {one.XTestImports, true}} {
			for _, path := range kind.paths {
				if to, ours := strings.CutPrefix(path, module); ours {
					edges = append(edges, edge{from: from, to: to, test: kind.test})
				}
			}
		}
	}
	return edges
}
