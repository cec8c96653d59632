package graph

import "testing"

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                       jsonType,
		"*/*":                                    jsonType,
		"text/html":                              jsonType,
		jsonType:                                 jsonType,
		graphqlType:                              graphqlType,
		graphqlType + ";charset=utf-8":           graphqlType,
		"text/html, " + graphqlType:              graphqlType,
		jsonType + "," + graphqlType:             graphqlType,
		graphqlType + ";q=0.5, */*":              graphqlType,
		graphqlType + "; q=0":                    jsonType,
		graphqlType + ";q=no":                    jsonType,
		jsonType + ", " + graphqlType + ";q=0.9": jsonType,
		jsonType + ";q=0.8 , " + graphqlType + "; q=0.9":         graphqlType,
		graphqlType + ";q=0.1, " + jsonType + ";charset=x;q=0.2": jsonType,
	} {
		if got := negotiate(accept); got != want {
			t.Errorf("%q: got %s, want %s", accept, got, want)
		}
	}
}
