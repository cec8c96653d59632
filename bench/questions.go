package bench

// Question is one of those that are measured: an operation with its variables.
type Question struct {
	Name, About string
	Query       string
	Variables   map[string]any
	// Limit is the path with its query on the limit handler.
	Limit string
}

// Questions are the three that servers are compared by; article is the external id of the one that Q3 asks for.
func Questions(article string) []Question {
	return []Question{
		{
			Name: "Q1", About: "issues that JP raises with US, with counts",
			Query: `query Q1($by: PartyRef!, $with: PartyRef!) {
  issues(raisedBy: $by, raisedWith: $with) { edges { raiseCount firstOn lastOn node { slug name area } } }
}`,
			Variables: map[string]any{"by": "JP", "with": "US"},
			Limit:     "/q1?by=JP&with=US",
		},
		{
			Name: "Q2", About: "the first 50 raises JP→US, newest first",
			Query: `query Q2($by: PartyRef!, $with: PartyRef!) {
  raises(filter: { by: [$by], with: [$with] }, first: 50) {
    nodes { quote on issue { slug name } speaker { name } article { title published } }
  }
}`,
			Variables: map[string]any{"by": "JP", "with": "US"},
			Limit:     "/q2?by=JP&with=US",
		},
		{
			Name: "Q3", About: "one article with its raises, parties and issues",
			Query: `query Q3($id: String!) {
  article(externalId: $id) {
    title published source text
    raises(first: 50) { nodes { quote by { code name } with { code name } issue { slug name } } }
    countries { code name } organizations { code name } issues { slug name }
  }
}`,
			Variables: map[string]any{"id": article},
			Limit:     "/q3?id=" + article,
		},
	}
}

// Paths asks for chains between two nodes, by their ids; Demarche alone answers it.
func Paths(name, about, from, to string) Question {
	return Question{Name: name, About: "paths: " + about, Variables: map[string]any{"from": from, "to": to},
		Query: `query Paths($from: ID!, $to: ID!) { paths(from: $from, to: $to) { nodes { id } links { raiseCount issues { slug } } } }`}
}

// Around asks for the neighbourhood of depth 2, as a drawing needs it; Demarche alone answers it.
func Around(name, about, id string) Question {
	return Question{Name: name, About: "neighborhood of depth 2: " + about, Variables: map[string]any{"id": id},
		Query: `query Around($id: ID!) {
  neighborhood(id: $id, depth: 2) { nodes { id ... on Party { code name } ... on Leader { name } } links { raiseCount source { id } target { id } } }
}`}
}

// AroundWithIssues asks for the same with the issues of each link: in a graph of a million raises tens of thousands.
func AroundWithIssues(name, about, id string) Question {
	return Question{Name: name, About: "neighborhood of depth 2, with issues: " + about, Variables: map[string]any{"id": id},
		Query: `query Around($id: ID!) { neighborhood(id: $id, depth: 2) { nodes { id } links { raiseCount issues { slug } } } }`}
}
