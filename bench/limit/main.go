// Command limit answers the benchmark's questions by hand-written SQL and nothing between it and net/http. It is the
// upper limit that a server of any question over the same file can come near to.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	path := flag.String("db", "demarche.db", "`FILE` of the graph")
	address := flag.String("addr", "127.0.0.1:8090", "`ADDRESS` to listen on")
	flag.Parse()
	p, err := newPool(*path)
	if err == nil {
		server := &http.Server{Addr: *address, Handler: newHandler(p), ReadHeaderTimeout: 10 * time.Second}
		err = server.ListenAndServe()
	}
	fmt.Fprintln(os.Stderr, "limit:", err)
	os.Exit(1)
}
