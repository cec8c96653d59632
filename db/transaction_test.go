package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestWriterWaitsItsTurn: what another connection holds is waited for, until the context ends, and named.
func TestWriterWaitsItsTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	other := mustOpen(t, path)
	w := mustWriter(t, path)
	defer w.Close()
	mustExec(t, other, "BEGIN IMMEDIATE")
	if want := fmt.Sprint("process ", os.Getpid()); runtime.GOOS == "linux" && writerOf(path) != want {
		t.Errorf("got %q as who writes, want %q", writerOf(path), want)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := w.PutArticles(ctx, []Article{{ExternalID: "a", Text: "x"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v while another one writes, want %v", err, context.DeadlineExceeded)
	}
	// It is said that it waits, and only once; this is when the other one ends.
	said := make(chan string, 10)
	w.OnWait(func(text string) {
		said <- text
		if _, err := other.exec(context.Background(), "COMMIT"); err != nil {
			t.Error(err)
		}
	})
	got, err := w.PutArticles(context.Background(), []Article{{ExternalID: "a", Text: "x"}})
	if err != nil || got.New != 1 {
		t.Errorf("got %+v, %v after the other one was done, want one article stored", got, err)
	}
	if want := path + " is being written to by "; len(said) != 1 || !strings.HasPrefix(<-said, want) {
		t.Errorf("got %d sentences on the wait, want one that begins with %q", len(said), want)
	}
}

// TestCloseBesideAWriter: what was stored is stored, whoever writes when the writer is closed.
func TestCloseBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	other := mustOpen(t, path)
	w := mustWriter(t, path)
	articles := make([]Article, 3000) // enough for SQLite to count anew
	for i := range articles {
		articles[i] = Article{ExternalID: fmt.Sprint(i), Text: strings.Repeat(fmt.Sprint("x", i*7919, " "), 40)}
	}
	if _, err := w.PutArticles(context.Background(), articles); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Fingerprints(context.Background(), []string{"7"}); err != nil {
		t.Fatal(err)
	}
	mustExec(t, other, "BEGIN IMMEDIATE")
	if err := w.Close(); err != nil {
		t.Errorf("got %v, want none", err)
	}
}
