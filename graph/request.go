package graph

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// request is what a client asks for, however it came.
type request struct {
	Query         string         `json:"query"`
	DocumentID    string         `json:"documentId"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
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
		err = decode(http.MaxBytesReader(w, r.Body, h.schema.options.MaxBody), asked)
		var tooLarge *http.MaxBytesError
		var wrongType *json.UnmarshalTypeError
		switch {
		case errors.As(err, &tooLarge):
			return nil, refused
		case errors.As(err, &wrongType) && wrongType.Value == "array" && wrongType.Field == "":
			return nil, &badRequest{http.StatusBadRequest, "the request's body is a list: send one operation a request"}
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
