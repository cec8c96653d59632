package seeds

import "testing"

func mustLoad(t testing.TB) *Seeds {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTablesAreClean(t *testing.T) {
	for _, p := range Lint(mustLoad(t)) {
		t.Error(p)
	}
}
