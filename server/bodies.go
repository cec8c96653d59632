package server

import (
	"net/http"
	"time"

	"demarche/graph"
)

// Bodies are held in memory until they are whole, and clients may take their time: of those that are larger than most ever are,
// a few are taken at once, so that many connections cannot hold much.
const (
	largeBody   = 16 << 10 // bytes
	largeBodies = 32       // at once
)

// boundBodies refuses a large body while as many others are on their way as may be. Those of unknown length count as large.
func (s *Server) boundBodies(next http.Handler) http.Handler {
	taken := make(chan struct{}, largeBodies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 0 || r.ContentLength > largeBody {
			select {
			case taken <- struct{}{}:
				defer func() { <-taken }()
			default:
				s.refuseForNow(w, r, &graph.Later{Code: graph.CodeBusy, After: time.Second,
					Message: "many large requests are on their way: try again in a moment, or send a shorter one"})
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
