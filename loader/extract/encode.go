package extract

import "demarche/loader/extract/encoder"

// encoderShape says what the encoder is told: words are marked as mentions by their form, or as cues by their act.
func encoderShape() encoder.Shape {
	return encoder.Shape{Marks: 1 + int(forms) + len(acts), Traits: [4]int{len(rules), int(fits), int(allCarried) + 1, int(allCarried) + 1}}
}

// encoded is an article set out for the encoder: of its sentences the title, and those that tell of pairs of which it has findings.
type encoded struct {
	sentences []encoder.Sentence
	pairs     []pair // of the article
}

// encode sets out the sentences of the pairs of findings.
func (d *document) encode(e *encoder.Encoder, scenes []*scene, findings []*finding) *encoded {
	out := &encoded{}
	wholes := map[pair]int{}
	for _, f := range findings {
		p := pair{f.by, f.with}
		if _, ok := wholes[p]; !ok {
			wholes[p] = len(out.pairs)
			out.pairs = append(out.pairs, p)
		}
	}
	for _, s := range scenes {
		sentence := encoder.Sentence{}
		for i := range s.pairs {
			p := &s.pairs[i]
			if whole, ok := wholes[pair{s.slots[p.by].party, s.slots[p.with].party}]; ok {
				by, with := &s.slots[p.by], &s.slots[p.with]
				sentence.Pairs = append(sentence.Pairs, encoder.Pair{
					By: p.by, With: p.with, Whole: whole, Logit: float32(p.logit),
					Traits: [4]uint8{uint8(p.rule), uint8(p.relation.fit), uint8(by.carried), uint8(with.carried)},
				})
			}
		}
		if len(sentence.Pairs) == 0 {
			continue
		}
		if len(out.sentences) == 0 && s.block.index > 0 {
			title := encoder.Sentence{}
			d.blocks[0].encodeWords(e, &title)
			out.sentences = append(out.sentences, title)
		}
		s.block.encodeWords(e, &sentence)
		sentence.Spans = make([]encoder.Span, len(s.slots))
		for i := range s.slots {
			if mentions := s.slots[i].mentions; len(mentions) > 0 {
				m := &s.block.mentions[mentions[0]]
				sentence.Spans[i] = encoder.Span{From: m.first, To: m.last}
			}
		}
		out.sentences = append(out.sentences, sentence)
	}
	return out
}

// encodeWords notes the places and marks of a sentence's words.
func (b *block) encodeWords(e *encoder.Encoder, s *encoder.Sentence) {
	s.Words, s.Marks = make([]uint16, len(b.tokens)), make([]uint8, len(b.tokens))
	for i := range b.tokens {
		s.Words[i] = e.Place(b.tokens[i].hash())
	}
	mark := func(first, last, mark int) {
		for i := first; i < min(last, len(s.Marks)); i++ {
			s.Marks[i] = uint8(mark)
		}
	}
	for i := range b.cues {
		mark(b.cues[i].first, b.cues[i].last, 1+int(forms)+b.cues[i].cue.class)
	}
	for i := range b.mentions {
		mark(b.mentions[i].first, b.mentions[i].last, 1+int(b.mentions[i].form))
	}
}

// reread returns what the encoder makes of the pairs of findings, as logits.
func (d *document) reread(e *encoder.Encoder, scenes []*scene, findings []*finding) map[pair]float64 {
	a := d.encode(e, scenes, findings)
	read := e.Read(a.sentences)
	scores := make([][]float32, len(a.pairs))
	for i := range a.sentences {
		for k, p := range a.sentences[i].Pairs {
			scores[p.Whole] = append(scores[p.Whole], read[i][k])
		}
	}
	told := make(map[pair]float64, len(a.pairs))
	for k, p := range a.pairs {
		told[p] = encoder.Logit(scores[k])
	}
	return told
}
