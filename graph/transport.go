package graph

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
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

// transport carries operations over plain HTTP. gqlgen's own transports run encoding/json over the finished answer
// once more and know other status codes; this one writes it as it is.
type transport struct{ schema *schema }

// Supports takes all but what asks for another protocol.
func (t *transport) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// badRequest is a request that holds no operation.
type badRequest struct {
	status  int
	message string
}

func (e *badRequest) Error() string { return e.message }

// Do answers one request.
func (t *transport) Do(w http.ResponseWriter, r *http.Request, e graphql.GraphExecutor) {
	answerType := jsonType
	if strings.Contains(r.Header.Get("Accept"), graphqlType) {
		answerType = graphqlType
	}
	params, err := t.params(w, r)
	if err != nil {
		var refused *badRequest
		status := http.StatusBadRequest
		if errors.As(err, &refused) {
			status = refused.status
		}
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		write(w, answerType, status, &graphql.Response{Errors: gqlerror.List{{
			Message: err.Error(), Extensions: map[string]any{"code": "BAD_REQUEST"}}}})
		return
	}
	response := t.schema.dispatch(r.Context(), e, params)
	status := http.StatusOK
	if answerType == graphqlType && response.Data == nil {
		status = http.StatusBadRequest
	}
	if later, after := laterStatus(response); later != 0 {
		status = later
		w.Header().Set("Retry-After", after)
	}
	write(w, answerType, status, response)
	t.schema.recycle(response.Data)
}

func (t *transport) params(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, error) {
	params := &graphql.RawParams{Headers: r.Header}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		values := r.URL.Query()
		params.Query, params.OperationName = values.Get("query"), values.Get("operationName")
		for name, target := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
			if text := values.Get(name); text != "" {
				if err := decode(strings.NewReader(text), target); err != nil {
					return nil, &badRequest{http.StatusBadRequest, name + " is no JSON object: " + err.Error()}
				}
			}
		}
	case http.MethodPost:
		mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || mediaType != jsonType {
			return nil, &badRequest{http.StatusUnsupportedMediaType, "the request's Content-Type is not application/json: send the operation as a JSON object"}
		}
		err = decode(http.MaxBytesReader(w, r.Body, t.schema.options.MaxBody), params)
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, &badRequest{http.StatusRequestEntityTooLarge, "the request is too large"}
		}
		if err != nil {
			return nil, &badRequest{http.StatusBadRequest, "the request's body is no JSON object with a query: " + err.Error()}
		}
	default:
		return nil, &badRequest{http.StatusMethodNotAllowed, "only GET and POST are answered here"}
	}
	if params.Query == "" {
		return nil, &badRequest{http.StatusBadRequest, "the request has no query"}
	}
	return params, nil
}

// decode reads one JSON value; numbers keep their digits.
func decode(from io.Reader, target any) error {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	return decoder.Decode(target)
}

// write puts an answer together around its data, which is JSON already.
func write(w http.ResponseWriter, answerType string, status int, response *graphql.Response) {
	front, back := make([]byte, 0, 64), []byte{}
	joint := byte('{')
	name := func(out []byte, name string) []byte {
		out = append(append(append(out, joint, '"'), name...), '"', ':')
		joint = ','
		return out
	}
	if len(response.Errors) > 0 {
		encoded, _ := json.Marshal(response.Errors) // texts, numbers and codes always encode
		front = append(name(front, "errors"), encoded...)
	}
	if response.Data != nil {
		front = name(front, "data")
	}
	if len(response.Extensions) > 0 {
		encoded, _ := json.Marshal(response.Extensions)
		back = append(name(back, "extensions"), encoded...)
	}
	// Together with the data, behind which there mostly is room: what is written by itself goes out by itself.
	back = append(append(response.Data, back...), '}', '\n')
	w.Header().Set("Content-Type", answerType+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(front)+len(back)))
	w.WriteHeader(status)
	for _, part := range [][]byte{front, back} {
		if _, err := w.Write(part); err != nil {
			return // the client went away
		}
	}
}
