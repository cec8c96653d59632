package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// client is the other end of a socket.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func serveNews(t *testing.T, options Options) (*news, string) {
	t.Helper()
	n := openNews(t, options)
	mux := http.NewServeMux()
	mux.Handle("/graphql", n.Handler)
	mux.Handle("/graphql/stream", n.Stream())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return n, server.URL + "/graphql"
}

func dial(t *testing.T, url, protocol string) *client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{protocol}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return &client{t, conn}
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, message := range messages {
		// A socket that is being closed takes no more, which the test will read.
		_ = c.conn.Write(c.t.Context(), websocket.MessageText, []byte(message))
	}
}

// read is the next message, or the code that the socket was closed with.
func (c *client) read() (string, websocket.StatusCode) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), soon)
	defer cancel()
	_, data, err := c.conn.Read(ctx)
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return "", closed.Code
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return string(data), 0
}

func (c *client) want(messages ...string) {
	c.t.Helper()
	for _, want := range messages {
		if got, code := c.read(); got != want {
			c.t.Fatalf("got %s (closed with %d), want %s", got, code, want)
		}
	}
}

const (
	initMessage = `{"type":"connection_init"}`
	ackMessage  = `{"type":"connection_ack"}`
)

func subscribeMessage(id, text string) string {
	return fmt.Sprintf(`{"type":"subscribe","id":%q,"payload":{"query":%q}}`, id, text)
}

func TestSocketCloses(t *testing.T) {
	_, url := serveNews(t, Options{InitTimeout: soon})
	_, hasty := serveNews(t, Options{InitTimeout: 20 * time.Millisecond})
	watching := subscribeMessage("1", everything)
	for _, test := range []struct {
		name, protocol string
		messages       []string
		code           websocket.StatusCode
	}{
		{"no JSON", socketProtocol, []string{"hello"}, 4400},
		{"a list", socketProtocol, []string{"[]"}, 4400},
		{"null", socketProtocol, []string{"null"}, 4400},
		{"no type", socketProtocol, []string{`{}`}, 4400},
		{"an unknown type", socketProtocol, []string{initMessage, `{"type":"start"}`}, 4400},
		{"a type of servers", socketProtocol, []string{initMessage, `{"type":"next","id":"1","payload":{}}`}, 4400},
		{"a type that is a number", socketProtocol, []string{`{"type":1}`}, 4400},
		{"a payload that is a text", socketProtocol, []string{`{"type":"connection_init","payload":"x"}`}, 4400},
		{"a ping's payload that is a list", socketProtocol, []string{`{"type":"ping","payload":[]}`}, 4400},
		{"no id", socketProtocol, []string{initMessage, `{"type":"subscribe","payload":{"query":"{ __typename }"}}`}, 4400},
		{"an empty id", socketProtocol, []string{initMessage, subscribeMessage("", everything)}, 4400},
		{"an id that is a number", socketProtocol, []string{initMessage, `{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}`}, 4400},
		{"no payload", socketProtocol, []string{initMessage, `{"type":"subscribe","id":"1"}`}, 4400},
		{"no query", socketProtocol, []string{initMessage, `{"type":"subscribe","id":"1","payload":{}}`}, 4400},
		{"a query that is null", socketProtocol, []string{initMessage, `{"type":"subscribe","id":"1","payload":{"query":null}}`}, 4400},
		{"variables that are a list", socketProtocol, []string{initMessage, `{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}`}, 4400},
		{"complete without id", socketProtocol, []string{initMessage, `{"type":"complete"}`}, 4400},
		{"not initialised", socketProtocol, []string{watching}, 4401},
		{"another protocol", "graphql-ws", nil, 4406},
		{"never initialised", socketProtocol, nil, 4408},
		{"never initialised but alive", socketProtocol, []string{`{"type":"pong"}`}, 4408},
		{"one id twice", socketProtocol, []string{initMessage, watching, watching}, 4409},
		{"initialised twice", socketProtocol, []string{initMessage, initMessage}, 4429},
		{"too large", socketProtocol, []string{initMessage, subscribeMessage("1", strings.Repeat("#", 1<<20))}, websocket.StatusMessageTooBig},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := url
			if test.code == closeInitTimeout {
				to = hasty
			}
			c := dial(t, to, test.protocol)
			c.send(test.messages...)
			message, code := c.read()
			for code == 0 {
				if !strings.Contains(message, "connection_ack") {
					t.Fatalf("got %s", message)
				}
				message, code = c.read()
			}
			if code != test.code {
				t.Errorf("got %d, want %d", code, test.code)
			}
		})
	}
}

