package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
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
	context context.Context // of the connection; a write that is broken off would break off all of it
	closed  sync.Once

	mutex       sync.Mutex // guards what follows
	initialised bool
	stopping    bool                // nothing is started any more
	running     map[string]*started // by id
	operations  sync.WaitGroup
}

// started is an operation that runs. Its id is free for another one as soon as it has ended.
type started struct {
	id      string
	raw     json.RawMessage // the id as it came
	request *request
	cancel  context.CancelFunc
}

func (h *Handler) serveSocket(w http.ResponseWriter, r *http.Request) {
	if err := h.connect(); err != nil {
		h.refuseConnection(w, r, err)
		return
	}
	defer h.disconnect()
	// Of other protocols one is agreed to all the same, else the client would not get to see why the socket is closed.
	protocols := []string{socketProtocol}
	for _, offered := range r.Header.Values("Sec-WebSocket-Protocol") {
		for protocol := range strings.SplitSeq(offered, ",") {
			protocols = append(protocols, strings.TrimSpace(protocol))
		}
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: protocols, OriginPatterns: h.schema.options.Origins})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	c := &socket{handler: h, conn: conn, running: map[string]*started{}}
	if conn.Subprotocol() != socketProtocol {
		c.close(closeBadProtocol, "Subprotocol not acceptable")
		return
	}
	var cancel context.CancelFunc
	c.context, cancel = context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(h.ended, cancel)()
	c.serve()
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
func (c *socket) serve() {
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
	go c.tend(options.KeepAlive, ended)
	for {
		kind, data, err := c.conn.Read(c.context)
		if err != nil {
			return
		}
		var m message
		if kind != websocket.MessageText || !isObject(data) || json.Unmarshal(data, &m) != nil {
			c.close(closeBadMessage, "Invalid message received")
			return
		}
		if code, reason := c.take(&m); code != 0 {
			c.close(code, reason)
			return
		}
	}
}

// tend pings the client, and says good-bye when the handler is closed: subscriptions end by themselves then, what else
// runs is waited for.
func (c *socket) tend(every time.Duration, ended <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-c.context.Done():
			return
		case <-c.handler.closing:
			c.mutex.Lock()
			c.stopping = true
			c.mutex.Unlock()
			c.operations.Wait()
			c.close(websocket.StatusGoingAway, "The server is stopping")
			return
		case <-ticker.C:
			alive, cancel := context.WithTimeout(c.context, every)
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
func (c *socket) take(m *message) (websocket.StatusCode, string) {
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
		_ = c.send(message{Type: "connection_ack"}) // a client that is gone is noticed where its messages are read
	case "ping":
		_ = c.send(message{Type: "pong", Payload: m.Payload})
	case "pong":
	case "subscribe":
		return c.subscribe(m)
	case "complete":
		id, isID := m.id()
		if !isID {
			return closeBadMessage, "Invalid message received"
		}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if o := c.running[id]; o != nil {
			o.cancel()
			delete(c.running, id)
		}
	default:
		return closeBadMessage, "Invalid message received"
	}
	return 0, ""
}

// subscribe starts an operation.
func (c *socket) subscribe(m *message) (websocket.StatusCode, string) {
	id, isID := m.id()
	var payload struct {
		Query *string `json:"query"`
		request
	}
	options := &c.handler.schema.options
	if options.Admit != nil && isID {
		if err := options.Admit(c.context, CostOfBytes(int64(len(m.Payload)))); err != nil {
			_ = c.send(message{ID: m.ID, Type: "error", Payload: encode(c.handler.schema.refuse(c.context, err).Errors)})
			return 0, ""
		}
	}
	past := options.weigh(m.Payload)
	if !isID || !isObject(m.Payload) || past == nil && (decode(bytes.NewReader(m.Payload), &payload) != nil || payload.Query == nil) {
		return closeBadMessage, "Invalid message received"
	}
	if payload.past = past; past == nil {
		payload.request.Query = *payload.Query
	}
	code, reason, err := c.start(&started{id: id, raw: m.ID, request: &payload.request})
	if err != nil {
		_ = c.send(message{ID: m.ID, Type: "error", Payload: encode(c.handler.schema.refuse(c.context, err).Errors)})
	}
	return code, reason
}

// start starts an operation, unless the socket is to be closed for it or err says why it is refused.
func (c *socket) start(o *started) (code websocket.StatusCode, reason string, err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	most := c.handler.schema.options.MaxSubscriptions
	switch {
	case !c.initialised:
		return closeUnauthorized, "Unauthorized", nil
	case c.running[o.id] != nil:
		return closeDuplicate, fmt.Sprintf("Subscriber for %.60s already exists", o.id), nil
	case c.stopping:
		return 0, "", nil
	case len(c.running) >= most:
		return 0, "", limitf("%d operations run on this connection, and no more are allowed: complete some", most)
	}
	var ctx context.Context
	ctx, o.cancel = context.WithCancel(c.context)
	c.running[o.id] = o
	c.operations.Go(func() { c.run(ctx, o) })
	return 0, "", nil
}

// run answers one operation: with a message next for each answer and one complete, or with one error. Nothing follows
// once the client has said that it is complete.
func (c *socket) run(ctx context.Context, o *started) {
	defer o.cancel()
	failed := c.handler.serve(ctx, o.request, func(answer []byte) error {
		if err := ctx.Err(); err != nil {
			return err // the client wants no more
		}
		return c.send(message{ID: o.raw, Type: "next", Payload: answer})
	})
	last := message{ID: o.raw, Type: "complete"}
	if failed != nil {
		last.Type, last.Payload = "error", encode(failed)
	}
	c.mutex.Lock()
	wanted := c.running[o.id] == o
	if wanted {
		delete(c.running, o.id)
	}
	c.mutex.Unlock()
	if wanted {
		_ = c.send(last)
	}
}

// send writes one message. A client that does not take it in time loses its connection.
func (c *socket) send(m message) error {
	ctx, cancel := context.WithTimeout(c.context, sendTime)
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
