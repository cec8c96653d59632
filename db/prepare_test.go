package db

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"
)

// TestPreparedOnce: no statement depends so much on what is bound to it that SQLite prepares it anew for that.
func TestPreparedOnce(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "graph.db")
	writer, err := OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.PutCatalog(ctx, Catalog{
		Parties: []Party{{Kind: Country, Code: "JP", Name: "Japan"}, {Kind: Country, Code: "US", Name: "United States"}, {Kind: Country, Code: "FR", Name: "France"}},
		Leaders: []Leader{{Slug: "taro", Name: "Taro", Party: "JP"}, {Slug: "john", Name: "John", Party: "US"}},
		Issues:  []Issue{{Slug: "tariffs", Name: "Tariffs", Area: "trade"}, {Slug: "arms", Name: "Arms", Area: "security"}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	err = reader.View(ctx, func(v *View) error {
		for i, names := range [][4]string{{"JP", "taro", "tariffs", "trade"}, {"US", "john", "arms", "security"}, {"FR", "taro", "arms", "trade"}} {
			party, leader, issue, area := names[:1], names[1:2], names[2:3], names[3:]
			id, page, day := []int64{int64(i)}, Page{Limit: 5}, Date("2025-01-0"+string(rune('1'+i)))
			least := float64(i) / 4
			raises := []RaiseFilter{{}, {By: party}, {With: party}, {By: party, With: party}, {Between: []string{"JP", "US"}},
				{Issue: issue}, {Area: area}, {Speaker: leader}, {Act: []string{Acts()[i]}}, {Modality: []string{Modalities()[i]}},
				{Source: names[1:2]}, {Since: day, Until: day}, {MinConfidence: &least}, {Text: &names[1]}, {Not: &RaiseFilter{By: party}},
				{Or: []RaiseFilter{{By: party}, {With: party}}}}
			articles := []ArticleFilter{{}, {Mentions: party}, {MentionsAll: []string{"JP", "US"}}, {Issue: issue}, {Source: names[1:2]},
				{Since: day, Until: day}, {Text: &names[1]}}
			queries := []Query{{From: RaisesByKey, Keys: []GlobalID{{Kind: RaiseNode, Article: id[0], By: "JP", With: "US", Issue: issue[0]}}},
				{From: ArticlesByID, Parents: id}, {From: ArticleByExternalID, ExternalID: names[1]}, {From: Mentions, Link: OfArticle, Parents: id},
				{From: ArticleNodes, Link: OfArticle, Parents: id}, {From: RaiseEvidence, Link: OfRaise, Parents: id}}
			for _, filter := range raises {
				for _, order := range []Order{{Field: ByDay}, {Field: ByConfidence, Ascending: true}} {
					queries = append(queries, Query{From: Raises, Raises: filter, Order: order, Page: page})
					page.After = queries[len(queries)-1].Cursor(map[OrderField]any{ByDay: string(day), ByConfidence: least}[order.Field], id[0])
					for _, link := range []Link{NoLink, ByParty, WithParty, OfSpeaker, OfIssue, OfArticle} {
						queries = append(queries, Query{From: Raises, Raises: filter, Order: order, Page: page, Link: link, Parents: id})
					}
					page.After = ""
				}
				queries = append(queries, Query{From: IssueCounts, Raises: filter}, Query{From: Counterparts, Link: ByParty, Parents: id, Raises: filter},
					Query{From: RaiseGroups, Raises: filter, Page: page, GroupBy: []Dimension{MonthDimension}, ByPeriod: true})
			}
			for _, filter := range articles {
				queries = append(queries, Query{From: Articles, Articles: filter, Page: page},
					Query{From: Articles, Articles: filter, Page: page, Link: AboutNode, Parents: id},
					Query{From: ArticleGroups, Articles: filter, Page: page, GroupBy: []Dimension{MonthDimension}, ByPeriod: true})
			}
			for _, query := range queries {
				if _, err := v.Select(ctx, &query); err != nil {
					return err
				}
				switch query.From {
				case Raises, Articles, RaiseGroups, ArticleGroups:
					if _, err := v.Count(ctx, &query); err != nil {
						return err
					}
				}
			}
			if _, err := v.Search(ctx, Search{Text: names[1], Page: page}); err != nil {
				return err
			}
		}
		for sql, statement := range v.conn.statements {
			// The driver keeps SQLite's count, but shows it to nobody.
			if again := reflect.ValueOf(statement.SQLiteStmt).Elem().FieldByName("repreps").Int(); again > 0 {
				t.Errorf("got %d times prepared anew, want 0: %s", again, sql)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
