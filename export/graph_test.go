package export

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// drawn is a graph as a reader of its format sees it: attributes by their declared names.
type drawn struct {
	nodes, edges map[string]map[string]string // by id
	ends         map[string][2]string         // source and target of an edge
}

func decode(t *testing.T, data []byte, value any) {
	t.Helper()
	if err := xml.Unmarshal(data, value); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

// elements lists the paths of all elements with their attributes' names: "gexf/graph@mode@defaultedgetype".
func elements(t *testing.T, data []byte) []string {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(data))
	var stack, found []string
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			slices.Sort(found)
			return slices.Compact(found)
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			stack = append(stack, token.Name.Local)
			path := strings.Join(stack, "/")
			for _, a := range token.Attr {
				if a.Name.Space == "" && a.Name.Local != "xmlns" {
					path += "@" + a.Name.Local
				}
			}
			found = append(found, path)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

type declaration struct{ name, valueType string }

// check checks a value against its declaration.
func (d declaration) check(t *testing.T, text string) {
	t.Helper()
	var err error
	switch d.valueType {
	case "long":
		_, err = strconv.ParseInt(text, 10, 64)
	case "double":
		_, err = strconv.ParseFloat(text, 64)
	case "string":
	default:
		t.Errorf("%s: got type %q, want long, double or string", d.name, d.valueType)
	}
	if err != nil {
		t.Errorf("%s: got %q, want a %s", d.name, text, d.valueType)
	}
}

func readGEXF(t *testing.T, data []byte) drawn {
	t.Helper()
	type values []struct {
		For   string `xml:"for,attr"`
		Value string `xml:"value,attr"`
	}
	var file struct {
		XMLName xml.Name `xml:"http://gexf.net/1.3 gexf"`
		Version string   `xml:"version,attr"`
		Graph   struct {
			Direction  string `xml:"defaultedgetype,attr"`
			Attributes []struct {
				Class   string `xml:"class,attr"`
				Columns []struct {
					ID    string `xml:"id,attr"`
					Title string `xml:"title,attr"`
					Type  string `xml:"type,attr"`
				} `xml:"attribute"`
			} `xml:"attributes"`
			Nodes []struct {
				ID     string `xml:"id,attr"`
				Label  string `xml:"label,attr"`
				Values values `xml:"attvalues>attvalue"`
			} `xml:"nodes>node"`
			Edges []struct {
				ID     string  `xml:"id,attr"`
				Source string  `xml:"source,attr"`
				Target string  `xml:"target,attr"`
				Weight float64 `xml:"weight,attr"`
				Kind   string  `xml:"kind,attr"`
				Values values  `xml:"attvalues>attvalue"`
			} `xml:"edges>edge"`
		} `xml:"graph"`
	}
	decode(t, data, &file)
	if file.Version != "1.3" || file.Graph.Direction != "directed" {
		t.Errorf("got version %q and direction %q, want 1.3 and directed", file.Version, file.Graph.Direction)
	}
	declared := map[string]map[string]declaration{"node": {}, "edge": {}}
	for _, class := range file.Graph.Attributes {
		for _, column := range class.Columns {
			if _, twice := declared[class.Class][column.ID]; twice {
				t.Errorf("%s attribute %s is declared twice", class.Class, column.ID)
			}
			declared[class.Class][column.ID] = declaration{column.Title, column.Type}
		}
	}
	named := func(class string, given values) map[string]string {
		found := map[string]string{}
		for _, value := range given {
			d, known := declared[class][value.For]
			if !known {
				t.Errorf("%s attribute %q is not declared", class, value.For)
			}
			d.check(t, value.Value)
			found[d.name] = value.Value
		}
		return found
	}
	g := drawn{map[string]map[string]string{}, map[string]map[string]string{}, map[string][2]string{}}
	for _, node := range file.Graph.Nodes {
		if g.nodes[node.ID] != nil {
			t.Errorf("node %s stands there twice", node.ID)
		}
		g.nodes[node.ID] = named("node", node.Values)
		g.nodes[node.ID]["label"] = node.Label
	}
	parallel := map[[3]string]bool{}
	for _, edge := range file.Graph.Edges {
		if g.edges[edge.ID] != nil || parallel[[3]string{edge.Source, edge.Target, edge.Kind}] {
			t.Errorf("edge %s stands there twice, or is not told from another of its ends", edge.ID)
		}
		parallel[[3]string{edge.Source, edge.Target, edge.Kind}] = true
		g.edges[edge.ID] = named("edge", edge.Values)
		g.edges[edge.ID]["weight"] = strconv.FormatFloat(edge.Weight, 'g', -1, 64)
		g.ends[edge.ID] = [2]string{edge.Source, edge.Target}
	}
	return g
}

func readGraphML(t *testing.T, data []byte) drawn {
	t.Helper()
	type values []struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	}
	var file struct {
		XMLName xml.Name `xml:"http://graphml.graphdrawing.org/xmlns graphml"`
		Keys    []struct {
			ID   string `xml:"id,attr"`
			For  string `xml:"for,attr"`
			Name string `xml:"attr.name,attr"`
			Type string `xml:"attr.type,attr"`
		} `xml:"key"`
		Graph struct {
			Direction string `xml:"edgedefault,attr"`
			Nodes     []struct {
				ID     string `xml:"id,attr"`
				Values values `xml:"data"`
			} `xml:"node"`
			Edges []struct {
				ID     string `xml:"id,attr"`
				Source string `xml:"source,attr"`
				Target string `xml:"target,attr"`
				Values values `xml:"data"`
			} `xml:"edge"`
		} `xml:"graph"`
	}
	decode(t, data, &file)
	if file.Graph.Direction != "directed" {
		t.Errorf("got direction %q, want directed", file.Graph.Direction)
	}
	declared := map[string]declaration{}
	classes := map[string]string{}
	for _, key := range file.Keys {
		if classes[key.ID] != "" {
			t.Errorf("key %s is declared twice", key.ID)
		}
		declared[key.ID], classes[key.ID] = declaration{key.Name, key.Type}, key.For
	}
	named := func(class string, given values) map[string]string {
		found := map[string]string{}
		for _, value := range given {
			if classes[value.Key] != class {
				t.Errorf("key %q is not declared for a %s", value.Key, class)
			}
			declared[value.Key].check(t, value.Value)
			found[declared[value.Key].name] = value.Value
		}
		return found
	}
	g := drawn{map[string]map[string]string{}, map[string]map[string]string{}, map[string][2]string{}}
	for _, node := range file.Graph.Nodes {
		g.nodes[node.ID] = named("node", node.Values)
	}
	for _, edge := range file.Graph.Edges {
		if g.edges[edge.ID] != nil {
			t.Errorf("edge %s stands there twice", edge.ID)
		}
		g.edges[edge.ID] = named("edge", edge.Values)
		g.ends[edge.ID] = [2]string{edge.Source, edge.Target}
	}
	return g
}

