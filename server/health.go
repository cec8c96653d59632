package server

import (
	"io"
	"net/http"
)

// serveHealth says that the process is up, whatever becomes of its graph.
func (s *Server) serveHealth(w http.ResponseWriter, _ *http.Request) {
	io.WriteString(w, "ok\n")
}

// serveReadiness says whether the graph can be read.
func (s *Server) serveReadiness(w http.ResponseWriter, r *http.Request) {
	if err := s.reader.Ping(r.Context()); err != nil {
		http.Error(w, "the graph cannot be read", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}
