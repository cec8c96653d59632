package server

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/prometheus/client_golang/prometheus"

	"demarche/db"
)

// answers stands before the operations: it knows what was asked before, byte by byte, and keeps what was answered for as
// long as nobody commits anything to the graph. An operation that it knows is neither parsed nor run.
//
// Whether anybody has committed is asked of the file for every request, before the operation runs, so that an answer
// may be newer than the revision that it is kept under but never older.
type answers struct {
	next         http.Handler
	revisions    *db.Revisions
	maxBody      int64  // longer requests are not looked at
	maxBytes     int64  // of what is kept; 0 keeps nothing
	cacheControl string // of answers to GET
	nonce        string // of this process: its revisions are of no other
	server       *Server
	bodies       sync.Pool // of *bytes.Buffer, for requests and answers

	mutex    sync.Mutex
	revision int64 // that kept is of
	kept     *simplelru.LRU[answerKey, *answer]
	bytes    int64
}

// answerKey is the hash of all that an answer depends on but the graph.
type answerKey [sha256.Size]byte

// answer is one without errors, as it goes out.
type answer struct {
	operation                            string // its name
	contentType, encoding, vary, control []string
	length, tag                          []string
	body                                 []byte
}

// overhead is about what an answer takes beside its body, in bytes.
const overhead = 1 << 10

func (a *answer) size() int64 { return int64(len(a.body)) + overhead }

func newAnswers(s *Server, next http.Handler) *answers {
	a := &answers{server: s, next: next, revisions: s.revisions, maxBody: s.options.Graph.MaxBody, maxBytes: max(s.options.AnswerCache, 0),
		cacheControl: s.options.CacheControl, nonce: rand.Text()[:10]}
	kept, err := simplelru.NewLRU(math.MaxInt, func(_ answerKey, gone *answer) { a.bytes -= gone.size() })
	if err != nil {
		panic(err) // only a size below 1 fails
	}
	a.kept = kept
	return a
}

// maxPooled bounds the room that is kept for further bodies, in bytes.
const maxPooled = 2 << 20

func (a *answers) borrow() *bytes.Buffer {
	if room, found := a.bodies.Get().(*bytes.Buffer); found {
		return room
	}
	return &bytes.Buffer{}
}

func (a *answers) giveBack(room *bytes.Buffer) {
	if room.Cap() <= maxPooled {
		room.Reset()
		a.bodies.Put(room)
	}
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	// Without a cache there is nothing to know about a POST; answers to GET have a tag all the same.
	if r.Header.Get("Upgrade") != "" || r.Method != http.MethodGet && (r.Method != http.MethodPost || a.maxBytes == 0) {
		a.hand(w, r)
		return
	}
	body := a.borrow()
	defer a.giveBack(body)
	key, whole := a.key(r, body)
	if !whole {
		a.hand(w, r)
		return
	}
	revision, err := a.revisions.Now(r.Context())
	if err != nil {
		// Whatever ails the file, the operation will meet it too, and say so.
		a.hand(w, r)
		return
	}
	tag := ""
	if r.Method == http.MethodGet {
		if tag = a.tag(revision, key); matches(r.Header.Values("If-None-Match"), tag) {
			header := w.Header()
			header.Set("ETag", tag)
			header.Set("Cache-Control", a.cacheControl)
			header.Add("Vary", "Accept, Accept-Encoding")
			w.WriteHeader(http.StatusNotModified)
			a.server.answeredFromCache(r, "", start)
			return
		}
	}
	if found := a.get(revision, key); found != nil {
		found.write(w)
		a.server.answeredFromCache(r, found.operation, start)
		return
	}
	a.server.metrics.missed()
	a.pass(w, r, revision, key, tag)
}

// hand has the operation run without looking further.
func (a *answers) hand(w http.ResponseWriter, r *http.Request) {
	r, _ = follow(r)
	a.next.ServeHTTP(w, r)
}

// key hashes what the answer to a request depends on and reads its body, which can then be read again. It is not whole where
// the body is longer than allowed, or broke off.
func (a *answers) key(r *http.Request, body *bytes.Buffer) (key answerKey, whole bool) {
	text := body.AvailableBuffer()
	for _, part := range []string{r.Method, r.Header.Get("Content-Type"), strings.Join(r.Header.Values("Accept"), ","),
		strings.Join(r.Header.Values("Accept-Encoding"), ","), r.URL.RawQuery} {
		text = append(strconv.AppendInt(text, int64(len(part)), 10), ' ')
		text = append(text, part...)
	}
	body.Write(text)
	front := body.Len()
	if r.ContentLength > a.maxBody {
		return key, false // before anything of it takes room
	}
	// What a client says is to come need not come, but of large bodies few are taken at once.
	body.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	read, err := body.ReadFrom(io.LimitReader(r.Body, a.maxBody+1))
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body.Bytes()[front:]), rest}
	if err != nil || read > a.maxBody {
		// What was read and what is still to come, or the same failure again.
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body.Bytes()[front:]), rest), rest}
		return key, false
	}
	return sha256.Sum256(body.Bytes()), true
}

