# FTS5 is compiled into SQLite by a build tag: it is added to whatever GOFLAGS holds already.
comma := ,
with_tag = $(if $(findstring -tags=,$1),$(patsubst -tags=%,-tags=%$(comma)sqlite_fts5,$1),$1 -tags=sqlite_fts5)
export GOFLAGS := $(strip $(if $(findstring sqlite_fts5,$(GOFLAGS)),$(GOFLAGS),$(call with_tag,$(GOFLAGS))))

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.1.4
WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -name generated -prune -o -name test -prune -o -type f ! -name '*.go' -print) schema.graphqls

# What a command is given: make run ARGS="--db news.db --addr 127.0.0.1:9000"
ARGS ?=
# Flags of go test.
TESTFLAGS ?=
# Packages that run the program as a whole or learn and measure: the race detector would make them ten times slower, and
# what they run at the same time is tested under it where it is written.
SLOW := ^demarche$$|/cmd$$|/eval
# How long each fuzz target runs.
FUZZTIME ?= 1m
# The folder of the annotated articles that make eval measures on.
EVAL ?= ../shared/eval
# The folder of the articles that eval/train-gold.jsonl annotates.
SAMPLES ?= ../shared/samples

.DEFAULT_GOAL := help
.PHONY: help build run test conformance schema-check examples torture eval train bench lint vuln fuzz generate screenshot release-check release/files release/sbom clean

# List what can be made.
help:
	@awk '/^# /{about=substr($$0,3)} /^[a-z-]+:/{sub(/:.*/,""); printf "  make %-13s %s\n", $$0, about}' Makefile

# Build the binary ./demarche, with its web pages where npm is there.
build: web/dist/index.html
	go build -buildvcs=false -o demarche .

# Build, then serve on 127.0.0.1:8080: demarche.db, or the sample articles where there is none.
run: build
	./demarche serve $(ARGS)

# Run all tests; those that need Node, Chromium or the annotated articles skip with a word where these are missing.
test: web/dist/index.html
	go test -race $(TESTFLAGS) $$(go list ./... | grep -vE '$(SLOW)')
	go test $(TESTFLAGS) $$(go list ./... | grep -E '$(SLOW)')

# Run the long trials of loading: two hundred kills, full disks, a hundred small runs.
torture:
	TORTURE=1 go test -count=1 -timeout 3h -run 'TestSameGraphHoweverLoaded|TestKilled|TestFullDisk|TestLongReader|TestTwoLoaders' ./cmd

# Hold the built server against the audits of graphql-http and the clients of graphql-ws and graphql-sse (Node).
conformance: build
	cd conformance && npm ci --no-audit --no-fund && npm test

# Hold schema.graphqls against that of the last release, docs/schema-released.graphqls: what breaks clients must stand in CHANGELOG.md.
schema-check:
	cd conformance && npm ci --no-audit --no-fund && node schema.mjs

# Build the example of each client and run it against the built server (Node, Python 3).
examples: build
	cd examples && npm ci --no-audit --no-fund && node --test answer.test.mjs && node run.mjs

# Measure the extractor on the annotated articles, where they are at hand.
eval: build
	@if [ -d $(EVAL) ]; then \
		./demarche eval --articles $(EVAL)/articles.jsonl $(EVAL)/gold.jsonl; \
	else echo "the annotated articles are not in $(EVAL): eval/score.txt holds the committed scores"; fi

# Learn the extractor's weights anew from the seen part of the annotated articles, and say how good they are.
train:
	@if [ -d $(EVAL) ]; then \
		go run ./eval/train $(EVAL)/articles.jsonl $(EVAL)/gold.jsonl $(EVAL)/train-articles.jsonl $(EVAL)/train-gold.jsonl \
			$(SAMPLES)/articles.jsonl.gz eval/train-gold.jsonl $(SAMPLES)/news.jsonl.gz eval/train-gold.jsonl; \
	else echo "the annotated articles are not in $(EVAL): the committed weights stand"; fi

# Measure the server against hand-written SQL and other GraphQL servers; bench/README.md has the flags.
bench: build
	go run ./bench/run $(ARGS)

# Check format, vet, staticcheck and the types of the web pages.
lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt these files:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	@if [ -d web/node_modules ]; then cd web && npm run --silent check; else echo "web: not checked, as npm has not run there"; fi

# Look for known vulnerabilities in what the program is made of, where their database can be reached.
vuln:
	@out=$$(go run $(GOVULNCHECK) ./... 2>&1); status=$$?; echo "$$out"; \
	case "$$out" in *"fetching vulnerabilities"*) echo "the database of vulnerabilities is out of reach: nothing was looked up"; exit 0;; esac; \
	exit $$status

# Run each fuzz target for FUZZTIME. Before Go 1.27 go test may fail at the very end with "context deadline exceeded" although no
# input failed (golang/go#75804); what fails writes its input down.
fuzz:
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; grep -rlE --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+).*/\1/p' "$$file"); do \
			echo "$$target in $$(dirname "$$file")"; \
			{ go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "./$$(dirname "$$file")" 2>&1 \
				|| echo "$$target failed"; } | tee "$$log"; \
			if grep -q "^$$target failed" "$$log"; then \
				grep -q '^ *context deadline exceeded' "$$log" && ! grep -qE 'Failing input written|panic:' "$$log" || exit 1; \
				echo "no input of $$target failed: go test's own deadline did"; \
			fi; \
		done; \
	done

# Write the generated code anew.
generate:
	go generate ./...

# Take the pictures of README and docs anew, in a browser.
screenshot: build
	SCREENSHOT=$(CURDIR)/docs go test -count=1 -run TestPagesInABrowser .

# Verify of a release what needs no network; VERSION is stamped into the binary.
release-check: build
	VERSION=$(VERSION) release/check.sh

# What a release carries beside the binary.
release/files: build
	rm -rf release/files && mkdir -p release/files/completions
	./demarche man release/files/man
	for shell in bash zsh fish; do ./demarche completion $$shell > release/files/completions/demarche.$$shell; done
	$(MAKE) release/sbom OUT=release/files

# What the program and its page are made of (CycloneDX), into the folder OUT.
release/sbom:
	cd release/tools && GOFLAGS= go tool cyclonedx-gomod mod -json -licenses -output $(abspath $(OUT))/go.sbom.json ../.. 2>/dev/null
	cd web && npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > $(abspath $(OUT))/web.sbom.json

# Remove what was built.
clean:
	rm -rf demarche web/dist release/files

# The pages are worth having but not needed: without npm, or a network for it, the binary is built without them.
web/dist/index.html: $(WEB_SOURCES)
	@if ! command -v npm >/dev/null; then \
		echo "npm is not installed: going on without the web pages"; \
	elif ! (cd web && npm ci --no-audit --no-fund && npm run build); then \
		echo "the web pages could not be built, for the reason above: going on without them"; \
	fi
