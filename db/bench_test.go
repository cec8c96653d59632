package db_test

import (
	"path/filepath"
	"testing"

	"demarche/db/dbtest"
)

// BenchmarkPut writes articles with ten raises each in batches of 500, the first ones of a graph.
func BenchmarkPut(b *testing.B) {
	catalog, articles := dbtest.Generate(dbtest.Size{Parties: 200, Leaders: 2000, Issues: 98, Articles: b.N, Raises: 10 * b.N})
	dbtest.Write(b, filepath.Join(b.TempDir(), "graph.db"), catalog, articles)
}
