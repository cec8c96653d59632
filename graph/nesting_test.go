package graph

import (
	"strings"
	"testing"
)

func TestNestsDeeper(t *testing.T) {
	for _, test := range []struct {
		text string
		want bool
	}{
		{"{ a { b } }", false},
		{"{ a { b { c } } }", true},
		{"{ a(x: [1]) }", true},
		{"{ a } { b } { c }", false},
		{`{ a(x: "[[[") }`, false},
		{`{ a(x: "\"[[[") }`, false},
		{`{ a(x: """ " [[[ \""" [[[ """) }`, false},
		{`{ a(x: """""" y: [1]) }`, true},
		{"{ # {{{\n a }", false},
		{"{ # \\\n a { b { c } } }", true},
		{`{ a(x: "[[[`, false},
		{"}}}{{{{{{", true},
		{strings.Repeat("{", 2), false},
	} {
		if got := nestsDeeper(test.text, 2); got != test.want {
			t.Errorf("%s: got %v, want %v", test.text, got, test.want)
		}
	}
}
