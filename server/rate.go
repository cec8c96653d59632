package server

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"

	"demarche/graph"
)

// maxClients bounds the clients that are remembered; who has not asked for the longest time is forgotten, and has a full
// bucket when he comes back.
const maxClients = 10_000

// rates bound what each client asks for in a while: a bucket of values that fills up steadily, and from which each operation
// takes what it may cost.
type rates struct {
	perSecond rate.Limit
	burst     int

	mutex   sync.Mutex
	clients *simplelru.LRU[string, *rate.Limiter]
}

func newRates(perSecond, burst int) *rates {
	clients, err := simplelru.NewLRU[string, *rate.Limiter](maxClients, nil)
	if err != nil {
		panic(err) // only a size below 1 fails
	}
	return &rates{perSecond: rate.Limit(perSecond), burst: burst, clients: clients}
}

// take lets a client ask for an operation of that cost, or says with graph.Later when he may. A nil rates lets all.
func (r *rates) take(client string, cost int) error {
	if r == nil {
		return nil
	}
	// Whatever costs more than the bucket holds takes all of it; what one operation may cost is bounded elsewhere.
	now, cost := time.Now(), min(max(cost, 1), r.burst)
	reservation := r.bucket(client).ReserveN(now, cost)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return &graph.Later{Code: graph.CodeRate, After: wait, Message: "you ask for more than one client may: wait, or ask for less"}
}

// charge takes what a client has had already; it waits for the longer later on.
func (r *rates) charge(client string, cost int) {
	if cost > 0 {
		r.bucket(client).ReserveN(time.Now(), min(cost, r.burst))
	}
}

func (r *rates) bucket(client string) *rate.Limiter {
	// Whoever has an address of IPv6 has a whole network of them.
	if address, err := netip.ParseAddr(client); err == nil && address.Is6() && !address.Is4In6() {
		if network, err := address.Prefix(64); err == nil {
			client = network.String()
		}
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if found, known := r.clients.Get(client); known {
		return found
	}
	made := rate.NewLimiter(r.perSecond, r.burst)
	r.clients.Add(client, made)
	return made
}

// exportCost is what an export takes, in values: it goes through a table, however little of it is asked for.
const exportCost = 50_000

// paid has clients pay for what has one price.
func (s *Server) paid(cost int, next http.Handler) http.Handler {
	if s.rates == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.pays(w, r, cost) {
			next.ServeHTTP(w, r)
		}
	})
}

// pays has the client of a request pay, or answers that it should come again later.
func (s *Server) pays(w http.ResponseWriter, r *http.Request, cost int) bool {
	var later *graph.Later
	if errors.As(s.rates.take(client(r), cost), &later) {
		s.refuseForNow(w, r, later)
		return false
	}
	return true
}

// admit is asked by the graph before an operation runs.
func (s *Server) admit(ctx context.Context, cost int) error {
	return s.rates.take(clientOf(ctx), cost)
}
