package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"demarche/loader/extract"
)

// ActSentence is a sentence in which Source does Act to Target.
type ActSentence struct {
	ID       string `json:"id"`
	Sentence string `json:"sentence"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	Act      string `json:"act"`
}

// ReadActs reads sentences with the act of their source, one JSON object a line. CONCEDE and RETREAT are
// read as YIELD, which exists only here. Its errors say file and line.
func ReadActs(path string) ([]ActSentence, error) {
	var rows []ActSentence
	err := readLines(path, func(line []byte) error {
		var row ActSentence
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		if row.ID == "" || row.Sentence == "" || row.Act == "" {
			return errors.New("want an object with id, sentence, source, target and act")
		}
		if row.Act == "CONCEDE" || row.Act == "RETREAT" {
			row.Act = "YIELD"
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// ActReport is how well the act of a given source and target is told by models that had not learned from
// the sentence.
type ActReport struct {
	Sentences Share            `json:"sentences"` // those whose act is right
	MacroF1   float64          `json:"macroF1"`   // mean over the acts
	Acts      map[string]Score `json:"acts"`
}

// actFolds is in how many parts the sentences are split: each is judged by what the others teach.
const actFolds = 5

// MeasureActs judges each sentence by a model that learned from the other four folds; a sentence's fold is
// the SHA-256 of its id, read as a big-endian number, mod 5. All folds are at work at the same time.
func MeasureActs(x *extract.Extractor, rows []ActSentence) ActReport {
	told := make([]string, len(rows))
	var running sync.WaitGroup
	for fold := range actFolds {
		running.Go(func() {
			var deeds []extract.Deed
			var acts []string
			for _, row := range rows {
				if foldOf(row.ID, actFolds) != fold {
					deeds, acts = append(deeds, row.deed()), append(acts, row.Act)
				}
			}
			model := x.LearnActs(deeds, acts)
			for i, row := range rows {
				if foldOf(row.ID, actFolds) == fold {
					told[i] = model.Act(row.deed())
				}
			}
		})
	}
	running.Wait()
	return compareActs(rows, told)
}

func (s ActSentence) deed() extract.Deed {
	return extract.Deed{Sentence: s.Sentence, Source: s.Source, Target: s.Target}
}

// compareActs scores what was told of each sentence against its act. The mean is over the acts that stand in
// the annotation.
func compareActs(rows []ActSentence, told []string) ActReport {
	r := ActReport{Acts: map[string]Score{}}
	annotated := map[string]bool{}
	for i, row := range rows {
		r.Sentences.Of++
		annotated[row.Act] = true
		want := r.Acts[row.Act]
		want.Gold++
		r.Acts[row.Act] = want
		found := r.Acts[told[i]]
		found.Found++
		if told[i] == row.Act {
			r.Sentences.Right++
			found.Hits++
		}
		r.Acts[told[i]] = found
	}
	for _, act := range sortedKeys(annotated) {
		r.MacroF1 += r.Acts[act].F1() / float64(len(annotated))
	}
	return r
}

// Print writes the report as a table.
func (r ActReport) Print(w io.Writer) {
	fmt.Fprintf(w, "act of a given source and target, %d sentences in five folds\n", r.Sentences.Of)
	fmt.Fprintf(w, "  %-22s %9s %9s %9s   hits/found/gold\n", "", "precision", "recall", "F1")
	for _, act := range sortedKeys(r.Acts) {
		printScore(w, act, r.Acts[act])
	}
	fmt.Fprintf(w, "  %-22s %29.3f\n", fmt.Sprintf("mean of %d acts", len(r.Acts)), r.MacroF1)
	fmt.Fprintf(w, "  %-22s %9.3f   %d/%d\n", "act right", r.Sentences.Value(), r.Sentences.Right, r.Sentences.Of)
}
