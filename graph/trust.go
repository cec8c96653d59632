package graph

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// Documents are those that a server runs and no others: Options.Documents.
type Documents struct {
	byHash map[string]string // the text of each, by the hash of its file and by that of the text without blanks around it
	byText map[string]string // likewise, by the text without blanks around it
	names  []string
}

// ReadDocuments reads the .graphql files of a folder, and of those below it: each is one document, which must fit the
// schema and may hold several operations. The error names the file and its line.
func ReadDocuments(folder fs.FS) (*Documents, error) {
	d := &Documents{byHash: map[string]string{}, byText: map[string]string{}}
	schema := newSchema(nil, Options{}).Schema()
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".graphql" {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		text := string(content)
		tree, err := parser.ParseQuery(&ast.Source{Input: text})
		if err == nil {
			if failures := validator.ValidateWithRules(schema, tree, nil); len(failures) > 0 {
				err = failures[0]
			}
		}
		var failure *gqlerror.Error
		if errors.As(err, &failure) {
			line := 1
			if len(failure.Locations) > 0 {
				line = failure.Locations[0].Line
			}
			return fmt.Errorf("%s:%d: %s", name, line, failure.Message)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(tree.Operations) == 0 {
			return fmt.Errorf("%s holds no operation", name)
		}
		for _, operation := range tree.Operations {
			if operation.Name != "" {
				d.names = append(d.names, operation.Name)
			}
		}
		trimmed := strings.TrimSpace(text)
		d.byHash[hashOf(text)], d.byHash[hashOf(trimmed)], d.byText[trimmed] = trimmed, trimmed, trimmed
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	if len(d.byText) == 0 {
		return nil, errors.New("read documents: the folder has no .graphql file, and so nothing could run")
	}
	slices.Sort(d.names)
	d.names = slices.Compact(d.names)
	return d, nil
}

// Names are those of all operations that have one, sorted, each once.
func (d *Documents) Names() []string { return d.names }

// find returns the document of that text or, where there is none, of that hash.
func (d *Documents) find(text, hash string) (string, error) {
	switch {
	case text != "":
		if known := d.byText[strings.TrimSpace(text)]; known != "" {
			return known, nil
		}
	case hash != "":
		if known := d.byHash[strings.ToLower(hash)]; known != "" {
			return known, nil
		}
		return "", &codedError{CodeNotPersisted, "PersistedQueryNotFound", nil}
	}
	return "", &codedError{CodeNotTrusted, "only documents that this server knows run here, and this is none of them: ask whoever runs it to add it", nil}
}
