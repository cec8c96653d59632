package server

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// minCompressed is from which length on an answer is worth compressing, in bytes: it fits a packet below.
const minCompressed = 1400

// compressor compresses what is worth it, with zstd or gzip as the client takes them, and leaves alone what is compressed.
func compressor() func(http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(minCompressed), gzhttp.CompressionLevel(4))
	if err != nil {
		panic(err) // only wrong levels fail
	}
	return func(next http.Handler) http.Handler { return wrap(next) }
}