func TestGraph(t *testing.T) {
	reader := openReader(t)
	read := map[string]func(*testing.T, []byte) drawn{"gexf": readGEXF, "graphml": readGraphML}
	for format, read := range read {
		for _, test := range []struct {
			query string
			edges []string
			edge  map[string]string // attributes of the first
		}{
			{"", []string{"CN-EU", "EU-CN", "JP-CN", "JP-US", "US-JP"},
				map[string]string{"weight": "1", "raise_count": "1", "first_on": "2025-11-01", "top_issues": "trade", "back_count": "1"}},
			{"per=issue", []string{"CN-EU-trade", "EU-CN-trade", "JP-CN-tariffs", "JP-CN-trade", "JP-US-tariffs", "JP-US-trade", "US-JP-defence"},
				map[string]string{"weight": "1", "issue": "trade", "area": "trade", "share": "1"}},
			{"with=US", []string{"JP-US"}, map[string]string{"weight": "4", "top_issues": "tariffs trade"}},
			{"text=nothing", nil, nil},
		} {
			t.Run(format+"?"+test.query, func(t *testing.T) {
				g := read(t, written(t, reader, Graph, format, test.query))
				var ids, ends []string
				for id := range g.edges {
					ids = append(ids, id)
					for _, end := range g.ends[id] {
						if g.nodes[end] == nil {
							t.Errorf("edge %s ends at %q, which is no node", id, end)
						}
						ends = append(ends, end)
					}
				}
				slices.Sort(ids)
				if !slices.Equal(ids, test.edges) {
					t.Errorf("got edges %q, want %q", ids, test.edges)
				}
				for id, node := range g.nodes {
					if !slices.Contains(ends, id) || node["label"] == "" || node["kind"] == "" {
						t.Errorf("node %s: got %q, want an edge's end with label and kind", id, node)
					}
				}
				for name, want := range test.edge {
					if got := g.edges[test.edges[0]][name]; got != want {
						t.Errorf("%s: got %s %q, want %q", test.edges[0], name, got, want)
					}
				}
			})
		}
	}
}

// TestGraphElements: the files hold no element or attribute but those that the formats' schemas have.
func TestGraphElements(t *testing.T) {
	reader := openReader(t)
	for format, want := range map[string][]string{
		"gexf": {
			"gexf/graph/attributes/attribute@id@title@type", "gexf/graph/attributes@class",
			"gexf/graph/edges", "gexf/graph/edges/edge/attvalues", "gexf/graph/edges/edge/attvalues/attvalue@for@value",
			"gexf/graph/edges/edge@id@source@target@weight@kind",
			"gexf/graph/nodes", "gexf/graph/nodes/node/attvalues", "gexf/graph/nodes/node/attvalues/attvalue@for@value", "gexf/graph/nodes/node@id@label",
			"gexf/graph@mode@defaultedgetype", "gexf/meta", "gexf/meta/creator", "gexf/meta/description", "gexf@version",
		},
		"graphml": {
			"graphml", "graphml/graph/edge/data@key", "graphml/graph/edge@id@source@target", "graphml/graph/node/data@key", "graphml/graph/node@id",
			"graphml/graph@id@edgedefault", "graphml/key@id@for@attr.name@attr.type",
		},
	} {
		if got := elements(t, written(t, reader, Graph, format, "per=issue")); !slices.Equal(got, want) {
			t.Errorf("%s: got elements\n%s\nwant\n%s", format, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
