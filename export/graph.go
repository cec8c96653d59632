package export

import (
	"context"
	"database/sql/driver"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"demarche/db"
)

// What the rows of a graph begin with: code and name of a node, codes and names of both ends of an edge. The other columns are
// their attributes.
const (
	labelColumns = 2
	endColumns   = 4
)

// writeGraph writes parties as nodes and pairs (or what is raised in each) as edges: first all nodes, then all edges.
func (r *Request) writeGraph(ctx context.Context, v *db.View, w io.Writer) error {
	// The encoder would flush a buffer with each element, as it does not make one of its own over w.
	unbuffered := struct{ io.Writer }{w}
	x := &graphWriter{w: w, xml: xml.NewEncoder(unbuffered),
		nodes: r.nodes.Columns()[labelColumns:], edges: r.table.Columns()[endColumns:], multiple: r.table.ByPair}
	format := map[string]graphFormat{"gexf": gexf{}, "graphml": graphML{}}[r.Format.Name]
	if err := format.begin(x); err != nil {
		return err
	}
	err := v.Export(ctx, &r.nodes, func(row []driver.Value) error {
		return format.node(x, cell(db.TextValue, row[0]), cell(db.TextValue, row[1]), row[labelColumns:])
	})
	if err != nil {
		return err
	}
	if err := format.between(x); err != nil {
		return err
	}
	err = v.Export(ctx, &r.table, func(row []driver.Value) error {
		source, target := cell(db.TextValue, row[0]), cell(db.TextValue, row[2])
		id := source + "-" + target
		if x.multiple {
			id += "-" + cell(db.TextValue, row[endColumns]) // the slug
		}
		return format.edge(x, id, source, target, row[endColumns:])
	})
	if err != nil {
		return err
	}
	return format.end(x)
}

// graphWriter is what the formats write with. Nodes and edges are the columns of their attributes.
type graphWriter struct {
	w            io.Writer
	xml          *xml.Encoder
	nodes, edges []db.ExportColumn
	multiple     bool // several edges may lead from one node to another
}

// graphFormat writes a graph piece by piece.
type graphFormat interface {
	begin(*graphWriter) error
	node(x *graphWriter, id, label string, values []driver.Value) error
	between(*graphWriter) error
	edge(x *graphWriter, id, source, target string, values []driver.Value) error
	end(*graphWriter) error
}

func (x *graphWriter) print(text string) error {
	_, err := io.WriteString(x.w, text)
	return err
}

// element writes an element on a line of its own.
func (x *graphWriter) element(value any) error {
	if err := x.xml.Encode(value); err != nil {
		return err
	}
	return x.print("\n")
}

// weight is the strength of an edge: its raises.
func (x *graphWriter) weight(values []driver.Value) string {
	for i, column := range x.edges {
		if column.Name == "raise_count" {
			return cell(column.Type, values[i])
		}
	}
	return "1"
}

// attribute is a value of a node or an edge, under the id of its declaration.
type attribute struct{ id, text string }

// attributes are the values that are known.
func attributes(prefix string, columns []db.ExportColumn, values []driver.Value) []attribute {
	var known []attribute
	for i, column := range columns {
		if values[i] != nil {
			known = append(known, attribute{prefix + column.Name, cell(column.Type, values[i])})
		}
	}
	return known
}

// gexf is GEXF 1.3, which Gephi reads.
type gexf struct{}

type gexfAttribute struct {
	XMLName xml.Name `xml:"attribute"`
	ID      string   `xml:"id,attr"`
	Title   string   `xml:"title,attr"`
	Type    string   `xml:"type,attr"`
}

type gexfValue struct {
	For   string `xml:"for,attr"`
	Value string `xml:"value,attr"`
}

type gexfNode struct {
	XMLName xml.Name    `xml:"node"`
	ID      string      `xml:"id,attr"`
	Label   string      `xml:"label,attr"`
	Values  []gexfValue `xml:"attvalues>attvalue"`
}

type gexfEdge struct {
	XMLName xml.Name    `xml:"edge"`
	ID      string      `xml:"id,attr"`
	Source  string      `xml:"source,attr"`
	Target  string      `xml:"target,attr"`
	Weight  string      `xml:"weight,attr"`
	Kind    string      `xml:"kind,attr,omitempty"` // tells edges apart that lead from one node to the same other
	Values  []gexfValue `xml:"attvalues>attvalue"`
}

