package loader

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// isURL tells an address from a path.
func isURL(path string) bool {
	return strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://")
}

// patience is how long an address may take to begin its answer, and how long for the whole of it.
const (
	firstByte = 30 * time.Second
	patience  = 10 * time.Minute
)

// fetch asks for an address that the user has named and chooses the format by what it says of its answer, else by the
// end of its path.
func (s *source) fetch(ctx context.Context) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "demarche")
	request.Header.Set("Accept", "application/rss+xml, application/atom+xml, application/feed+json, application/json, text/html, */*;q=0.5")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = firstByte
	client := &http.Client{Transport: transport, Timeout: patience}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("the server answers %s", response.Status)
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if s.format = formatOf(kind, response.Request.URL); s.format == nil {
		response.Body.Close()
		return nil, fmt.Errorf("the server answers with %q: load takes pages, feeds, records and plain text", kind)
	}
	return response.Body, nil
}

func formatOf(kind string, from *url.URL) format {
	switch kind {
	case "text/html", "application/xhtml+xml":
		return readHTML
	case "application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "application/rdf+xml":
		return readFeed
	case "application/feed+json", "application/json":
		return readJSON
	case "application/x-ndjson", "application/jsonl", "application/jsonlines":
		return readJSONL
	case "text/csv":
		return readCSV
	case "text/markdown":
		return readMarkdown
	}
	_, extension := splitExtension(path.Base(from.Path))
	if known := formats()[extension]; known != nil {
		return known
	}
	if kind == "text/plain" {
		return readPlain
	}
	return nil
}
