package web

import (
	"embed"
	"io/fs"
	"regexp"
)

//go:embed queries/*.graphql
var queries embed.FS

var operationName = regexp.MustCompile(`(?m)^(?:query|subscription)\s+(\w+)`)

// Operations are the names of the operations that the pages ask, the ready questions among them.
func Operations() []string {
	files, err := fs.Glob(queries, "queries/*.graphql")
	if err != nil {
		panic(err) // only a malformed literal can fail
	}
	var names []string
	for _, file := range files {
		text, err := fs.ReadFile(queries, file)
		if err != nil {
			panic(err) // what is embedded can be read
		}
		for _, match := range operationName.FindAllSubmatch(text, -1) {
			names = append(names, string(match[1]))
		}
	}
	return names
}
