package db

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
)

// countKey is a row of raise_counts: by, with, issue; 0 stands for any.
type countKey [3]int64

// speakerKey is a row of speaker_counts: speaker, by, with, issue.
type speakerKey [4]int64

// shares is what a set of stories adds to each key of raise_counts, and to speaker_counts.
type shares struct {
	keys     map[countKey]*share
	speakers map[speakerKey]int64
}

type share struct {
	raises         int64
	stories        int64
	articles       int64
	sources        map[int64]int64 // raises of each source
	first, last    string          // "" where all are undated
	story, article int64           // last one counted
}

// contribution reads what the stories add to raise_counts. A story belongs to one side of every change, so the
// counts of distinct stories and articles add up over disjoint sets of them; sources do not, and are counted
// through raise_sources.
func (w *Writer) contribution(ctx context.Context, stories []int64) (shares, error) {
	found := shares{map[countKey]*share{}, map[speakerKey]int64{}}
	err := w.conn.query(ctx, `SELECT by_id, with_id, issue_id, article_id, story, source_id, said_on, speaker_id FROM raises
		WHERE story IN (SELECT value FROM json_each(?)) ORDER BY story, article_id`, []any{list(stories)},
		func(row []driver.Value) error {
			by, with, issue := row[0].(int64), row[1].(int64), row[2].(int64)
			for mask := range 8 {
				key := countKey{by, with, issue}
				for i := range key {
					if mask>>i&1 == 1 {
						key[i] = 0
					}
				}
				found.add(key, row)
			}
			if speaker, named := row[7].(int64); named {
				found.speakers[speakerKey{speaker, by, with, issue}]++
			}
			return nil
		})
	return found, err
}

func (s shares) add(key countKey, row []driver.Value) {
	entry := s.keys[key]
	if entry == nil {
		entry = &share{sources: map[int64]int64{}}
		s.keys[key] = entry
	}
	article, story := row[3].(int64), row[4].(int64)
	// Rows come ordered by story and article, so that a new one is one that differs from the last.
	if entry.raises == 0 || story != entry.story {
		entry.stories++
	}
	if entry.raises == 0 || article != entry.article {
		entry.articles++
	}
	entry.raises, entry.story, entry.article = entry.raises+1, story, article
	if source, named := row[5].(int64); named {
		entry.sources[source]++
	}
	if on, dated := row[6].(string); dated {
		if entry.first == "" || on < entry.first {
			entry.first = on
		}
		entry.last = max(entry.last, on)
	}
}

