package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"demarche/db"
)

// Path is where the handler stands: requests are for Path + dataset + "." + format.
const Path = "/export/"

// HandlerOptions bound what exports may take; a zero field stands for its default.
type HandlerOptions struct {
	AtOnce int           // exports that run at the same time, default 4; one more is asked to come back
	Stall  time.Duration // that a client may take to accept what is sent at once (64 kB), default 1 min
	Logger *slog.Logger  // default slog.Default()
}

// NewHandler serves exports of the reader's graph under Path: GET and HEAD of /export/raises.csv?by=JP and the like.
// An ETag changes with every load that changed something, so that asking again with If-None-Match costs nothing. What the
// address has wrong is answered with 400 or 404 and a sentence. An export that fails on its way breaks the
// connection off, so that no client takes a part for the whole.
func NewHandler(reader *db.Reader, options HandlerOptions) http.Handler {
	options.AtOnce = cmp.Or(options.AtOnce, 4)
	options.Stall = cmp.Or(options.Stall, time.Minute)
	options.Logger = cmp.Or(options.Logger, slog.Default())
	return &handler{reader: reader, options: options, running: make(chan struct{}, options.AtOnce)}
}

type handler struct {
	reader  *db.Reader
	options HandlerOptions
	running chan struct{} // holds one for each export
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "exports are asked for with GET", http.StatusMethodNotAllowed)
		return
	}
	request, status, err := parseURL(r.URL)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, fmt.Sprintf("%d exports are running: ask again in a moment", h.options.AtOnce), http.StatusServiceUnavailable)
		return
	}
	h.answer(w, r, request)
}

// parseURL reads the request that an address is, or says with which status to refuse it.
func parseURL(address *url.URL) (*Request, int, error) {
	name := strings.TrimPrefix(address.Path, Path)
	dataset, format, _ := strings.Cut(name, ".")
	if Formats(dataset) == nil {
		return nil, http.StatusNotFound, fmt.Errorf("there is no export %q: take %s, such as %sraises.csv", name, orList(Datasets()), Path)
	}
	values, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the address cannot be read: %w", err)
	}
	request, err := Parse(dataset, format, values)
	var mistake *ParameterError
	if errors.As(err, &mistake) && mistake.Name == "format" {
		return nil, http.StatusNotFound, err
	}
	return request, http.StatusBadRequest, err
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request, request *Request) {
	header := http.Header{}
	header.Set("Content-Type", request.Format.MediaType)
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": request.Dataset + "." + request.Format.Name}))
	header.Set("Cache-Control", "private, no-cache") // it may be for those alone who have a token
	out := &stream{w: w, controller: http.NewResponseController(w), header: header, stall: h.options.Stall}
	ctx := r.Context()
	err := h.reader.LongView(ctx, func(v *db.View) error {
		tag := `W/"` + v.Version() + `"`
		header.Set("ETag", tag)
		switch {
		case slices.Contains(r.Header.Values("If-None-Match"), tag):
			w.Header().Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
			return nil
		case r.Method == http.MethodHead:
			if err := request.Verify(v); err != nil {
				return err
			}
			out.begin()
			return nil
		}
		return request.Write(ctx, v, out)
	})
	if err == nil {
		err = out.end()
	}
	if err != nil {
		refuse(w, out, err, h.options.Logger.With("dataset", request.Dataset, "format", request.Format.Name))
	}
}

// refuse says what is wrong where nothing has been sent yet, and else breaks the connection off.
func refuse(w http.ResponseWriter, out *stream, err error, logger *slog.Logger) {
	var missing *db.NotFound
	var invalid *db.Invalid
	switch {
	case errors.As(err, &missing) || errors.As(err, &invalid):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case out.begun || errors.Is(err, context.Canceled):
		panic(http.ErrAbortHandler)
	default:
		logger.Error("export failed", "error", err)
		http.Error(w, "the graph could not be read: the server's log says why", http.StatusInternalServerError)
	}
}

// stream sends an answer whose header goes out with its first bytes, until when it can still be another one.
type stream struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	header     http.Header
	stall      time.Duration
	begun      bool
}

func (s *stream) begin() {
	if s.begun {
		return
	}
	s.begun = true
	maps.Copy(s.w.Header(), s.header)
}

// end sends what the server still holds, under the last deadline, which is not for the next request of the connection.
func (s *stream) end() error {
	if err := s.controller.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if err := s.controller.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// Write sends bytes, and gives up on a client that does not take them.
func (s *stream) Write(data []byte) (int, error) {
	s.begin()
	if err := s.controller.SetWriteDeadline(time.Now().Add(s.stall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return s.w.Write(data)
}