func (gexf) begin(x *graphWriter) error {
	err := x.print(xml.Header + `<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta>
<creator>Demarche</creator>
<description>Who raises how much with whom: parties, and an edge from the one that raises to the one it is raised with</description>
</meta>
<graph mode="static" defaultedgetype="directed">
`)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		class   string
		columns []db.ExportColumn
	}{{"node", x.nodes}, {"edge", x.edges}} {
		if err := x.print(fmt.Sprintf("<attributes class=%q>\n", part.class)); err != nil {
			return err
		}
		for _, column := range part.columns {
			if err := x.element(gexfAttribute{ID: column.Name, Title: column.Name, Type: xmlType(column.Type)}); err != nil {
				return err
			}
		}
		if err := x.print("</attributes>\n"); err != nil {
			return err
		}
	}
	return x.print("<nodes>\n")
}

// xmlType names a type as GEXF and GraphML both do.
func xmlType(valueType db.ValueType) string {
	switch valueType {
	case db.IntegerValue:
		return "long"
	case db.RealValue:
		return "double"
	case db.BooleanValue:
		return "boolean"
	}
	return "string"
}

func gexfValues(known []attribute) []gexfValue {
	values := make([]gexfValue, len(known))
	for i, a := range known {
		values[i] = gexfValue{a.id, a.text}
	}
	return values
}

func (gexf) node(x *graphWriter, id, label string, values []driver.Value) error {
	return x.element(gexfNode{ID: id, Label: label, Values: gexfValues(attributes("", x.nodes, values))})
}

func (gexf) between(x *graphWriter) error { return x.print("</nodes>\n<edges>\n") }

func (gexf) edge(x *graphWriter, id, source, target string, values []driver.Value) error {
	edge := gexfEdge{ID: id, Source: source, Target: target, Weight: x.weight(values), Values: gexfValues(attributes("", x.edges, values))}
	if x.multiple {
		edge.Kind = strings.TrimPrefix(id, source+"-"+target+"-")
	}
	return x.element(edge)
}

func (gexf) end(x *graphWriter) error { return x.print("</edges>\n</graph>\n</gexf>\n") }

// graphML is GraphML, which Cytoscape, yEd, NetworkX and igraph read.
type graphML struct{}

type graphMLKey struct {
	XMLName xml.Name `xml:"key"`
	ID      string   `xml:"id,attr"`
	For     string   `xml:"for,attr"`
	Name    string   `xml:"attr.name,attr"`
	Type    string   `xml:"attr.type,attr"`
}

type graphMLData struct {
	Key   string `xml:"key,attr"`
	Value string `xml:",chardata"`
}

type graphMLNode struct {
	XMLName xml.Name      `xml:"node"`
	ID      string        `xml:"id,attr"`
	Data    []graphMLData `xml:"data"`
}

type graphMLEdge struct {
	XMLName xml.Name      `xml:"edge"`
	ID      string        `xml:"id,attr"`
	Source  string        `xml:"source,attr"`
	Target  string        `xml:"target,attr"`
	Data    []graphMLData `xml:"data"`
}

// Keys are unique in the whole file, and columns of nodes and edges share names.
const nodeKey, edgeKey = "node_", "edge_"

func (graphML) begin(x *graphWriter) error {
	err := x.print(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n")
	if err != nil {
		return err
	}
	keys := []graphMLKey{{ID: nodeKey + "label", For: "node", Name: "label", Type: "string"}, {ID: edgeKey + "weight", For: "edge", Name: "weight", Type: "double"}}
	for _, column := range x.nodes {
		keys = append(keys, graphMLKey{ID: nodeKey + column.Name, For: "node", Name: column.Name, Type: xmlType(column.Type)})
	}
	for _, column := range x.edges {
		keys = append(keys, graphMLKey{ID: edgeKey + column.Name, For: "edge", Name: column.Name, Type: xmlType(column.Type)})
	}
	for _, key := range keys {
		if err := x.element(key); err != nil {
			return err
		}
	}
	return x.print("<graph id=\"raises\" edgedefault=\"directed\">\n")
}

func graphMLValues(known []attribute) []graphMLData {
	values := make([]graphMLData, len(known))
	for i, a := range known {
		values[i] = graphMLData{a.id, a.text}
	}
	return values
}

func (graphML) node(x *graphWriter, id, label string, values []driver.Value) error {
	known := append([]attribute{{nodeKey + "label", label}}, attributes(nodeKey, x.nodes, values)...)
	return x.element(graphMLNode{ID: id, Data: graphMLValues(known)})
}

func (graphML) between(*graphWriter) error { return nil }

func (graphML) edge(x *graphWriter, id, source, target string, values []driver.Value) error {
	known := append([]attribute{{edgeKey + "weight", x.weight(values)}}, attributes(edgeKey, x.edges, values)...)
	return x.element(graphMLEdge{ID: id, Source: source, Target: target, Data: graphMLValues(known)})
}

func (graphML) end(x *graphWriter) error { return x.print("</graph>\n</graphml>\n") }
