package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows are the imports within the module: what each package may import. Tests may reach further. Commands
// below bench are bound as bench is.
var arrows = map[string][]string{
	"demarche":                        {"demarche/cmd"},
	"demarche/cmd":                    {"demarche/db", "demarche/eval", "demarche/export", "demarche/graph", "demarche/loader", "demarche/loader/extract", "demarche/seeds", "demarche/server", "demarche/web"},
	"demarche/server":                 {"demarche/db", "demarche/export", "demarche/graph", "demarche/web"},
	"demarche/loader":                 {"demarche/db", "demarche/loader/extract", "demarche/seeds"},
	"demarche/loader/extract":         {"demarche/loader/extract/encoder", "demarche/seeds"},
	"demarche/loader/extract/encoder": {},
	"demarche/eval":                   {"demarche/loader/extract", "demarche/seeds"},
	"demarche/eval/train":             {"demarche/eval", "demarche/eval/vectors", "demarche/loader/extract", "demarche/loader/extract/encoder", "demarche/seeds"},
	"demarche/eval/vectors":           {"demarche/loader/extract/encoder"},
	"demarche/graph":                  {"demarche/db"},
	"demarche/export":                 {"demarche/db"},
	"demarche/db":                     {},
	"demarche/db/dbtest":              {"demarche/db"},
	"demarche/seeds":                  {},
	"demarche/bench":                  {"demarche/bench", "demarche/db", "demarche/graph", "demarche/loader", "demarche/loader/extract", "demarche/seeds"},
	"demarche/web":                    {},
}

// drivers are what speaks to SQL engines, and who may import it: SQL stays in db. What bench measures db
// against is SQL by hand.
var drivers = map[string][]string{
	"database/sql":                {"demarche/db", "demarche/bench"},
	"github.com/mattn/go-sqlite3": {"demarche/db", "demarche/bench"},
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, pkg := range listPackages(t) {
		place := pkg.ImportPath
		if strings.HasPrefix(place, "demarche/bench/") {
			place = "demarche/bench"
		}
		allowed, known := arrows[place]
		if !known {
			t.Errorf("package %s has no place on the map: add it to arrows, and to the map in docs/design.md", pkg.ImportPath)
			continue
		}
		for _, path := range pkg.Imports {
			if strings.HasPrefix(path+"/", "demarche/") && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s: got an arrow that is not on the map, want one of %v", pkg.ImportPath, path, allowed)
			}
			if owners, held := drivers[path]; held && !slices.Contains(owners, place) {
				t.Errorf("%s imports %s: only %v may", pkg.ImportPath, path, owners)
			}
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags=sqlite_fts5", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var pkg goPackage
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read the output of go list: %v", err)
		}
		packages = append(packages, pkg)
	}
	if len(packages) < 5 {
		t.Fatalf("go list: got %d packages, want the whole module", len(packages))
	}
	return packages
}
