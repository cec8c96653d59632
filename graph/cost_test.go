package graph

import (
	"context"
	"testing"
)

// TestCost: what takes long costs much, whatever the length of its answer.
func TestCost(t *testing.T) {
	var cost int
	handler := NewHandler(openSmall(t), Options{Observe: func(_ context.Context, o *Operation) { cost = o.Cost }})
	for _, test := range []struct {
		text        string
		least, most int
	}{
		{"{ raises(first: 10) { nodes { quote } } }", 20, 40},
		{`{ raises(first: 10, filter: { by: ["JP"], issue: ["tariffs"] }) { nodes { quote } } }`, 20, 40},
		{`{ raises(first: 10, filter: { source: ["Wire"] }) { nodes { quote } } }`, scanWork, scanWork + 100},
		{`{ raises(first: 10, filter: { or: [{ by: ["JP"] }, { with: ["JP"] }] }) { totalCount } }`, scanWork, scanWork + 100},
		{`{ raises(first: 10, filter: { with: ["JP"], source: ["Wire"] }) { nodes { quote } } }`, 20, 40},
		{`{ search(text: "trade") { totalCount } }`, textWork + wordWork, textWork + wordWork + 100},
		{`{ search(text: "rice AND trade-deal") { totalCount } }`, textWork + 4*wordWork, textWork + 4*wordWork + 100},
		{`{ search(text: "tra*") { totalCount } }`, textWork + wordWork + prefixWork, textWork + wordWork + prefixWork + 100},
		{`{ raises(first: 1, filter: { or: [{ text: "a" }, { not: { text: "b c" } }] }) { totalCount } }`, scanWork + 2*textWork + 3*wordWork, scanWork + 2*textWork + 3*wordWork + 100},
		{`{ articles(first: 1, filter: { text: "a" }) { totalCount } }`, textWork + wordWork, textWork + wordWork + 100},
		{"{ raiseStats(groupBy: [BY], first: 1) { totalCount } }", groupWork, groupWork + 100},
		{"{ articleStats(groupBy: [SOURCE], first: 1) { totalCount } }", groupWork, groupWork + 100},
		{`{ neighborhood(id: "Q291bnRyeTpVUw", limit: 100) { links { issues { slug } } } }`, 20_000, 30_000},
		{"{ organizations(first: 10) { nodes { members { name } } } }", 300, 700},
		{"{ __schema { types { fields { name } } } }", 600, 1500},
	} {
		if got := post(t, handler, encoded(t, query(test.text))); got.Code != 200 || cost < test.least || cost > test.most {
			t.Errorf("%s: got %d and a cost of %d, want one of %d to %d: %.200s", test.text, got.Code, cost, test.least, test.most, got.Body)
		}
	}
}
