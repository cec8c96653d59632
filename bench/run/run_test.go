package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"demarche/bench"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestCompare(t *testing.T) {
	const want = `{"raises": {"nodes": [{"on": "2025-02-07", "speaker": null}, {"on": null, "speaker": {"name": "A"}}], "count": 2}}`
	for _, test := range []struct{ name, got, difference string }{
		{"equal, in another order of keys", `{"raises": {"count": 2, "nodes": [{"speaker": null, "on": "2025-02-07"}, {"on": null, "speaker": {"name": "A"}}]}}`, ""},
		{"another text", strings.Replace(want, "02-07", "02-08", 1), ".raises.nodes[0].on"},
		{"another number", strings.Replace(want, ": 2}", ": 3}", 1), ".raises.count"},
		{"null for an object", strings.Replace(want, `{"name": "A"}`, "null", 1), ".raises.nodes[1].speaker"},
		{"a key more", strings.Replace(want, `"count"`, `"more": 1, "count"`, 1), ".raises got"},
		{"a key that is another", strings.Replace(want, `"count"`, `"sum"`, 1), ".raises.count"},
		{"an element less", `{"raises": {"nodes": [{"on": "2025-02-07", "speaker": null}], "count": 2}}`, ".raises.nodes got"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := compare("", decoded(t, test.got), decoded(t, want))
			if got == "" != (test.difference == "") || !strings.Contains(got, test.difference) {
				t.Errorf("got %q, want one at %q", got, test.difference)
			}
		})
	}
}

// answering is a server that gives one answer to everything.
func answering(t *testing.T, name, answer string) *server {
	t.Helper()
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, answer) }))
	t.Cleanup(listening.Close)
	return &server{name: name, base: listening.URL, request: post, answers: everything}
}

func TestServersWithOtherAnswersAreNotMeasured(t *testing.T) {
	const right, wrong = `{"data": {"a": 1}}`, `{"data": {"a": 2}}`
	questions := []bench.Question{{Name: "Q1"}}
	start := func(answers ...string) []*server {
		var servers []*server
		for i, answer := range answers {
			servers = append(servers, answering(t, []string{demarche, limit, "peer", "another"}[i], answer))
		}
		return servers
	}
	var log strings.Builder
	agreed, err := agreeing(t.Context(), start(right, right, wrong, right), questions, &log)
	if err != nil || len(agreed) != 3 || agreed[2].name != "another" {
		t.Errorf("got %d servers, %v, want all but the peer", len(agreed), err)
	}
	if !strings.Contains(log.String(), "no peer") {
		t.Errorf("got the log %q, want it to name the peer", log.String())
	}
	if _, err := agreeing(t.Context(), start(wrong, right), questions, &log); err == nil {
		t.Error("got no error where the program's own answer differs")
	}
	if agreed, err := agreeing(t.Context(), start(right, right, `{"errors": [{"message": "no"}]}`), questions, &log); err != nil || len(agreed) != 2 {
		t.Errorf("got %d servers, %v, want the one with an error left out", len(agreed), err)
	}
}

func TestReshape(t *testing.T) {
	for question, test := range map[string]struct{ answer, want string }{
		"Q1": {`{"issuesRaised": {"nodes": [{"raiseCount": 2, "firstOn": null, "lastOn": "2025-02-07", "slug": "tariffs", "name": "Tariffs", "area": "trade"}]}}`,
			`{"issues": {"edges": [{"raiseCount": 2, "firstOn": null, "lastOn": "2025-02-07", "node": {"slug": "tariffs", "name": "Tariffs", "area": "trade"}}]}}`},
		"Q2": {`{"allRaises": {"nodes": [{"quote": "q", "saidOn": null, "issueByIssueId": {"slug": "s", "name": "S"}, "leaderBySpeakerId": null, "articleByArticleId": {"title": "t", "published": null}}]}}`,
			`{"raises": {"nodes": [{"quote": "q", "on": null, "issue": {"slug": "s", "name": "S"}, "speaker": null, "article": {"title": "t", "published": null}}]}}`},
		"Q3": {`{"articleByExternalId": {"title": "t", "published": null, "source": "s", "text": "x", "raisesByArticleId": {"nodes": []},
			"articlePartiesByArticleId": {"nodes": [{"partyByPartyId": {"kind": "COUNTRY", "code": "US", "name": "U"}}, {"partyByPartyId": {"kind": "ORGANIZATION", "code": "EU", "name": "E"}},
				{"partyByPartyId": {"kind": "COUNTRY", "code": "JP", "name": "J"}}]},
			"articleIssuesByArticleId": {"nodes": [{"issueByIssueId": {"slug": "b", "name": "B"}}, {"issueByIssueId": {"slug": "a", "name": "A"}}]}}}`,
			`{"article": {"title": "t", "published": null, "source": "s", "text": "x", "raises": {"nodes": []},
			"countries": [{"code": "JP", "name": "J"}, {"code": "US", "name": "U"}], "organizations": [{"code": "EU", "name": "E"}],
			"issues": [{"slug": "a", "name": "A"}, {"slug": "b", "name": "B"}]}}`},
	} {
		got, err := reshape(question, decoded(t, test.answer))
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if difference := compare("", decoded(t, string(encoded)), decoded(t, test.want)); difference != "" {
			t.Errorf("%s: %s", question, difference)
		}
	}
	if _, err := reshape("Q1", decoded(t, `{"issuesRaised": null}`)); err == nil {
		t.Error("got no error for an answer of another form")
	}
}

func TestProcessTimeCountsWork(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("skipped: there is no /proc here")
	}
	before, err := processTime([]int{os.Getpid()})
	if err != nil {
		t.Fatal(err)
	}
	after, deadline := before, time.Now().Add(20*time.Second)
	for after == before && time.Now().Before(deadline) {
		if after, err = processTime([]int{os.Getpid()}); err != nil {
			t.Fatal(err)
		}
	}
	if after <= before {
		t.Errorf("got %v after %v of work, want more", after, before)
	}
	if _, err := processTime([]int{-1}); err == nil {
		t.Error("got no error for a process that is not there")
	}
}

func TestMediansAndRatios(t *testing.T) {
	ours := []figures{{perSecond: 90}, {perSecond: 10}, {perSecond: 80}}
	limits := []figures{{perSecond: 100}, {perSecond: 20}, {perSecond: 100}}
	if got := median(ours, perSecond); got != 80 {
		t.Errorf("median: got %v, want 80", got)
	}
	if got := median(ours[:2], perSecond); got != 50 {
		t.Errorf("median of two: got %v, want 50", got)
	}
	// The second round was slow for both.
	if got := against(ours, limits, perSecond); got != 0.8 {
		t.Errorf("ratio: got %v, want 0.8", got)
	}
}