// tag names the answer to a request at a revision, to whoever asks this process again.
func (a *answers) tag(revision int64, key answerKey) string {
	return `W/"` + a.nonce + "-" + strconv.FormatInt(revision, 36) + "-" + base64.RawURLEncoding.EncodeToString(key[:12]) + `"`
}

// matches compares as If-None-Match wants it: whether a tag is weak plays no part.
func matches(lists []string, tag string) bool {
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			if strings.TrimPrefix(strings.TrimSpace(name), "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}

// get finds an answer of that revision or a later one.
func (a *answers) get(revision int64, key answerKey) *answer {
	if a.maxBytes == 0 {
		return nil
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if revision > a.revision {
		a.kept.Purge()
		a.revision = revision
	}
	found, _ := a.kept.Get(key)
	return found
}

// maxKept bounds the size of an answer that is kept, in bytes.
const maxKept = 1 << 20

// put keeps an answer that was begun at a revision, if that is still the last one.
func (a *answers) put(revision int64, key answerKey, made *answer) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	// An answer that would push out many is not worth it: a few dozen such would have all others forgotten.
	if revision != a.revision || made.size() > min(a.maxBytes/8, maxKept) || a.kept.Contains(key) {
		return
	}
	a.kept.Add(key, made)
	for a.bytes += made.size(); a.bytes > a.maxBytes; {
		a.kept.RemoveOldest()
	}
}

// answerBytes tells how much is kept.
var answerBytes = prometheus.NewDesc("demarche_answer_cache_bytes", "Size of the answers that are kept.", nil, nil)

// Describe names what Collect tells.
func (a *answers) Describe(to chan<- *prometheus.Desc) { to <- answerBytes }

// Collect tells how much is kept.
func (a *answers) Collect(to chan<- prometheus.Metric) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	to <- prometheus.MustNewConstMetric(answerBytes, prometheus.GaugeValue, float64(a.bytes))
}

// pass has the operation run, and keeps its answer if it has no errors.
func (a *answers) pass(w http.ResponseWriter, r *http.Request, revision int64, key answerKey, tag string) {
	r, seen := follow(r)
	recorder := &recorder{header: w.Header(), status: http.StatusOK, body: a.borrow()}
	defer a.giveBack(recorder.body)
	a.next.ServeHTTP(recorder, r)
	header := w.Header()
	if recorder.status == http.StatusOK && seen.operations > 0 && !seen.failed {
		header.Add("Vary", "Accept")
		if tag != "" {
			header["Etag"] = []string{tag}
			header["Cache-Control"] = []string{a.cacheControl}
		}
		header["Content-Length"] = []string{strconv.Itoa(recorder.body.Len())}
		if a.maxBytes > 0 {
			a.put(revision, key, &answer{
				operation: seen.operation, contentType: header["Content-Type"], encoding: header["Content-Encoding"], vary: header["Vary"],
				control: header["Cache-Control"], length: header["Content-Length"], tag: header["Etag"], body: slices.Clone(recorder.body.Bytes()),
			})
		}
	}
	w.WriteHeader(recorder.status)
	w.Write(recorder.body.Bytes())
}

// write sends an answer that was kept.
func (a *answer) write(w http.ResponseWriter) {
	header := w.Header()
	set := func(name string, values []string) {
		if values != nil {
			header[name] = values
		}
	}
	set("Content-Type", a.contentType)
	set("Content-Encoding", a.encoding)
	set("Content-Length", a.length)
	set("Vary", a.vary)
	set("Etag", a.tag)
	set("Cache-Control", a.control)
	w.Write(a.body)
}

// recorder holds an answer back until it is whole.
type recorder struct {
	header http.Header
	status int
	body   *bytes.Buffer
}

func (r *recorder) Header() http.Header               { return r.header }
func (r *recorder) WriteHeader(status int)            { r.status = status }
func (r *recorder) Write(part []byte) (int, error)    { return r.body.Write(part) }
func (r *recorder) WriteString(s string) (int, error) { return r.body.WriteString(s) }