// moveSpeakers brings speaker_counts from what it was to what it is now.
func (w *Writer) moveSpeakers(ctx context.Context, before, after map[speakerKey]int64) error {
	move := func(key speakerKey, by int64) error {
		if by == 0 {
			return nil
		}
		count, err := w.conn.one(ctx, `INSERT INTO speaker_counts (speaker_id, by_id, with_id, issue_id, raise_count)
			VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET raise_count = raise_count + ?5 RETURNING raise_count`,
			key[0], key[1], key[2], key[3], by)
		if err == nil && count == int64(0) {
			_, err = w.conn.exec(ctx, `DELETE FROM speaker_counts
				WHERE speaker_id = ? AND by_id = ? AND with_id = ? AND issue_id = ?`, key[0], key[1], key[2], key[3])
		}
		return err
	}
	for key, count := range after {
		if err := move(key, count-before[key]); err != nil {
			return err
		}
	}
	for key, count := range before {
		if _, kept := after[key]; !kept {
			if err := move(key, -count); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveCounts brings raise_counts and raise_sources from what they were to what they are now.
func (w *Writer) moveCounts(ctx context.Context, before, after map[countKey]*share) error {
	keys := make([]countKey, 0, len(after))
	for key := range after {
		keys = append(keys, key)
	}
	for key := range before {
		if after[key] == nil {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b countKey) int { return slices.Compare(a[:], b[:]) })
	none := &share{}
	var emptied []countKey
	for _, key := range keys {
		old, new := cmp.Or(before[key], none), cmp.Or(after[key], none)
		sources, err := w.moveSources(ctx, key, old.sources, new.sources)
		if err != nil {
			return err
		}
		created, err := w.moveCount(ctx, key, old, new, sources)
		if err != nil {
			return err
		}
		if created < 0 && key[2] == 0 {
			emptied = append(emptied, key)
		}
		if created != 0 && key[2] != 0 {
			if _, err := w.conn.exec(ctx, `UPDATE raise_counts SET issue_count = issue_count + ?
				WHERE by_id = ? AND with_id = ? AND issue_id = 0`, created, key[0], key[1]); err != nil {
				return err
			}
		}
	}
	// Last, because a key of no issue is still needed while those of its issues move.
	for _, key := range emptied {
		if err := w.deleteCount(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) deleteCount(ctx context.Context, key countKey) error {
	_, err := w.conn.exec(ctx, "DELETE FROM raise_counts WHERE by_id = ? AND with_id = ? AND issue_id = ?", key[0], key[1], key[2])
	return err
}

// moveSources returns by how much the number of distinct sources of the key grows.
func (w *Writer) moveSources(ctx context.Context, key countKey, old, new map[int64]int64) (int64, error) {
	var grown int64
	move := func(source, by int64) error {
		if by == 0 {
			return nil
		}
		count, err := w.conn.one(ctx, `INSERT INTO raise_sources (by_id, with_id, issue_id, source_id, raise_count)
			VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET raise_count = raise_count + ?5 RETURNING raise_count`,
			key[0], key[1], key[2], source, by)
		if err != nil {
			return err
		}
		switch {
		case count == by: // before it was none
			grown++
		case count == int64(0):
			grown--
			_, err = w.conn.exec(ctx, `DELETE FROM raise_sources
				WHERE by_id = ? AND with_id = ? AND issue_id = ? AND source_id = ?`, key[0], key[1], key[2], source)
		}
		return err
	}
	for source, count := range new {
		if err := move(source, count-old[source]); err != nil {
			return 0, err
		}
	}
	for source, count := range old {
		if _, kept := new[source]; !kept {
			if err := move(source, -count); err != nil {
				return 0, err
			}
		}
	}
	return grown, nil
}

// moveCount updates one row; created is 1 where the key had no raises before, -1 where it has none any more.
func (w *Writer) moveCount(ctx context.Context, key countKey, old, new *share, sources int64) (created int64, err error) {
	var raises int64
	var first, last driver.Value
	err = w.conn.query(ctx, `INSERT INTO raise_counts (by_id, with_id, issue_id, raise_count, story_count, article_count,
			source_count, issue_count, first_on, last_on)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9)
		ON CONFLICT DO UPDATE SET raise_count = raise_count + ?4, story_count = story_count + ?5,
			article_count = article_count + ?6, source_count = source_count + ?7,
			first_on = coalesce(min(first_on, ?8), first_on, ?8), last_on = coalesce(max(last_on, ?9), last_on, ?9)
		RETURNING raise_count, first_on, last_on`,
		[]any{key[0], key[1], key[2], new.raises - old.raises, new.stories - old.stories, new.articles - old.articles,
			sources, null(new.first), null(new.last)}, func(row []driver.Value) error {
			raises, first, last = row[0].(int64), row[1], row[2]
			return nil
		})
	if err != nil {
		return 0, err
	}
	switch delta := new.raises - old.raises; {
	case raises == 0:
		created = -1
		if key[2] != 0 {
			err = w.deleteCount(ctx, key)
		}
		return created, err
	case raises == delta:
		created = 1
	}
	// A day that went may have been the outermost: then the others have to be looked at.
	if old.first != "" && first == old.first && new.first != old.first || old.last != "" && last == old.last && new.last != old.last {
		_, err = w.conn.exec(ctx, `UPDATE raise_counts SET (first_on, last_on) = (SELECT min(said_on), max(said_on) FROM raises
				WHERE (?1 = 0 OR by_id = ?1) AND (?2 = 0 OR with_id = ?2) AND (?3 = 0 OR issue_id = ?3))
			WHERE by_id = ?1 AND with_id = ?2 AND issue_id = ?3`, key[0], key[1], key[2])
	}
	return created, err
}
