package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestCodesAreDocumented: docs/http.md has each code that an error may have.
func TestCodesAreDocumented(t *testing.T) {
	docs, err := os.ReadFile("../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isValue := n.(*ast.ValueSpec)
		if !isValue || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		codes++
		code := strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)
		if !strings.Contains(string(docs), "| `"+code+"` |") {
			t.Errorf("docs/http.md says nothing of %s", code)
		}
		return true
	})
	if codes < 10 {
		t.Errorf("got %d codes, want all", codes)
	}
}
