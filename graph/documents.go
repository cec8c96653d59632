package graph

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// document is a valid document with the plans of its operations.
type document struct {
	text  string
	hash  string // SHA-256 of the text, in hexadecimal digits
	tree  *ast.QueryDocument
	asked []string // variables that its @skip and @include ask for

	cache  *documents
	place  *list.Element // in the cache; nil where it is not there
	plans  map[planKey]*plan
	weight int // estimated bytes
}

// planKey is an operation and the values of the variables that its @skip and @include ask for.
type planKey struct {
	operation  *ast.OperationDefinition
	conditions string
}

// documents keeps valid documents, found by text or hash. Those least recently asked for go first.
type documents struct {
	mutex  sync.Mutex
	most   int
	weight int
	recent *list.List // of *document, the latest in front
	byText map[string]*document
	byHash map[string]*document
}

const (
	maxPlans    = 64       // of one document: its conditions may have many combinations
	maxWeight   = 32 << 20 // bytes of all documents, about
	nodeWeight  = 400      // bytes of a part of a parsed document, about
	fieldWeight = 600      // bytes of a field of a plan, about
)

func newDocuments(most int) *documents {
	return &documents{most: most, recent: list.New(), byText: map[string]*document{}, byHash: map[string]*document{}}
}

// hashOf is the hash by which a document can be asked for.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// find returns the document with that text, or nil.
func (d *documents) find(text string) *document {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	found := d.byText[text]
	if found != nil {
		d.recent.MoveToFront(found.place)
	}
	return found
}

// textOf returns the text of the document with that hash, or "".
func (d *documents) textOf(hash string) string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if found := d.byHash[hash]; found != nil {
		return found.text
	}
	return ""
}

// add keeps a valid document, unless another request has brought it meanwhile.
func (d *documents) add(text string, tree *ast.QueryDocument, seen *survey) *document {
	made := &document{text: text, hash: hashOf(text), tree: tree, asked: seen.conditions, cache: d, plans: map[planKey]*plan{},
		weight: len(text) + seen.nodes*nodeWeight}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if found := d.byText[text]; found != nil {
		return found
	}
	made.place = d.recent.PushFront(made)
	d.byText[text], d.byHash[made.hash] = made, made
	d.weight += made.weight
	d.shrink()
	return made
}

// shrink lets documents go until what is left is within bounds.
func (d *documents) shrink() {
	for d.recent.Len() > d.most || d.weight > maxWeight && d.recent.Len() > 1 {
		oldest := d.recent.Remove(d.recent.Back()).(*document)
		oldest.place = nil
		delete(d.byText, oldest.text)
		delete(d.byHash, oldest.hash)
		d.weight -= oldest.weight
	}
}

func (d *document) plan(key planKey) *plan {
	d.cache.mutex.Lock()
	defer d.cache.mutex.Unlock()
	return d.plans[key]
}

// keep keeps a plan that has so many fields.
func (d *document) keep(key planKey, made *plan, fields int) {
	d.cache.mutex.Lock()
	defer d.cache.mutex.Unlock()
	if len(d.plans) >= maxPlans {
		clear(d.plans)
	}
	d.plans[key] = made
	if d.place != nil {
		// Plans that are cleared go on counting: they are few, and the document goes the sooner.
		d.weight += fields * fieldWeight
		d.cache.weight += fields * fieldWeight
		d.cache.shrink()
	}
}

// conditions tells plans of one operation apart: the values of all variables that stand in an @skip or @include of
// the document.
func (d *document) conditions(variables map[string]any) string {
	if len(d.asked) == 0 {
		return ""
	}
	values := make([]byte, len(d.asked))
	for i, name := range d.asked {
		values[i] = '0'
		if set, _ := variables[name].(bool); set {
			values[i] = '1'
		}
	}
	return string(values)
}