func TestSocketAnswers(t *testing.T) {
	n, url := serveNews(t, Options{MaxSubscriptions: 2})
	c := dial(t, url, socketProtocol)
	c.send(initMessage, `{"type":"ping"}`, `{"type":"ping","payload":{"a":1}}`, `{"type":"pong"}`, `{"type":"complete","id":"unknown"}`)
	c.want(ackMessage, `{"type":"pong"}`, `{"type":"pong","payload":{"a":1}}`)

	c.send(subscribeMessage("q", "{ dataset { articleCount } }"))
	c.want(`{"type":"next","id":"q","payload":{"data":{"dataset":{"articleCount":1}}}}`, `{"type":"complete","id":"q"}`)
	c.send(`{"type":"subscribe","id":"v","payload":{"operationName":"B","query":"query A { __typename } query B($a: PartyRef!) { party(ref: $a) { code } }","variables":{"a":"Japan"},"extensions":{}}}`)
	c.want(`{"type":"next","id":"v","payload":{"data":{"party":{"code":"JP"}}}}`, `{"type":"complete","id":"v"}`)

	// An error ends the operation: nothing follows but what the id is used for next.
	c.send(subscribeMessage("e", "{ nothing }"))
	c.want(`{"type":"error","id":"e","payload":[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`)
	c.send(subscribeMessage("e", "{ __typename }"))
	c.want(`{"type":"next","id":"e","payload":{"data":{"__typename":"Query"}}}`, `{"type":"complete","id":"e"}`)

	c.send(subscribeMessage("1", everything), subscribeMessage("2", `subscription { raiseAdded(filter: { by: "CN" }) { by { code } } }`))
	for n.Subscribers() < 2 {
		time.Sleep(time.Millisecond)
	}
	c.send(subscribeMessage("3", everything))
	if got, _ := c.read(); !strings.Contains(got, `"type":"error","id":"3"`) || !strings.Contains(got, CodeLimit) {
		t.Errorf("a third subscription: got %s, want an error with %s", got, CodeLimit)
	}
	c.send(`{"type":"complete","id":"1"}`)
	for n.Subscribers() > 1 {
		time.Sleep(time.Millisecond)
	}
	n.load(t, 5)
	c.want(`{"type":"next","id":"2","payload":{"data":{"raiseAdded":{"by":{"code":"CN"}}}}}`)

	// The id of what was completed is free, and what ran under it leaves its successor alone.
	for range 20 {
		c.send(subscribeMessage("1", everything), `{"type":"complete","id":"1"}`, subscribeMessage("1", "{ __typename }"))
		c.want(`{"type":"next","id":"1","payload":{"data":{"__typename":"Query"}}}`, `{"type":"complete","id":"1"}`)
	}
}

// TestSocketsAreTold: whoever listens is told when the handler is closed, and what runs is ended first.
func TestSocketsAreTold(t *testing.T) {
	n, url := serveNews(t, Options{})
	c, idle := dial(t, url, socketProtocol), dial(t, url, socketProtocol)
	c.send(initMessage, subscribeMessage("1", everything))
	c.want(ackMessage)
	for n.Subscribers() < 1 {
		time.Sleep(time.Millisecond)
	}
	closed := make(chan error)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		closed <- n.Close(ctx)
	}()
	c.want(`{"type":"complete","id":"1"}`)
	for _, each := range []*client{c, idle} {
		if _, code := each.read(); code != websocket.StatusGoingAway {
			t.Errorf("got %d, want %d", code, websocket.StatusGoingAway)
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	_, response, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{socketProtocol}})
	if err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("another one: got %v, want status 503", err)
	}
}

func TestTooManyConnections(t *testing.T) {
	n, url := serveNews(t, Options{MaxConnections: 2})
	first := dial(t, url, socketProtocol)
	dial(t, url, socketProtocol)
	_, response, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{socketProtocol}})
	if err == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Fatalf("a third socket: got %v, want status 503 with Retry-After", err)
	}
	stream, err := http.Get(url + "/stream?query=%7B__typename%7D")
	if err != nil {
		t.Fatal(err)
	}
	stream.Body.Close()
	if stream.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream beside: got %s, want 503", stream.Status)
	}
	first.conn.CloseNow()
	for deadline := time.Now().Add(soon); ; {
		n.mutex.Lock()
		left := n.connections
		n.mutex.Unlock()
		if left == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %d connections, want the closed one to be gone", left)
		}
		time.Sleep(time.Millisecond)
	}
	dial(t, url, socketProtocol)
}

// TestDeadSockets: a client that answers no ping loses its connection, with what runs on it.
func TestDeadSockets(t *testing.T) {
	n, url := serveNews(t, Options{KeepAlive: 20 * time.Millisecond})
	c := dial(t, url, socketProtocol)
	c.send(initMessage, subscribeMessage("1", everything))
	// It reads nothing, and so answers nothing.
	for deadline := time.Now().Add(soon); ; time.Sleep(time.Millisecond) {
		n.mutex.Lock()
		left := n.connections
		n.mutex.Unlock()
		if left == 0 && n.Subscribers() == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %d connections and %d subscribers, want none", left, n.Subscribers())
		}
	}
}

func TestOriginsOfSockets(t *testing.T) {
	_, url := serveNews(t, Options{Origins: []string{"https://app.example.org"}})
	for origin, want := range map[string]int{"": 101, url: 101, "https://app.example.org": 101, "https://example.com": 403, "http://app.example.org": 403} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", strings.TrimSuffix(origin, "/graphql"))
		}
		conn, response, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{socketProtocol}, HTTPHeader: header})
		if response == nil || response.StatusCode != want {
			t.Errorf("%q: got %v %v, want status %d", origin, response, err, want)
		}
		if err == nil {
			conn.CloseNow()
		}
	}
}

// FuzzSocket: no message brings the server down, or has it say what is no message.
func FuzzSocket(f *testing.F) {
	for _, seed := range []string{initMessage, `{"type":"ping","payload":{}}`, subscribeMessage("1", "{ __typename }"), `{"type":"complete","id":"1"}`, "[]", `{"type":"subscribe","id":"1","payload":{"query":"","extensions":{"persistedQuery":{"sha256Hash":"x"}}}}`} {
		f.Add(seed)
	}
	handler := NewHandler(openSmall(f), Options{})
	server := httptest.NewServer(handler)
	f.Cleanup(server.Close)
	f.Fuzz(func(t *testing.T, message string) {
		c := dial(t, server.URL, socketProtocol)
		c.send(initMessage, message, `{"type":"ping"}`)
		for {
			got, code := c.read()
			if code == websocket.StatusInternalError {
				t.Fatalf("closed with %d", code)
			}
			if code != 0 || got == `{"type":"pong"}` {
				return
			}
			if !json.Valid([]byte(got)) || internals.MatchString(got) {
				t.Fatalf("got %s", got)
			}
		}
	})
}
