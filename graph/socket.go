package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// socketProtocol is the WebSocket subprotocol, as npm's graphql-ws describes it.
const socketProtocol = "graphql-transport-ws"

// What a socket is closed with when the client breaks the protocol.
const (
	closeBadMessage   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeBadProtocol  websocket.StatusCode = 4406
	closeInitTimeout  websocket.StatusCode = 4408
	closeDuplicate    websocket.StatusCode = 4409
	closeInitTwice    websocket.StatusCode = 4429
)

// sendTime is how long a client may take for one message or event.
const sendTime = 10 * time.Second

// message is one message of the protocol. Ids and payloads are looked at where a type has them.
type message struct {
	ID      json.RawMessage `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// append appends the message's JSON; what it holds is JSON already.
func (m *message) append(out []byte) []byte {
	out = append(append(append(out, `{"type":"`...), m.Type...), '"')
	if len(m.ID) > 0 {
		out = append(append(out, `,"id":`...), m.ID...)
	}
	if len(m.Payload) > 0 {
		out = append(append(out, `,"payload":`...), m.Payload...)
	}
	return append(out, '}')
}

// socket is one WebSocket connection.
type socket struct {
	handler *Handler
	conn    *websocket.Conn
	closed  sync.Once

	mutex       sync.Mutex // guards what follows
	initialised bool
	stopping    bool // nothing is started any more
	running     map[string]context.CancelFunc // by id
	operations  sync.WaitGroup
}

func (h *Handler) serveSocket(w http.ResponseWriter, r *http.Request) {
	if err := h.connect(); err != nil {
		h.refuseConnection(w, r, err)
		return
	}
	defer h.disconnect()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{socketProtocol}, OriginPatterns: h.schema.options.Origins})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	c := &socket{handler: h, conn: conn, running: map[string]context.CancelFunc{}}
	if conn.Subprotocol() != socketProtocol {
		c.close(closeBadProtocol, "Subprotocol not acceptable")
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(h.ended, cancel)()
	c.serve(ctx)
	cancel()
	c.operations.Wait()
}

// refuseConnection answers a client that may not stay connected.
func (h *Handler) refuseConnection(w http.ResponseWriter, r *http.Request, err error) {
	response := h.schema.refuse(r.Context(), err)
	status, after := laterStatus(response)
	w.Header().Set("Retry-After", after)
	write(w, jsonType, status, response)
}

// serve takes messages until either side closes the socket.
func (c *socket) serve(ctx context.Context) {
	options := &c.handler.schema.options
	c.conn.SetReadLimit(options.MaxBody)
	inTime := time.AfterFunc(options.InitTimeout, func() {
		c.mutex.Lock()
		late := !c.initialised
		c.mutex.Unlock()
		if late {
			c.close(closeInitTimeout, "Connection initialisation timeout")
		}
	})
	defer inTime.Stop()
	ended := make(chan struct{})
	defer close(ended)
	go c.tend(ctx, options.KeepAlive, ended)
	for {
		kind, data, err := c.conn.Read(ctx)
		if err != nil {
			return
		}
		var m message
		if kind != websocket.MessageText || !isObject(data) || json.Unmarshal(data, &m) != nil {
			c.close(closeBadMessage, "Invalid message received")
			return
		}
		if code, reason := c.take(ctx, &m); code != 0 {
			c.close(code, reason)
			return
		}
	}
}

// tend pings the client, and says good-bye when the handler is closed: subscriptions end by themselves then, what else
// runs is waited for.
func (c *socket) tend(ctx context.Context, every time.Duration, ended <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			return
		case <-c.handler.closing:
			c.mutex.Lock()
			c.stopping = true
			c.mutex.Unlock()
			c.operations.Wait()
			c.close(websocket.StatusGoingAway, "The server is stopping")
			return
		case <-ticker.C:
			alive, cancel := context.WithTimeout(ctx, every)
			err := c.conn.Ping(alive)
			cancel()
			if err != nil {
				c.conn.CloseNow()
				return
			}
		}
	}
}

