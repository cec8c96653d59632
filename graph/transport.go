package graph

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The media types of answers. Under the first every well-formed request gets status 200, as clients of old expect;
// under the second a request that could not be executed gets 400.
const (
	jsonType    = "application/json"
	graphqlType = "application/graphql-response+json"
)

// serveOperation answers one operation over plain HTTP. gqlgen's own transports run encoding/json over the finished
// answer once more and know other status codes; this one writes it as it is.
func (h *Handler) serveOperation(w http.ResponseWriter, r *http.Request) {
	answerType := negotiate(r.Header.Get("Accept"))
	asked, refused := h.readRequest(w, r)
	if refused != nil {
		write(w, answerType, refused.status, refused.response())
		return
	}
	response := h.schema.answer(r.Context(), asked, nil)
	status := http.StatusOK
	if answerType == graphqlType && response.Data == nil {
		status = http.StatusBadRequest
	}
	if later, after := laterStatus(response); later != 0 {
		status = later
		w.Header().Set("Retry-After", after)
	}
	write(w, answerType, status, response)
	h.schema.recycle(response.Data)
}

func (e *badRequest) response() *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{{Message: e.message, Extensions: map[string]any{"code": e.code()}}}}
}

// negotiate chooses the media type that an Accept header likes best; between equals, and where it likes neither, the
// one that is named, else JSON.
func negotiate(accept string) string {
	if !strings.Contains(accept, graphqlType) {
		return jsonType
	}
	named, other := 0.0, 0.0
	for entry := range strings.SplitSeq(accept, ",") {
		mediaType, parameters, _ := strings.Cut(entry, ";")
		quality := 1.0
		for parameter := range strings.SplitSeq(parameters, ";") {
			if text, found := strings.CutPrefix(strings.TrimSpace(parameter), "q="); found {
				quality, _ = strconv.ParseFloat(text, 64) // what is no number is not wanted
			}
		}
		switch strings.TrimSpace(mediaType) {
		case graphqlType:
			named = max(named, quality)
		case jsonType:
			other = max(other, quality)
		}
	}
	if named > 0 && named >= other {
		return graphqlType
	}
	return jsonType
}

// write sends an answer.
func write(w http.ResponseWriter, answerType string, status int, response *graphql.Response) {
	front, back := frame(response)
	back = append(back, '\n')
	w.Header().Set("Content-Type", answerType+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(front)+len(back)))
	w.WriteHeader(status)
	for _, part := range [][]byte{front, back} {
		if _, err := w.Write(part); err != nil {
			return // the client went away
		}
	}
}

// frame puts an answer together around its data, which is JSON already. Data and what follows are one piece: behind the
// data there mostly is room, and what is written by itself goes out by itself.
func frame(response *graphql.Response) (front, back []byte) {
	front = make([]byte, 0, 64)
	joint := byte('{')
	name := func(out []byte, name string) []byte {
		out = append(append(append(out, joint, '"'), name...), '"', ':')
		joint = ','
		return out
	}
	if len(response.Errors) > 0 {
		front = append(name(front, "errors"), encode(response.Errors)...)
	}
	if response.Data != nil {
		front = name(front, "data")
	}
	back = response.Data
	if len(response.Extensions) > 0 {
		back = append(name(back, "extensions"), encode(response.Extensions)...)
	}
	return front, append(back, '}')
}

// appendAnswer appends a whole answer.
func appendAnswer(out []byte, response *graphql.Response) []byte {
	front, back := frame(response)
	return append(append(out, front...), back...)
}

// encode is JSON of what always encodes: texts, numbers, and JSON that is written already.
func encode(value any) []byte {
	encoded, _ := json.Marshal(value)
	return encoded
}
