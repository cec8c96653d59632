package graph

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// The clock of these tests is synctest's: it moves on by itself once everybody waits.

// stalled is a client's end of a stream that takes one piece and no more.
type stalled struct {
	header   http.Header
	taken    int
	deadline time.Time
}

func (s *stalled) Header() http.Header { return s.header }
func (s *stalled) WriteHeader(int)     {}
func (s *stalled) FlushError() error   { return nil }
func (s *stalled) SetWriteDeadline(deadline time.Time) error {
	s.deadline = deadline
	return nil
}

func (s *stalled) Write(part []byte) (int, error) {
	if s.taken++; s.taken == 1 {
		return len(part), nil
	}
	time.Sleep(time.Until(s.deadline))
	return 0, os.ErrDeadlineExceeded
}

// cutOff fails unless the last subscriber goes when he has taken nothing for as long as he may.
func cutOff(t *testing.T, n *news) {
	t.Helper()
	synctest.Wait() // he is counted before he knows from where on he is told
	begun := time.Now()
	n.load(t, 4)
	for n.Subscribers() > 0 {
		time.Sleep(time.Millisecond)
		if time.Since(begun) > 2*sendTime {
			t.Fatalf("the subscriber is there after %s, want him gone after %s", time.Since(begun), sendTime)
		}
	}
	if took := time.Since(begun); took < sendTime {
		t.Errorf("the subscriber went after %s, want him to have %s", took, sendTime)
	}
}

// TestStalledStream: a client that takes no events loses its connection.
func TestStalledStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := openNews(t, Options{})
		request := httptest.NewRequest(http.MethodGet, "/stream?query="+url.QueryEscape(everything), nil)
		request.Header.Set("Accept", eventType)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			n.Stream().ServeHTTP(&stalled{header: http.Header{}}, request)
		}()
		for n.Subscribers() == 0 {
			time.Sleep(time.Millisecond)
		}
		cutOff(t, n)
		<-ended
	})
}

// pipes is a listener whose connections hold nothing on the way: what is written has been read.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// TestStalledSocket: likewise over a WebSocket.
func TestStalledSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := openNews(t, Options{KeepAlive: time.Hour})
		listener := make(pipes)
		server := &http.Server{Handler: n}
		served := make(chan struct{})
		go func() {
			defer close(served)
			_ = server.Serve(listener) // ends with the listener
		}()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			listener <- theirs
			return ours, nil
		}}
		conn, _, err := websocket.Dial(t.Context(), "ws://localhost/graphql", &websocket.DialOptions{
			Subprotocols: []string{socketProtocol}, HTTPClient: &http.Client{Transport: transport}})
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range []string{`{"type":"connection_init"}`, subscribeMessage("a", everything)} {
			if err := conn.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(message, "init") {
				if _, _, err := conn.Read(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for n.Subscribers() == 0 {
			time.Sleep(time.Millisecond)
		}
		cutOff(t, n)
		conn.CloseNow()
		transport.CloseIdleConnections()
		close(listener)
		<-served
	})
}
