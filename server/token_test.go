package server

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// tokenLine is a line of the file for a token.
func tokenLine(holder, token string) string {
	return fmt.Sprintf("%s sha256:%x\n", holder, sha256.Sum256([]byte(token)))
}

// TestTokensAreFollowed: whoever is taken out of the file is let in no more, and his connections end; others' go on. A file that
// is broken changes nothing.
func TestTokensAreFollowed(t *testing.T) {
	const first, second, third = "first-token-of-the-file", "second-token-of-the-file", "token-of-the-flag-itself"
	path := filepath.Join(t.TempDir(), "tokens.txt")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(tokenLine("kim", first) + tokenLine("lee", second))
	tokens, err := readTokenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := tokens.Add("flag", third); err != nil {
		t.Fatal(err)
	}
	var j journal
	look := make(chan time.Time)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tokens.Follow(ctx, path, look, logInto(&j, slog.LevelInfo))
	}()
	changed := func() {
		look <- time.Time{}
		look <- time.Time{} // taken once the first has been followed
	}
	handler := newServer(t, Options{Tokens: tokens})
	server := httptest.NewServer(handler)
	defer server.Close()
	connect := func(token string) *websocket.Conn {
		t.Helper()
		conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http")+"/graphql", &websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.CloseNow() })
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	want := func(when string, status map[string]int) {
		t.Helper()
		for token, want := range status {
			if got := ask(t, handler, countCall(map[string]string{"Authorization": "Bearer " + token})); got.StatusCode != want {
				t.Errorf("%s, %s: got %s, want %d", when, token, got.Status, want)
			}
		}
	}
	alive := func(conn *websocket.Conn) bool {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"ping"}`)); err != nil {
			return false
		}
		_, _, err := conn.Read(ctx)
		return err == nil
	}
	const yes, no = http.StatusOK, http.StatusUnauthorized
	want("at first", map[string]int{first: yes, second: yes, third: yes, "a-token-that-is-not-known": no})
	kim, lee := connect(first), connect(second)

	write(tokenLine("lee", second))
	changed()
	want("without kim", map[string]int{first: no, second: yes, third: yes})
	if _, _, err := kim.Read(t.Context()); err == nil {
		t.Error("kim's socket goes on, want it to end")
	}
	if !alive(lee) {
		t.Error("lee's socket has ended, want it to go on")
	}

	write("lee is here")
	changed()
	want("broken", map[string]int{first: no, second: yes, third: yes})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	changed()
	want("gone", map[string]int{second: yes, third: yes})
	write(tokenLine("kim", first))
	changed()
	want("with kim alone", map[string]int{first: yes, second: no, third: yes})
	stop()
	<-ended
	var levels []string
	for _, line := range j.lines(t) {
		if message, _ := line["msg"].(string); strings.Contains(message, "tokens") {
			levels = append(levels, fmt.Sprint(line["level"]))
		}
		if told := fmt.Sprint(line); strings.Contains(told, first) || strings.Contains(told, fmt.Sprintf("%x", sha256.Sum256([]byte(first)))) {
			t.Errorf("the log tells of tokens: %s", told)
		}
	}
	if got := fmt.Sprint(levels); got != "[INFO ERROR ERROR INFO]" {
		t.Errorf("got log entries of levels %s, want [INFO ERROR ERROR INFO]", got)
	}
}
