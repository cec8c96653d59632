package cmd

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestClientsShowTheirExamples: the code of docs/clients.md stands so in the file that is named above it, of which every
// example has one.
func TestClientsShowTheirExamples(t *testing.T) {
	page, err := os.ReadFile("../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	matches := regexp.MustCompile("(?s)\n\\[examples/([^\\]]+)\\]\\(([^)]+)\\)\n\n```[a-z]+\n(.*?)```\n").FindAllStringSubmatch(string(page), -1)
	shown := map[string]bool{}
	for _, match := range matches {
		name, link, code := match[1], match[2], match[3]
		if want := "../examples/" + name; link != want {
			t.Errorf("%s: got the link %s, want %s", name, link, want)
		}
		file, err := os.ReadFile("../examples/" + name)
		if err != nil {
			t.Error(err)
		} else if code == "" || !strings.Contains(string(file), code) {
			t.Errorf("%s: got code that does not stand in it, want a part of the file\n%s", name, code)
		}
		folder, _, _ := strings.Cut(name, "/")
		shown[folder] = true
	}
	if got, want := len(matches), strings.Count(string(page), "```")/2; got != want {
		t.Errorf("got %d blocks of code under the name of their file, want all %d", got, want)
	}
	entries, err := os.ReadDir("../examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); entry.IsDir() && name != "node_modules" && !shown[name] {
			t.Errorf("examples/%s: got no code of it in docs/clients.md, want some", name)
		}
	}
	if len(shown) != 7 {
		t.Errorf("got code of %d examples, want 7", len(shown))
	}
}
