package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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
	timer := time.AfterFunc(200*time.Millisecond, func() {
		if _, err := other.exec(context.Background(), "COMMIT"); err != nil {
			t.Error(err)
		}
	})
	defer timer.Stop()
	got, err := w.PutArticles(context.Background(), []Article{{ExternalID: "a", Text: "x"}})
	if err != nil || got.New != 1 {
		t.Errorf("got %+v, %v after the other one was done, want one article stored", got, err)
	}
}
