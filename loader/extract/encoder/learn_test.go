package encoder

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// small returns an article that uses every part of the network.
func small() (Shape, Vectors, Lesson) {
	random := rand.New(rand.NewPCG(3, 4))
	v := Vectors{Words: []uint32{11, 22, 33, 44, 55}, Numbers: make([]int8, 5*Width)}
	for i := range v.Numbers {
		v.Numbers[i] = int8(random.IntN(255) - 127)
	}
	shape := Shape{Marks: 3, Traits: [4]int{3, 2, 1, 1}}
	title := Sentence{
		Words: []uint16{1, 2, 0, 3, 2}, Marks: []uint8{1, 0, 0, 2, 0},
		Spans: []Span{{0, 1}, {3, 5}, {}},
		Pairs: []Pair{{0, 1, [4]uint8{0, 1}, 0.5, 0}, {1, 0, [4]uint8{2, 0}, -1, 1}, {2, 0, [4]uint8{1, 1}, -2, 2}},
	}
	text := Sentence{
		Words: []uint16{4, 5, 1, 0, 2, 3, 5}, Marks: []uint8{2, 0, 1, 0, 0, 1, 1},
		Spans: []Span{{5, 7}, {0, 2}},
		Pairs: []Pair{{0, 1, [4]uint8{1, 0}, 1, 1}, {1, 0, [4]uint8{2, 1}, 2, 0}},
	}
	return shape, v, Lesson{
		Sentences: []Sentence{title, text},
		Wholes:    []float32{1, 0, 0.7},
	}
}

func (l *learner) lossOf(x *Lesson) float64 {
	readings := l.Read(x.Sentences)
	scores := make([][]float32, len(x.Wholes))
	for i := range x.Sentences {
		for k, pair := range x.Sentences[i].Pairs {
			scores[pair.Whole] = append(scores[pair.Whole], readings[i][k])
		}
	}
	loss := 0.0
	for w, whole := range x.Wholes {
		logit, share := Logit(scores[w]), float64(whole)
		loss += (1-share)*softplus(logit) + share*softplus(-logit)
	}
	return loss / batch
}

// TestSlopes compares slopes that learning computes, every seventh, with the difference that a small step of the parameter makes.
func TestSlopes(t *testing.T) {
	shape, v, x := small()
	l := newLearner(shape, v)
	l.hiddenOff, l.wordsOff = 0, 0
	l.start()
	l.open()
	l.learn(&x)
	l.close()
	again := func() float64 {
		for i := range l.Encoder.rows {
			l.Encoder.rows[i].Store(nil)
		}
		l.Encoder.markRows = l.allMarks()
		return l.lossOf(&x)
	}
	const step = 1e-3
	here, wrong, bent := again(), 0, 0
	for i := 0; i < len(l.all); i += 7 {
		w := l.all[i]
		l.all[i] = w + step
		above := (again() - here) / step
		l.all[i] = w - step
		below := (here - again()) / step
		l.all[i] = w
		if math.Abs(above-below) > 3e-4+0.05*math.Abs(above) {
			bent++ // the step goes over the bend of a max
			continue
		}
		if got, want := float64(l.slope.all[i]), (above+below)/2; math.Abs(got-want) > 2e-4+0.05*math.Abs(want) {
			if wrong++; wrong < 10 {
				t.Errorf("parameter %d of %d: slope %g, want %g", i, len(l.all), got, want)
			}
		}
	}
	if wrong > 0 || bent > len(l.all)/7/50 {
		t.Errorf("%d of %d slopes are wrong, %d could not be told", wrong, len(l.all), bent)
	}
}

