// Demarche reads news, finds who raises which issue with whom, and serves the answer as a GraphQL graph in
// which every edge quotes the sentence it rests on. Package cmd has the command line.
package main

import (
	"os"

	"demarche/cmd"
)

func main() {
	os.Exit(cmd.Main())
}
