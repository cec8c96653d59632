package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"demarche/bench"
)

// documents are the questions in the names that PostGraphile gives to tables and functions of peers/fill.js.
var documents = map[string]string{
	"parties": `{ allParties { nodes { rowId code } } }`,
	"Q1": `query Q1($by: String!, $with: String!) {
  issuesRaised(byCode: $by, withCode: $with) { nodes { raiseCount firstOn lastOn slug name area } }
}`,
	"Q2": `query Q2($by: Int!, $with: Int!) {
  allRaises(condition: { byId: $by, withId: $with }, orderBy: [SAID_ON_DESC, PRIMARY_KEY_DESC], first: 50) {
    nodes { quote saidOn issueByIssueId { slug name } leaderBySpeakerId { name } articleByArticleId { title published } }
  }
}`,
	"Q3": `query Q3($id: String!) {
  articleByExternalId(externalId: $id) {
    title published source text
    raisesByArticleId(first: 50, orderBy: [SAID_ON_DESC, PRIMARY_KEY_DESC]) {
      nodes { quote partyByById { code name } partyByWithId { code name } issueByIssueId { slug name } }
    }
    articlePartiesByArticleId { nodes { partyByPartyId { kind code name } } }
    articleIssuesByArticleId { nodes { issueByIssueId { slug name } } }
  }
}`,
}

type object = map[string]any

// reshape brings PostGraphile's answer into the form of Demarche's: fields under other names, and lists whose order it
// leaves open by their keys.
func reshape(question string, answer any) (reshaped any, err error) {
	defer func() {
		// A field that is not there, or of another type, ends in a failed assertion.
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%s: an answer of another form: %v", question, reason)
		}
	}()
	data := answer.(object)
	each := func(connection any, shape func(object) any) []any {
		shaped := []any{}
		for _, node := range connection.(object)["nodes"].([]any) {
			if value := shape(node.(object)); value != nil {
				shaped = append(shaped, value)
			}
		}
		return shaped
	}
	byKey := func(values []any, key string) []any {
		slices.SortFunc(values, func(a, b any) int { return cmp.Compare(a.(object)[key].(string), b.(object)[key].(string)) })
		return values
	}
	switch question {
	case "Q1":
		return object{"issues": object{"edges": each(data["issuesRaised"], func(row object) any {
			return object{"raiseCount": row["raiseCount"], "firstOn": row["firstOn"], "lastOn": row["lastOn"],
				"node": object{"slug": row["slug"], "name": row["name"], "area": row["area"]}}
		})}}, nil
	case "Q2":
		return object{"raises": object{"nodes": each(data["allRaises"], func(row object) any {
			return object{"quote": row["quote"], "on": row["saidOn"], "issue": row["issueByIssueId"], "speaker": row["leaderBySpeakerId"],
				"article": row["articleByArticleId"]}
		})}}, nil
	default:
		article := data["articleByExternalId"].(object)
		parties := func(kind string) []any {
			return byKey(each(article["articlePartiesByArticleId"], func(row object) any {
				party := row["partyByPartyId"].(object)
				if party["kind"] != kind {
					return nil
				}
				return object{"code": party["code"], "name": party["name"]}
			}), "code")
		}
		return object{"article": object{"title": article["title"], "published": article["published"], "source": article["source"], "text": article["text"],
			"raises": object{"nodes": each(article["raisesByArticleId"], func(row object) any {
				return object{"quote": row["quote"], "by": row["partyByById"], "with": row["partyByWithId"], "issue": row["issueByIssueId"]}
			})},
			"countries": parties("COUNTRY"), "organizations": parties("ORGANIZATION"),
			"issues": byKey(each(article["articleIssuesByArticleId"], func(row object) any { return row["issueByIssueId"] }), "slug")}}, nil
	}
}

// startPostgraphile starts PostgreSQL over an empty folder, fills it from the graph, and PostGraphile over that.
func (s *starter) startPostgraphile(ctx context.Context, node, path string) (*server, error) {
	folder := filepath.Join(s.work, "postgres")
	database, err := s.startPostgres(ctx, folder)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, node, path, folder); err != nil {
		return nil, fmt.Errorf("fill PostgreSQL: %w", err)
	}
	base, pid, err := s.start(ctx, postgraphile, []string{"NODE_ENV=production", "GRAPHILE_ENV=production"}, func(port string) *exec.Cmd {
		return exec.Command(node, filepath.Join(s.peers, "postgraphile.js"), "postgresql:///postgres?user=postgres&host="+folder, port)
	}, "/")
	if err != nil {
		return nil, err
	}
	started := &server{name: postgraphile, base: base, processes: []int{pid, database}, answers: everything}
	ids := map[string]any{} // of parties by code: its conditions take ids, which clients have from earlier answers
	started.request = func(question bench.Question) (string, string, []byte, error) {
		variables := question.Variables
		if question.Name == "Q2" {
			variables = map[string]any{"by": ids[variables["by"].(string)], "with": ids[variables["with"].(string)]}
		}
		body, err := json.Marshal(map[string]any{"query": documents[question.Name], "variables": variables})
		return http.MethodPost, "/graphql", body, err
	}
	parties, err := started.ask(ctx, bench.Question{Name: "parties"})
	if err != nil {
		return nil, err
	}
	for _, party := range parties.(object)["allParties"].(object)["nodes"].([]any) {
		ids[party.(object)["code"].(string)] = party.(object)["rowId"]
	}
	started.reshape = reshape
	return started, nil
}

// startPostgres makes a cluster in the folder and serves it over a socket there; PostgreSQL refuses to run as root,
// and then runs as the user that Debian makes for it.
func (s *starter) startPostgres(ctx context.Context, folder string) (int, error) {
	binaries, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(binaries) == 0 {
		return 0, errors.New("PostgreSQL is not installed: on Debian, `apt-get install postgresql`")
	}
	newest := slices.MaxFunc(binaries, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	if err := os.Mkdir(folder, 0o700); err != nil {
		return 0, err
	}
	attributes := &syscall.SysProcAttr{}
	if os.Geteuid() == 0 {
		owner, err := user.Lookup("postgres")
		if err != nil {
			return 0, err
		}
		uid, _ := strconv.Atoi(owner.Uid) // numbers on every Unix
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(folder, uid, gid); err != nil {
			return 0, err
		}
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(folder, "data")
	create := exec.CommandContext(ctx, filepath.Join(newest, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	create.Dir, create.SysProcAttr = folder, attributes
	if out, err := create.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	serve := exec.Command(filepath.Join(newest, "postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "shared_buffers=2GB",
		"-c", "fsync=off", "-c", "max_wal_size=8GB", "-c", "jit=off")
	serve.Dir, serve.SysProcAttr = folder, attributes
	if err := s.run(serve); err != nil {
		return 0, err
	}
	for range 200 {
		if exec.CommandContext(ctx, "psql", "-h", folder, "-U", "postgres", "-c", "SELECT 1").Run() == nil {
			return serve.Process.Pid, nil
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return 0, err
		}
	}
	return 0, errors.New("PostgreSQL does not answer")
}

func (s *starter) fill(ctx context.Context, node, path, folder string) error {
	read := exec.CommandContext(ctx, node, filepath.Join(s.peers, "fill.js"), path)
	read.Stderr = os.Stderr
	write := exec.CommandContext(ctx, "psql", "-h", folder, "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1")
	write.Stderr = os.Stderr
	pipe, err := read.StdoutPipe()
	if err != nil {
		return err
	}
	write.Stdin = pipe
	if err := read.Start(); err != nil {
		return err
	}
	return errors.Join(write.Run(), read.Wait())
}