// TestLearnsOrder has an encoder learn what no count of words tells: of two spans, the one that stands right before a verb brings
// something up with the other, wherever the rest of the sentence has the same words.
func TestLearnsOrder(t *testing.T) {
	const verb, words = 1, 40
	random := rand.New(rand.NewPCG(7, 8))
	v := Vectors{Words: make([]uint32, words), Numbers: make([]int8, words*Width)}
	for i := range v.Numbers {
		v.Numbers[i] = int8(random.IntN(255) - 127)
	}
	for i := range v.Words {
		v.Words[i] = uint32(i)
	}
	shape := Shape{Marks: 2, Traits: [4]int{1, 1, 1, 1}}
	article := func() Lesson {
		s := Sentence{Marks: make([]uint8, 12)}
		for range s.Marks {
			s.Words = append(s.Words, uint16(2+random.IntN(words-2)))
		}
		// Either span has the verb on one side and another word on the other.
		first, second := Span{2, 3}, Span{8, 9}
		s.Marks[2], s.Marks[8] = 1, 1
		right := random.IntN(2) == 0
		if right {
			s.Words[3] = verb
		} else {
			s.Words[9] = verb
		}
		s.Spans = []Span{first, second}
		s.Pairs = []Pair{{By: 0, With: 1, Whole: 0}, {By: 1, With: 0, Whole: 1}}
		wholes := []float32{1, 0}
		if !right {
			wholes = []float32{0, 1}
		}
		return Lesson{Sentences: []Sentence{s}, Wholes: wholes}
	}
	var lessons []Lesson
	for range 1000 {
		lessons = append(lessons, article())
	}
	e := Learn(shape, v, lessons, nil)
	hits := 0
	for range 200 {
		x := article()
		r := e.Read(x.Sentences)
		if (r[0][0] > r[0][1]) == (x.Wholes[0] > 0) {
			hits++
		}
	}
	if hits < 190 {
		t.Errorf("%d of 200 told right, want 190 at least", hits)
	}
	if again := Learn(shape, v, lessons, nil); !slices.Equal(again.Parameters(), e.Parameters()) {
		t.Error("the same lessons gave another encoder")
	}
}

// TestLearnGoesOn wants an encoder that goes on from what another learned to tell more after one article than one that begins anew.
func TestLearnGoesOn(t *testing.T) {
	shape, v, x := small()
	begun := Learn(shape, v, slices.Repeat([]Lesson{x}, 2000), nil)
	loss := func(e *Encoder) float64 { return (&learner{Encoder: e}).lossOf(&x) }
	anew, on := Learn(shape, v, []Lesson{x}, nil), Learn(shape, v, []Lesson{x}, begun)
	if loss(on) > loss(begun)+0.01 || loss(on) > loss(anew)-0.01 {
		t.Errorf("loss %.3f where it went on from %.3f, %.3f where it began anew", loss(on), loss(begun), loss(anew))
	}
}

// TestSetTakesOver wants what was learned to read the same after it was stored.
func TestSetTakesOver(t *testing.T) {
	shape, v, x := small()
	l := newLearner(shape, v)
	l.start()
	e := New(shape, v)
	e.Set(l.Parameters())
	want, got := l.learned().Read(x.Sentences), e.Read(x.Sentences)
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("sentence %d: scores %v, want %v", i, got[i], want[i])
		}
	}
	if len(e.Read(nil)) > 0 {
		t.Error("nothing read gave something")
	}
}

// TestWordsNobodyKnows wants a word without a vector, and a sentence without words, to be read all the same.
func TestWordsNobodyKnows(t *testing.T) {
	shape, v, _ := small()
	e := New(shape, v)
	if place := e.Place(99); place != 0 {
		t.Fatalf("place %d of an unknown word, want 0", place)
	}
	readings := e.Read([]Sentence{{}, {
		Words: []uint16{e.Place(99)}, Marks: []uint8{0}, Spans: []Span{{0, 1}, {}}, Pairs: []Pair{{By: 0, With: 1}},
	}})
	if got := readings[1]; len(got) != 1 || math.IsNaN(float64(got[0])) {
		t.Errorf("scores %v, want one number", got)
	}
}
