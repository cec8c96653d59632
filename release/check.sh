#!/usr/bin/env bash
# Verifies of a release what can be verified without a network: that the binary builds as releases do, bears its version, carries the page, serves
# it, and can be told apart from no other build of the same source; that the files beside it are there; that the list of what
# it is made of is complete. Called by `make release-check`.
set -euo pipefail
cd "$(dirname "$0")/.."
version=${VERSION:-0.0.0-check}
out=$(mktemp -d)
server=""
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$out"' EXIT
say() { printf 'release-check: %s\n' "$*"; }
fail() { printf 'release-check: %s\n' "$*" >&2; exit 1; }

[ -s web/dist/index.html ] || fail "the page is not built: run make build with Node installed"

build() {
  CGO_ENABLED=1 go build -trimpath -buildvcs=false -tags=sqlite_fts5,netgo,osusergo \
    -ldflags "-s -w -linkmode external -extldflags -static -X demarche/cmd.version=$version" -o "$1" . 2>"$out/build.log" || { cat "$out/build.log" >&2; fail "the static build failed"; }
}
build "$out/demarche"
build "$out/again"
cmp -s "$out/demarche" "$out/again" || fail "two builds of one source differ"
say "static build of $(du -h "$out/demarche" | cut -f1), the same twice"

"$out/demarche" version | grep -q "demarche *$version\$" || fail "the binary does not bear version $version: $("$out/demarche" version | head -1)"
if command -v ldd >/dev/null && ldd "$out/demarche" >/dev/null 2>&1; then fail "the binary is not static"; fi
say "bears its version and needs no library"

"$out/demarche" serve --db "$out/none.db" --addr 127.0.0.1:0 >"$out/served" 2>"$out/errors" &
server=$!
page=""
for _ in $(seq 100); do
  page=$(sed -n 's/^Page *//p' "$out/served")
  [ -z "$page" ] || break
  sleep 0.2
done
[ -n "$page" ] || { cat "$out/errors" >&2; fail "the binary does not serve"; }
python3 - "$page" <<'PYTHON'
import re, sys, urllib.request
page = urllib.request.urlopen(sys.argv[1]).read().decode()
scripts = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
assert scripts, "the page names no scripts: the binary was built without it"
for path in scripts:
    body = urllib.request.urlopen(sys.argv[1].rstrip("/") + path).read()
    assert len(body) > 100, path + " is empty"
print("release-check: serves the page, and the %d files that it names" % len(scripts))
PYTHON
kill "$server" && wait "$server" || true
server=""

"$out/demarche" man "$out/man" >/dev/null
[ -s "$out/man/demarche.1" ] || fail "no man page came of demarche man"
for shell in bash zsh fish; do
  "$out/demarche" completion "$shell" >"$out/completion.$shell"
  [ -s "$out/completion.$shell" ] || fail "no completion for $shell"
done
"$out/demarche" schema | cmp -s - schema.graphqls || fail "demarche schema prints something else than schema.graphqls"
say "man pages, completions and the schema come out of it"

make --silent release/sbom OUT="$out"
python3 - "$out" <<'PYTHON'
import json, sys
def names(path):
    return {part["name"] for part in json.load(open(path))["components"]}
go, web = names(sys.argv[1] + "/go.sbom.json"), names(sys.argv[1] + "/web.sbom.json")
for wanted, found in (("github.com/mattn/go-sqlite3", go), ("github.com/99designs/gqlgen", go), ("react", web), ("graphiql", web)):
    assert wanted in found, wanted + " is missing from the list of parts"
print("release-check: lists its parts: %d Go modules, %d npm packages" % (len(go), len(web)))
PYTHON

if command -v systemd-analyze >/dev/null; then
  sed "s|/usr/local/bin/demarche|$out/demarche|" release/demarche.service >"$out/demarche.service"
  systemd-analyze verify --man=no "$out/demarche.service" || fail "systemd does not take release/demarche.service"
  say "systemd takes the unit"
else
  say "not checked, as systemd is not here: release/demarche.service"
fi
if command -v goreleaser >/dev/null; then
  goreleaser check
else
  say "not checked, as goreleaser is not installed: .goreleaser.yaml"
fi
if docker build --help 2>/dev/null | grep -q -- --check; then
  docker build --check -f release/Dockerfile .
else
  say "not checked, as no docker that can is here: release/Dockerfile"
fi
say "all is well"
