package loader

import (
	"strings"
	"testing"
	"unicode/utf8"

	"demarche/db"
	"demarche/loader/extract"
)

func TestCodePoints(t *testing.T) {
	texts := []string{
		"", "plain", "é", "a😀b", "日本 urged 米国 🇯🇵 to act",
		strings.Repeat("x", stride) + "é" + strings.Repeat("日", 3*stride) + "end",
		strings.Repeat("é", stride/2), "ends in 😀",
	}
	for _, text := range texts {
		points := newCodePoints(text)
		for offset := 0; offset <= len(text); offset++ {
			if offset < len(text) && !utf8.RuneStart(text[offset]) {
				continue
			}
			if got, want := points.at(offset), utf8.RuneCountInString(text[:offset]); got != want {
				t.Errorf("%q at byte %d: got code point %d, want %d", text, offset, got, want)
			}
		}
	}
}

func TestRowKeepsQuotes(t *testing.T) {
	a := &Article{ID: "a", Title: "😀 Tokyo urges Seoul", Text: "Café talks. 東京 urged Seoul to act 😀. End."}
	start := strings.Index(a.Text, "東京")
	end := strings.Index(a.Text, " End.")
	inTitle := strings.Index(a.Title, "Tokyo")
	got := row(a, "f", false, extract.Result{
		Mentions: []extract.Mention{
			{Span: extract.Span{Part: extract.Title, Start: inTitle, End: inTitle + len("Tokyo")}, Kind: extract.PartyKind, Key: "JP"},
			{Span: extract.Span{Part: extract.Text, Start: start, End: start + len("東京")}, Kind: extract.LeaderKind, Key: "x"},
		},
		Raises: []extract.Raise{{By: "JP", With: "KR", Issue: "trade", Evidence: []extract.Span{
			{Part: extract.Text, Start: start, End: end}, {Part: extract.Title, Start: 0, End: len(a.Title)},
		}}},
	})
	texts := map[db.Part][]rune{db.Text: []rune(a.Text), db.Title: []rune(a.Title)}
	for _, evidence := range got.Raises[0].Evidence {
		if slice := string(texts[evidence.Part][evidence.Start:evidence.End]); slice != evidence.Quote {
			t.Errorf("%s %d to %d: got %q, want the quote %q", evidence.Part, evidence.Start, evidence.End, slice, evidence.Quote)
		}
	}
	wantMentions := []db.Mention{
		{Kind: db.PartyNode, Key: "JP", Part: db.Title, Start: 2, End: 7},
		{Kind: db.LeaderNode, Key: "x", Part: db.Text, Start: 12, End: 14},
	}
	for i, want := range wantMentions {
		if got.Mentions[i] != want {
			t.Errorf("mention %d: got %+v, want %+v", i, got.Mentions[i], want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	whole := Article{ID: "1", Title: "t", Summary: "s", Text: "x", URL: "u", Source: "o", Published: "2025-01-01", Language: "en"}
	base := fingerprint(contentHash(&whole), "1 a")
	elsewhere := whole
	elsewhere.File, elsewhere.Line = "b.jsonl", 7
	if got := fingerprint(contentHash(&elsewhere), "1 a"); got != base {
		t.Error("read from elsewhere: got another fingerprint, want the same")
	}
	if got := fingerprint(contentHash(&whole), "2 a"); got == base {
		t.Error("another version: got the same fingerprint, want another")
	}
	shifted := whole
	shifted.Title, shifted.Summary = "ts", ""
	changes := []Article{shifted}
	for _, change := range []func(*Article){
		func(a *Article) { a.ID += "!" }, func(a *Article) { a.Title += "!" }, func(a *Article) { a.Summary += "!" },
		func(a *Article) { a.Text += "!" }, func(a *Article) { a.URL += "!" }, func(a *Article) { a.Source += "!" },
		func(a *Article) { a.Published += "!" }, func(a *Article) { a.Language += "!" },
	} {
		changed := whole
		change(&changed)
		changes = append(changes, changed)
	}
	for _, changed := range changes {
		if fingerprint(contentHash(&changed), "1 a") == base {
			t.Errorf("%+v: got the same fingerprint as %+v, want another", changed, whole)
		}
	}
}
