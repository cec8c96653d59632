package server

import (
	"io"
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

// boundBodies has clients pay for what they send, before any of it is read, and refuses a large body while as many others are on
// their way as may be. Those of unknown length count as large, and are paid for as they come.
func (s *Server) boundBodies(next http.Handler) http.Handler {
	taken := make(chan struct{}, largeBodies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.rates != nil {
			if !s.pays(w, r, graph.CostOfBytes(max(r.ContentLength, 0)+int64(len(r.URL.RawQuery)))) {
				return
			}
			if r.ContentLength < 0 {
				who := client(r)
				r.Body = &paidBody{ReadCloser: r.Body, pay: func(cost int) { s.rates.charge(who, cost) }}
			}
		}
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

// paidBody has what is read of it paid for.
type paidBody struct {
	io.ReadCloser
	pay  func(cost int)
	read int64 // bytes
}

func (b *paidBody) Read(into []byte) (int, error) {
	count, err := b.ReadCloser.Read(into)
	before := graph.CostOfBytes(b.read)
	b.read += int64(count)
	b.pay(graph.CostOfBytes(b.read) - before)
	return count, err
}
