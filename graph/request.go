package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// request is what a client asks for, however it came.
type request struct {
	Query         string         `json:"query"`
	DocumentID    string         `json:"documentId"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`

	past error // why it is refused without having been decoded
}

// badRequest is a request that holds no operation.
type badRequest struct {
	status  int
	message string
}

func (e *badRequest) Error() string { return e.message }

// code is the extensions.code of the refusal.
func (e *badRequest) code() string {
	if e.status == http.StatusRequestEntityTooLarge {
		return CodeTooLarge
	}
	return CodeBadRequest
}

// readRequest reads what one HTTP request asks for.
func (h *Handler) readRequest(w http.ResponseWriter, r *http.Request) (*request, *badRequest) {
	asked := &request{}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		values := r.URL.Query()
		asked.Query, asked.OperationName, asked.DocumentID = values.Get("query"), values.Get("operationName"), values.Get("documentId")
		for name, target := range map[string]*map[string]any{"variables": &asked.Variables, "extensions": &asked.Extensions} {
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
		refused := &badRequest{http.StatusRequestEntityTooLarge, "the request is too large"}
		if r.ContentLength > h.schema.options.MaxBody {
			return nil, refused // before anything of it takes room
		}
		body, err := appendAll(h.schema.buffer(), http.MaxBytesReader(w, r.Body, h.schema.options.MaxBody))
		defer h.schema.recycle(body) // what is decoded are copies
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			return nil, refused
		case err != nil:
			return nil, &badRequest{http.StatusBadRequest, "the request's body broke off"}
		case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")):
			return nil, &badRequest{http.StatusBadRequest, "the request's body is a list: send one operation a request"}
		}
		if err := h.schema.options.weigh(body); err != nil {
			return &request{past: err}, nil
		}
		var wrongType *json.UnmarshalTypeError
		switch err := decode(bytes.NewReader(body), asked); {
		case errors.As(err, &wrongType):
			return nil, &badRequest{http.StatusBadRequest, "the request's " + wrongType.Field + " is a JSON " + wrongType.Value + ", which it cannot be"}
		case err != nil:
			return nil, &badRequest{http.StatusBadRequest, "the request's body is no JSON object with a query: " + err.Error()}
		}
	default:
		w.Header().Set("Allow", "GET, POST")
		return nil, &badRequest{http.StatusMethodNotAllowed, "only GET and POST are answered here"}
	}
	if asked.Query == "" && asked.hash() == "" {
		return nil, &badRequest{http.StatusBadRequest, "the request has no query"}
	}
	return asked, nil
}

// appendAll appends all that is still to be read.
func appendAll(out []byte, from io.Reader) ([]byte, error) {
	for {
		out = slices.Grow(out, bytes.MinRead)
		count, err := from.Read(out[len(out):cap(out)])
		out = out[:len(out)+count]
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
}

// decode reads one JSON value, behind which nothing may stand; numbers keep their digits.
func decode(from io.Reader, target any) error {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("something stands behind it")
		}
		return err
	}
	return nil
}

// hash is that of the document that is asked for, "" where none is named: as Apollo's clients have it in the
// extensions, or as documentId.
func (r *request) hash() string {
	if r.DocumentID != "" {
		return strings.TrimPrefix(r.DocumentID, "sha256:")
	}
	if r.Extensions == nil {
		return ""
	}
	persisted, _ := r.Extensions["persistedQuery"].(map[string]any)
	hash, _ := persisted["sha256Hash"].(string)
	return hash
}
