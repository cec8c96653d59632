package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestWeightsAreReproduced learns anew, as make train does, and wants the bytes that stand in the repository.
func TestWeightsAreReproduced(t *testing.T) {
	shared, own := filepath.Join("..", "..", "..", "shared"), filepath.Join("..", "train-gold.jsonl")
	var paths []string
	for _, name := range []string{"articles", "gold", "train-articles", "train-gold"} {
		paths = append(paths, filepath.Join(shared, "eval", name+".jsonl"))
	}
	for _, name := range []string{"articles", "news"} {
		paths = append(paths, filepath.Join(shared, "samples", name+".jsonl.gz"), own)
	}
	if _, err := os.Stat(paths[0]); err != nil {
		t.Skip("the annotated articles are not beside the project: ", err)
	}
	out := filepath.Join(t.TempDir(), "weights.bin")
	if err := run(out, own, paths); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "..", "loader", "extract", "weights.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %d bytes that differ from the %d of loader/extract/weights.bin: run make train", len(got), len(want))
	}
	if len(want) > 2<<20 {
		t.Errorf("weights.bin has %d bytes, want at most 2 MB", len(want))
	}
}
