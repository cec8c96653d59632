package web

import (
	"io/fs"
	"slices"
	"testing"
)

func TestOperationsAreNamedApart(t *testing.T) {
	files, err := fs.Glob(queries, "queries/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	names := Operations()
	if len(files) == 0 || len(names) < len(files) {
		t.Errorf("got %d names in %d files, want one at least in each", len(names), len(files))
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			t.Errorf("two operations are named %s", names[i])
		}
	}
}
