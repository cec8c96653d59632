package server

import (
	"encoding/json"
	"net/http"
	"strings"
)

// isGraphQL says whether a request is for operations, whose answers are always JSON.
func isGraphQL(r *http.Request) bool {
	return r.URL.Path == "/graphql" || strings.HasPrefix(r.URL.Path, "/graphql/")
}

// refuse answers with a sentence: as GraphQL has errors where operations are asked for, as a line of text elsewhere.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	if !isGraphQL(r) {
		http.Error(w, message, status)
		return
	}
	type extensions struct {
		Code string `json:"code"`
	}
	type failure struct {
		Message    string     `json:"message"`
		Extensions extensions `json:"extensions"`
	}
	body, err := json.Marshal(map[string][]failure{"errors": {{message, extensions{code}}}})
	if err != nil {
		panic(err) // texts always encode
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
