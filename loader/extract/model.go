package extract

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"

	"demarche/loader/extract/encoder"
)

// weights are those that `make train` last learned from the annotated articles.
//
//go:embed weights.bin
var weights []byte

// The sizes of the weight spaces, as powers of two.
const (
	sentenceBits = 17
	actBits      = 15
	modalityBits = 13
)

// acts and modalities are the classes that the models choose among, in the order of their weights.
var (
	acts = [...]string{"CONSULT", "REQUEST", "AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "ACCUSE", "REJECT", "THREATEN", "SANCTION",
		"PROTEST", "MOBILIZE", "COERCE", "ASSAULT", "RETREAT"}
	modalities = [...]string{"ASSERTED", "FUTURE", "HYPOTHETICAL", "NEGATED", "HISTORICAL"}
)

// model is what was learned: which issues the words of a sentence are about, whether it tells of a pair, of which issue if it does,
// whether the article does given all its sentences, and in which manner.
type model struct {
	wording wording
	sentenceModel
	article   forest
	scaling   scaling // of the confidences of the forest
	encoder   *encoder.Encoder
	act       linear
	modality  linear
	threshold float64 // confidence from which a finding is a raise
}

// sentenceModel says what one sentence tells: whether of a pair, and if so, whether of an issue.
type sentenceModel struct{ pair, topic linear }

// linear weighs features: the logit of a class is the sum of its weights of the features. Weights are whole steps of scale.
type linear struct {
	scale   float64
	weights []int16 // a row of classes for each hashed feature; rows are a power of two
	classes int
}

func newLinear(classes, bits int) linear {
	return linear{weights: make([]int16, classes<<bits), classes: classes}
}

// sum returns the logit of the only class.
func (m *linear) sum(f features) float64 {
	mask := uint32(len(m.weights) - 1)
	var sum int64
	for _, h := range f {
		sum += int64(m.weights[h&mask])
	}
	return float64(sum) * m.scale
}

// count adds to the steps of each class those of its weights of the features; the logit of a class is so many times the scale.
func (m *linear) count(f features, steps []int32) {
	mask := uint32(len(m.weights)/m.classes - 1)
	for _, h := range f {
		row := int(h&mask) * m.classes
		for class, w := range m.weights[row : row+m.classes] {
			steps[class] += int32(w)
		}
	}
}

func probability(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

// softmax makes shares of logits.
func softmax(x []float64) {
	if len(x) == 0 {
		return
	}
	top, total := slices.Max(x), 0.0
	for i := range x {
		x[i] = math.Exp(x[i] - top)
		total += x[i]
	}
	for i := range x {
		x[i] /= total
	}
}

// largest returns the place of the largest number that stands at none of some places, the first of equals; -1 where there is none.
func largest[N cmp.Ordered](numbers []N, but ...int) int {
	best := -1
	for i, x := range numbers {
		if (best < 0 || x > numbers[best]) && !slices.Contains(but, i) {
			best = i
		}
	}
	return best
}

var errModel = errors.New("weights.bin is not a set of weights of this program: run make train")

func (m *model) parts() []*linear {
	return []*linear{&m.pair, &m.topic, &m.act, &m.modality}
}

func newModel() *model {
	return &model{
		sentenceModel: sentenceModel{
			pair:  newLinear(1, sentenceBits),
			topic: newLinear(1, sentenceBits),
		},
		act:      newLinear(len(acts), actBits),
		modality: newLinear(len(modalities), modalityBits),
	}
}

// encode writes the model in a form that is the same for the same weights.
func (m *model) encode() ([]byte, error) {
	var buffer bytes.Buffer
	w, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, part := range m.parts() {
		if err := binary.Write(w, binary.LittleEndian, part.scale); err != nil {
			return nil, err
		}
		if err := binary.Write(w, binary.LittleEndian, part.weights); err != nil {
			return nil, err
		}
	}
	issues := []byte(strings.Join(m.wording.issues, " "))
	for _, part := range []any{int64(len(issues)), issues, m.wording.scale, int64(len(m.wording.words)), m.wording.words, m.wording.starts, m.wording.clues,
		int64(len(m.encoder.Words)), m.encoder.Words, m.encoder.Numbers, m.encoder.Parameters(), m.scaling, m.threshold, m.article.bias, int64(len(m.article.trees))} {
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return nil, err
		}
	}
	for i := range m.article.trees {
		t := &m.article.trees[i]
		for _, part := range []any{t.questions[1:], t.leaves[:]} {
			if err := binary.Write(w, binary.LittleEndian, part); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func decodeModel(data []byte) (*model, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, errModel
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, errModel
	}
	m := newModel()
	from := bytes.NewReader(plain)
	read := func(into any) {
		if err == nil {
			err = binary.Read(from, binary.LittleEndian, into)
		}
	}
	for _, part := range m.parts() {
		read(&part.scale)
		read(part.weights)
	}
	// length reads how many items follow, which are no more than the bytes that are left.
	length := func() int64 {
		var n int64
		if read(&n); err == nil && (n < 0 || n > int64(from.Len())) {
			err = errModel
		}
		if err != nil {
			return 0
		}
		return n
	}
	issues := make([]byte, length())
	read(issues)
	m.wording.issues = strings.Fields(string(issues))
	read(&m.wording.scale)
	words := length()
	m.wording.words, m.wording.starts = make([]uint32, words), make([]int32, words+1)
	read(m.wording.words)
	read(m.wording.starts)
	if !slices.IsSorted(m.wording.starts) || m.wording.starts[0] != 0 || int(m.wording.starts[words]) > from.Len() {
		return nil, errModel
	}
	m.wording.clues = make([]clue, m.wording.starts[words])
	read(m.wording.clues)
	m.wording.index()
	if slices.ContainsFunc(m.wording.clues, func(c clue) bool { return int(c.Issue) >= len(m.wording.issues) }) {
		return nil, errModel
	}
	known := length()
	if known > encoder.MaxWords {
		return nil, errModel
	}
	vectors := encoder.Vectors{Words: make([]uint32, known), Numbers: make([]int8, known*encoder.Width)}
	read(vectors.Words)
	read(vectors.Numbers)
	m.encoder = encoder.New(encoderShape(), vectors)
	parameters := make([]float32, len(m.encoder.Parameters()))
	read(parameters)
	m.encoder.Set(parameters)
	read(&m.scaling)
	read(&m.threshold)
	read(&m.article.bias)
	m.article.trees = make([]tree, length())
	for i := range m.article.trees {
		read(m.article.trees[i].questions[1:])
		read(m.article.trees[i].leaves[:])
	}
	if err != nil || from.Len() > 0 {
		return nil, errModel
	}
	return m, nil
}