// close closes the socket once; the reason is for people.
func (c *socket) close(code websocket.StatusCode, reason string) {
	c.closed.Do(func() { c.conn.Close(code, reason) })
}

// take answers one message. A code other than 0 says with what the socket is to be closed.
func (c *socket) take(ctx context.Context, m *message) (websocket.StatusCode, string) {
	switch m.Type {
	case "connection_init", "ping", "pong":
		if !isNullish(m.Payload) && !isObject(m.Payload) {
			return closeBadMessage, "Invalid message received"
		}
	}
	switch m.Type {
	case "connection_init":
		c.mutex.Lock()
		again := c.initialised
		c.initialised = true
		c.mutex.Unlock()
		if again {
			return closeInitTwice, "Too many initialisation requests"
		}
		_ = c.send(ctx, message{Type: "connection_ack"})
	case "ping":
		_ = c.send(ctx, message{Type: "pong", Payload: m.Payload})
	case "pong":
	case "subscribe":
		return c.subscribe(ctx, m)
	case "complete":
		id, isID := m.id()
		if !isID {
			return closeBadMessage, "Invalid message received"
		}
		c.end(id)
	default:
		return closeBadMessage, "Invalid message received"
	}
	return 0, ""
}

// subscribe starts an operation.
func (c *socket) subscribe(ctx context.Context, m *message) (websocket.StatusCode, string) {
	id, isID := m.id()
	var payload struct {
		Query *string `json:"query"`
		request
	}
	if !isID || !isObject(m.Payload) || decode(bytes.NewReader(m.Payload), &payload) != nil || payload.Query == nil {
		return closeBadMessage, "Invalid message received"
	}
	payload.request.Query = *payload.Query
	c.mutex.Lock()
	defer c.mutex.Unlock()
	most := c.handler.schema.options.MaxSubscriptions
	switch {
	case !c.initialised:
		return closeUnauthorized, "Unauthorized"
	case c.running[id] != nil:
		return closeDuplicate, fmt.Sprintf("Subscriber for %.60s already exists", id)
	case c.stopping:
		return 0, ""
	case len(c.running) >= most:
		refused := c.handler.schema.refuse(ctx, limitf("%d operations run on this connection, and no more are allowed: complete some", most))
		go c.send(ctx, message{ID: m.ID, Type: "error", Payload: encode(refused.Errors)})
		return 0, ""
	}
	inside, cancel := context.WithCancel(ctx)
	c.running[id] = cancel
	c.operations.Go(func() {
		defer cancel()
		c.run(inside, id, m.ID, &payload.request)
	})
	return 0, ""
}

// run answers one operation: with a message next for each answer and one complete, or with one error. Nothing follows
// once the client has said that it is complete.
func (c *socket) run(ctx context.Context, id string, raw json.RawMessage, asked *request) {
	failed := c.handler.serve(ctx, asked, func(answer []byte) error {
		return c.send(ctx, message{ID: raw, Type: "next", Payload: answer})
	})
	last := message{ID: raw, Type: "complete"}
	if failed != nil {
		last.Type, last.Payload = "error", encode(failed)
	}
	// The id is free before the client hears of it, and may then be used at once.
	if c.end(id) {
		_ = c.send(context.WithoutCancel(ctx), last) // a client that is gone is noticed where its messages are read
	}
}

// end takes an operation out of those that run and stops it; nothing more is sent of it. False says that it had been
// taken out before.
func (c *socket) end(id string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	cancel := c.running[id]
	if cancel == nil {
		return false
	}
	cancel()
	delete(c.running, id)
	return true
}

// send writes one message. A client that does not take it in time loses its connection.
func (c *socket) send(ctx context.Context, m message) error {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if err := c.conn.Write(ctx, websocket.MessageText, m.append(nil)); err != nil {
		return &sendError{err}
	}
	return nil
}

// id is the message's id, which must be a text and not empty.
func (m *message) id() (string, bool) {
	var id string
	err := json.Unmarshal(m.ID, &id)
	return id, err == nil && id != ""
}

func isObject(data []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) }

func isNullish(data []byte) bool { return len(data) == 0 || string(data) == "null" }
