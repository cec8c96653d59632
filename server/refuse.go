package server

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"demarche/graph"
)

// isGraphQL says whether a request is for operations, whose answers are always JSON.
func isGraphQL(r *http.Request) bool {
	return r.URL.Path == "/graphql" || strings.HasPrefix(r.URL.Path, "/graphql/")
}

// refusal is an error as GraphQL has it.
type refusal struct {
	Message    string            `json:"message"`
	Extensions refusalExtensions `json:"extensions"`
}

type refusalExtensions struct {
	Code       string `json:"code"`
	RetryAfter int    `json:"retryAfter,omitempty"` // seconds
}

// refuse answers with a sentence: as GraphQL has errors where operations are asked for, as a line of text elsewhere.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	s.write(w, r, status, refusal{message, refusalExtensions{Code: code}})
}

// refuseForNow answers that the client should ask again later.
func (s *Server) refuseForNow(w http.ResponseWriter, r *http.Request, later *graph.Later) {
	status := http.StatusServiceUnavailable
	if later.Code == graph.CodeRate {
		status = http.StatusTooManyRequests
	}
	w.Header().Set("Retry-After", strconv.Itoa(later.Seconds()))
	s.write(w, r, status, refusal{later.Message, refusalExtensions{later.Code, later.Seconds()}})
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, what refusal) {
	s.metrics.refused(what.Extensions.Code)
	s.logger.LogAttrs(r.Context(), slog.LevelInfo, "refused", slog.String("code", what.Extensions.Code), slog.Int("status", status),
		slog.String("method", r.Method), slog.String("route", route(r)), slog.String("client", client(r)))
	if !isGraphQL(r) {
		http.Error(w, what.Message, status)
		return
	}
	body, err := json.Marshal(map[string][]refusal{"errors": {what}})
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
