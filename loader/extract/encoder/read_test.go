package encoder

import (
	"math/rand/v2"
	"testing"
)

// many returns articles of the size of news, with words and spans at random.
func many(n int) (Shape, Vectors, []Lesson) {
	random := rand.New(rand.NewPCG(5, 6))
	v := Vectors{Words: make([]uint32, 5000), Numbers: make([]int8, 5000*Width)}
	for i := range v.Words {
		v.Words[i] = uint32(i)
	}
	for i := range v.Numbers {
		v.Numbers[i] = int8(random.IntN(255) - 127)
	}
	shape := Shape{Marks: 29, Traits: [4]int{20, 7, 16, 16}}
	lessons := make([]Lesson, n)
	for i := range lessons {
		x := &lessons[i]
		x.Wholes = make([]float32, 12)
		x.Wholes[random.IntN(12)] = 1
		for range 10 {
			s := Sentence{Words: make([]uint16, 25), Marks: make([]uint8, 25)}
			for t := range s.Words {
				s.Words[t], s.Marks[t] = uint16(random.ExpFloat64()*300)%5000, uint8(max(0, random.IntN(60)-31))
			}
			for from := 0; from < 20; from += 6 {
				s.Spans = append(s.Spans, Span{from, from + 2})
			}
			for by := range s.Spans {
				for with := range s.Spans {
					if by != with {
						s.Pairs = append(s.Pairs, Pair{By: by, With: with, Logit: float32(random.NormFloat64()), Whole: len(s.Pairs)})
					}
				}
			}
			x.Sentences = append(x.Sentences, s)
		}
	}
	return shape, v, lessons
}

func BenchmarkRead(b *testing.B) {
	shape, v, lessons := many(20)
	e := newLearner(shape, v)
	e.start()
	e.markRows = e.allMarks()
	sentences := 0
	for b.Loop() {
		for i := range lessons {
			e.Read(lessons[i].Sentences)
			sentences += len(lessons[i].Sentences)
		}
	}
	b.ReportMetric(float64(sentences)/b.Elapsed().Seconds(), "sentences/s")
}

func BenchmarkLearn(b *testing.B) {
	shape, v, lessons := many(200)
	for b.Loop() {
		Learn(shape, v, lessons, nil)
	}
}
