-- The graph of Demarche: articles, what they mention, and who raises which issue with whom.
-- Made for SQLite 3.40 and later. Dates are text, YYYY-MM-DD. Offsets count Unicode code points from 0, end
-- exclusive: substr(text, quote_start + 1, quote_end - quote_start) is the quote. Start with the view raises_flat.
PRAGMA application_id = 1145918019; -- "DMRC"
PRAGMA user_version = 2;            -- number of this schema

-- Facts about the file itself.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY NOT NULL, -- catalog, seeds_version, extractor_version, content, precision, recall
  value TEXT NOT NULL              -- catalog and content: digests, equal for equal graphs
) STRICT, WITHOUT ROWID;

-- Whatever an article can mention: parties, leaders and issues share these ids.
CREATE TABLE nodes (
  id          INTEGER PRIMARY KEY,      -- of this file; kept when the catalog is stored again
  kind        TEXT NOT NULL CHECK (kind IN ('COUNTRY', 'ORGANIZATION', 'LEADER', 'ISSUE')), -- what it is
  key         TEXT NOT NULL,            -- code of a party, slug of a leader or issue
  name        TEXT NOT NULL,            -- as news writes it
  aliases     TEXT NOT NULL DEFAULT '', -- further names, one a line
  description TEXT NOT NULL DEFAULT ''  -- of an issue: what falls under it
) STRICT;
-- Codes are unique among all parties, slugs within their kind.
CREATE UNIQUE INDEX nodes_key_idx ON nodes (CASE kind WHEN 'ORGANIZATION' THEN 'COUNTRY' ELSE kind END, key);

-- Countries and international organisations.
CREATE TABLE parties (
  id       INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE, -- node of the party
  alpha3   TEXT,                                                        -- ISO 3166-1 alpha-3 code of a country
  demonyms TEXT NOT NULL DEFAULT '',                                    -- adjectives and names of the people, one a line
  capital  TEXT,                                                        -- seat of government of a country
  region   TEXT                                                         -- wider region of a country
) STRICT;

-- Which countries belong to which organisation.
CREATE TABLE memberships (
  organization_id INTEGER NOT NULL REFERENCES parties (id) ON DELETE CASCADE, -- the organisation
  country_id      INTEGER NOT NULL REFERENCES parties (id) ON DELETE CASCADE, -- its member
  PRIMARY KEY (organization_id, country_id)
) STRICT, WITHOUT ROWID;

-- People who speak for a party.
CREATE TABLE leaders (
  id       INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE, -- node of the leader
  party_id INTEGER NOT NULL REFERENCES parties (id)                     -- whom they speak or last spoke for
) STRICT;

-- Terms of office.
CREATE TABLE offices (
  leader_id INTEGER NOT NULL REFERENCES leaders (id) ON DELETE CASCADE, -- the holder
  position  INTEGER NOT NULL,                                           -- order among the leader's terms, from 0
  title     TEXT NOT NULL,                                              -- of the office
  party_id  INTEGER NOT NULL REFERENCES parties (id),                   -- whose office it is
  since     TEXT,                                                       -- first day; null where not known
  until     TEXT,                                                       -- day of the handover; null while the term lasts
  PRIMARY KEY (leader_id, position)
) STRICT, WITHOUT ROWID;

-- What is raised.
CREATE TABLE issues (
  id   INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE, -- node of the issue
  area TEXT NOT NULL                                                -- wider area, such as trade
) STRICT;

-- Who published; spellings that differ only in case or outer blanks are one source.
CREATE TABLE sources (
  id     INTEGER PRIMARY KEY,  -- of this file
  folded TEXT NOT NULL UNIQUE, -- name, trimmed and case-folded
  name   TEXT NOT NULL         -- name, trimmed; the first in byte order of the spellings loaded
) STRICT;

-- Articles as they came.
CREATE TABLE articles (
  id          INTEGER PRIMARY KEY,                   -- 52 bits of the SHA-256 of external_id: the same in every file
  external_id TEXT NOT NULL UNIQUE,                  -- the id that the article came with
  published   TEXT,                                  -- day; null where the article does not say
  source_id   INTEGER REFERENCES sources (id),       -- its source
  story       INTEGER NOT NULL,                      -- id of the earliest article that tells the same story
  copy_of_id  INTEGER REFERENCES articles (id),      -- earliest article of the same story, null in that one
  is_foreign  INTEGER NOT NULL,                      -- 1 in a language that is not extracted
  language    TEXT,                                  -- as it came
  fingerprint TEXT NOT NULL,                         -- of all that came in, the extractor and the seeds
  signature   BLOB NOT NULL,                         -- of its words: near-copies have most of its bytes in common
  source      TEXT,                                  -- as it came
  url         TEXT,                                  -- as it came
  title       TEXT NOT NULL,                         -- as it came
  summary     TEXT,                                  -- standfirst
  text        TEXT NOT NULL                          -- as it came
) STRICT;
CREATE INDEX articles_published_idx ON articles (published);
CREATE INDEX articles_story_idx ON articles (story);
CREATE INDEX articles_source_id_idx ON articles (source_id, published, story);
CREATE INDEX articles_is_foreign_idx ON articles (is_foreign) WHERE is_foreign;
CREATE INDEX articles_copy_of_id_idx ON articles (copy_of_id) WHERE copy_of_id IS NOT NULL;

-- Where articles may be near-copies: they share a stretch of their signatures.
CREATE TABLE story_keys (
  key        INTEGER NOT NULL, -- number of the stretch, 0 to 9, times 2^40, and its five bytes
  article_id INTEGER NOT NULL, -- whose signature has it
  PRIMARY KEY (key, article_id)
) STRICT, WITHOUT ROWID;

-- Which batch brought the raises of an article, for those who want to hear of new ones. The latest few hundred batches are kept.
CREATE TABLE arrivals (
  batch      INTEGER NOT NULL,        -- number of the transaction that stored them, counted up from 1 in the order of commits
  article_id INTEGER NOT NULL UNIQUE, -- article, which may be gone since
  PRIMARY KEY (batch, article_id)
) STRICT, WITHOUT ROWID;

-- Stretches of an article that name a node.
CREATE TABLE mentions (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- where
  part       TEXT NOT NULL CHECK (part IN ('TEXT', 'TITLE')),             -- in which part of it
  span_start INTEGER NOT NULL,                                            -- first code point
  span_end   INTEGER NOT NULL,                                            -- behind the last code point
  node_id    INTEGER NOT NULL REFERENCES nodes (id),                      -- what is named
  PRIMARY KEY (article_id, part, span_start, span_end, node_id)
) STRICT, WITHOUT ROWID;

-- Which nodes an article is about: all that it mentions, and all that stand in its raises.
CREATE TABLE article_nodes (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- the article
  node_id    INTEGER NOT NULL REFERENCES nodes (id),                      -- what it is about
  published  TEXT,                                                        -- day of the article
  PRIMARY KEY (article_id, node_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_nodes_node_id_idx ON article_nodes (node_id, published);

-- One party brings one issue to another, as one article reports it.
CREATE TABLE raises (
  id          INTEGER PRIMARY KEY,                                         -- article_id * 2048 + place in the article's raises
  article_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- which article reports it
  by_id       INTEGER NOT NULL REFERENCES parties (id),                    -- party that raises
  with_id     INTEGER NOT NULL REFERENCES parties (id),                    -- party that it is raised with
  issue_id    INTEGER NOT NULL REFERENCES issues (id),                     -- what is raised
  speaker_id  INTEGER REFERENCES leaders (id),                             -- who speaks for by_id, where named
  source_id   INTEGER REFERENCES sources (id),                             -- of the article
  story       INTEGER NOT NULL,                                            -- of the article
  said_on     TEXT,                                                        -- day it was said, else the article's
  confidence  REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),            -- of the extractor
  act         TEXT NOT NULL,                                               -- PLOVER event type
  modality    TEXT NOT NULL,                                               -- PLOVER auxiliary mode
  part        TEXT NOT NULL CHECK (part IN ('TEXT', 'TITLE')),             -- where the quote stands
  quote_start INTEGER NOT NULL,                                            -- its first code point
  quote_end   INTEGER NOT NULL,                                            -- behind its last code point
  rule        TEXT NOT NULL,                                               -- which rule extracted it
  quote       TEXT NOT NULL,                                               -- the sentence that says so
  explanation TEXT NOT NULL,                                               -- the rule in words, and the words it rests on
  UNIQUE (article_id, by_id, with_id, issue_id),
  CHECK (by_id <> with_id)
) STRICT;
CREATE INDEX raises_by_id_with_id_idx ON raises (by_id, with_id, said_on);
-- What most counts by other conditions read stands in one index.
CREATE INDEX raises_by_id_with_id_issue_id_idx ON raises (by_id, with_id, issue_id, said_on, story, source_id);
CREATE INDEX raises_by_id_idx ON raises (by_id, said_on);
CREATE INDEX raises_with_id_idx ON raises (with_id, said_on);
CREATE INDEX raises_issue_id_idx ON raises (issue_id, said_on);
CREATE INDEX raises_speaker_id_idx ON raises (speaker_id, said_on) WHERE speaker_id IS NOT NULL;
CREATE INDEX raises_said_on_idx ON raises (said_on);
CREATE INDEX raises_confidence_idx ON raises (confidence);
CREATE INDEX raises_story_idx ON raises (story);

-- Further sentences of the article that say the same as a raise's quote.
CREATE TABLE evidence (
  raise_id    INTEGER NOT NULL REFERENCES raises (id) ON DELETE CASCADE, -- what they support
  position    INTEGER NOT NULL,                                          -- order, from 1: the raise's own quote is 0
  part        TEXT NOT NULL CHECK (part IN ('TEXT', 'TITLE')),           -- where the sentence stands
  quote_start INTEGER NOT NULL,                                          -- its first code point
  quote_end   INTEGER NOT NULL,                                          -- behind its last code point
  quote       TEXT NOT NULL,                                             -- the sentence
  PRIMARY KEY (raise_id, position)
) STRICT, WITHOUT ROWID;

-- How much is raised, counted by every choice of party, counterpart and issue; 0 stands for any.
-- Kept in step with raises in the same transaction.
CREATE TABLE raise_counts (
  by_id         INTEGER NOT NULL, -- party that raises, or 0
  with_id       INTEGER NOT NULL, -- party that it is raised with, or 0
  issue_id      INTEGER NOT NULL, -- what is raised, or 0
  raise_count   INTEGER NOT NULL, -- raises
  story_count   INTEGER NOT NULL, -- distinct stories of their articles
  article_count INTEGER NOT NULL, -- distinct articles
  source_count  INTEGER NOT NULL, -- distinct sources
  issue_count   INTEGER NOT NULL, -- distinct issues
  first_on      TEXT,             -- earliest day, null where all are undated
  last_on       TEXT,             -- latest day
  PRIMARY KEY (by_id, with_id, issue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX raise_counts_with_id_idx ON raise_counts (with_id, by_id, issue_id);

-- How often a leader speaks for a party to another on an issue. Kept in step with raises in the same transaction.
CREATE TABLE speaker_counts (
  speaker_id  INTEGER NOT NULL REFERENCES leaders (id), -- who speaks
  by_id       INTEGER NOT NULL REFERENCES parties (id), -- for whom
  with_id     INTEGER NOT NULL REFERENCES parties (id), -- to whom
  issue_id    INTEGER NOT NULL REFERENCES issues (id),  -- about what
  raise_count INTEGER NOT NULL,                         -- raises
  PRIMARY KEY (speaker_id, by_id, with_id, issue_id)
) STRICT, WITHOUT ROWID;

-- How many raises each source has under a key of raise_counts: what source_count counts.
CREATE TABLE raise_sources (
  by_id       INTEGER NOT NULL,                        -- as in raise_counts
  with_id     INTEGER NOT NULL,                        -- as in raise_counts
  issue_id    INTEGER NOT NULL,                        -- as in raise_counts
  source_id   INTEGER NOT NULL REFERENCES sources (id), -- the source
  raise_count INTEGER NOT NULL,                        -- its raises
  PRIMARY KEY (by_id, with_id, issue_id, source_id)
) STRICT, WITHOUT ROWID;

-- Full-text indexes; triggers keep them in step with their tables.
CREATE VIRTUAL TABLE articles_fts USING fts5 (
  title, summary, text, content = 'articles', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE raises_fts USING fts5 (
  quote, content = 'raises', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE nodes_fts USING fts5 (
  name, aliases, description, content = 'nodes', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_insert AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts (rowid, title, summary, text) VALUES (new.id, new.title, new.summary, new.text);
END;
CREATE TRIGGER articles_delete AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, summary, text)
  VALUES ('delete', old.id, old.title, old.summary, old.text);
END;
CREATE TRIGGER articles_update AFTER UPDATE OF title, summary, text ON articles BEGIN
  INSERT INTO articles_fts (articles_fts, rowid, title, summary, text)
  VALUES ('delete', old.id, old.title, old.summary, old.text);
  INSERT INTO articles_fts (rowid, title, summary, text) VALUES (new.id, new.title, new.summary, new.text);
END;
CREATE TRIGGER raises_insert AFTER INSERT ON raises BEGIN
  INSERT INTO raises_fts (rowid, quote) VALUES (new.id, new.quote);
END;
CREATE TRIGGER raises_delete AFTER DELETE ON raises BEGIN
  INSERT INTO raises_fts (raises_fts, rowid, quote) VALUES ('delete', old.id, old.quote);
END;
CREATE TRIGGER raises_update AFTER UPDATE OF quote ON raises BEGIN
  INSERT INTO raises_fts (raises_fts, rowid, quote) VALUES ('delete', old.id, old.quote);
  INSERT INTO raises_fts (rowid, quote) VALUES (new.id, new.quote);
END;
CREATE TRIGGER nodes_insert AFTER INSERT ON nodes BEGIN
  INSERT INTO nodes_fts (rowid, name, aliases, description) VALUES (new.id, new.name, new.aliases, new.description);
END;
CREATE TRIGGER nodes_delete AFTER DELETE ON nodes BEGIN
  INSERT INTO nodes_fts (nodes_fts, rowid, name, aliases, description)
  VALUES ('delete', old.id, old.name, old.aliases, old.description);
END;
CREATE TRIGGER nodes_update AFTER UPDATE OF name, aliases, description ON nodes BEGIN
  INSERT INTO nodes_fts (nodes_fts, rowid, name, aliases, description)
  VALUES ('delete', old.id, old.name, old.aliases, old.description);
  INSERT INTO nodes_fts (rowid, name, aliases, description) VALUES (new.id, new.name, new.aliases, new.description);
END;

-- Every sentence that a raise rests on, its own quote first (position 0).
CREATE VIEW raise_evidence (
  raise_id,    -- what the sentence supports
  position,    -- order among the sentences of the raise, from 0
  part,        -- where the sentence stands: TEXT or TITLE
  quote_start, -- its first code point
  quote_end,   -- behind its last code point
  quote        -- the sentence
) AS
SELECT id, 0, part, quote_start, quote_end, quote FROM raises
UNION ALL
SELECT raise_id, position, part, quote_start, quote_end, quote FROM evidence;

-- One line a raise, with names instead of ids: the view to begin with.
CREATE VIEW raises_flat (
  article,     -- external id of the article
  by_code,     -- code of the party that raises
  by_name,     -- its name
  with_code,   -- code of the party that it is raised with
  with_name,   -- its name
  issue,       -- slug of the issue
  issue_name,  -- its name
  area,        -- its wider area
  act,         -- PLOVER event type
  modality,    -- PLOVER auxiliary mode
  speaker,     -- full name of who speaks, or null
  part,        -- part of the article that the quote stands in
  quote,       -- the sentence
  quote_start, -- its first code point in that part
  quote_end,   -- behind its last code point
  said_on,     -- day it was said, or null
  confidence,  -- between 0 and 1
  title,       -- of the article
  url,         -- of the article, or null
  source,      -- of the article, as it came, or null
  published,   -- day of the article, or null
  raise_id,    -- id of the raise, as in raises, evidence and raise_evidence
  article_id,  -- id of the article, as in articles and mentions
  story,       -- number of the story that the article tells: near-copies share it
  rule,        -- which rule extracted it
  explanation  -- the rule in words, and the words it rests on
) AS
SELECT a.external_id, b.key, b.name, w.key, w.name, i.key, i.name, issues.area, r.act, r.modality, s.name,
  r.part, r.quote, r.quote_start, r.quote_end, r.said_on, r.confidence, a.title, a.url, a.source, a.published,
  r.id, r.article_id, r.story, r.rule, r.explanation
FROM raises r
JOIN articles a ON a.id = r.article_id
JOIN nodes b ON b.id = r.by_id
JOIN nodes w ON w.id = r.with_id
JOIN nodes i ON i.id = r.issue_id
JOIN issues ON issues.id = r.issue_id
LEFT JOIN nodes s ON s.id = r.speaker_id;

-- Who raises how much with whom, one line a pair in its direction.
CREATE VIEW pairs (
  by_code,       -- code of the party that raises
  by_name,       -- its name
  with_code,     -- code of the party that it is raised with
  with_name,     -- its name
  raise_count,   -- raises
  story_count,   -- distinct stories: near-copies of an article count once
  article_count, -- distinct articles
  source_count,  -- distinct sources
  issue_count,   -- distinct issues
  first_on,      -- earliest day, or null
  last_on,       -- latest day, or null
  back_count     -- raises the other way round
) AS
SELECT b.key, b.name, w.key, w.name, c.raise_count, c.story_count, c.article_count, c.source_count, c.issue_count, c.first_on, c.last_on,
  coalesce(back.raise_count, 0)
FROM raise_counts c
JOIN nodes b ON b.id = c.by_id
JOIN nodes w ON w.id = c.with_id
LEFT JOIN raise_counts back ON back.by_id = c.with_id AND back.with_id = c.by_id AND back.issue_id = 0
WHERE c.issue_id = 0;

-- What each party raises with each other, one line a pair and issue.
CREATE VIEW issues_by_pair (
  by_code,       -- code of the party that raises
  by_name,       -- its name
  with_code,     -- code of the party that it is raised with
  with_name,     -- its name
  issue,         -- slug of the issue
  issue_name,    -- its name
  area,          -- its wider area
  raise_count,   -- raises
  story_count,   -- distinct stories: near-copies of an article count once
  article_count, -- distinct articles
  source_count,  -- distinct sources
  first_on,      -- earliest day, or null
  last_on,       -- latest day, or null
  share          -- of all raises of the pair, between 0 and 1
) AS
SELECT b.key, b.name, w.key, w.name, i.key, i.name, issues.area, c.raise_count, c.story_count, c.article_count, c.source_count,
  c.first_on, c.last_on, CAST(c.raise_count AS REAL) / whole.raise_count
FROM raise_counts c
JOIN nodes b ON b.id = c.by_id
JOIN nodes w ON w.id = c.with_id
JOIN nodes i ON i.id = c.issue_id
JOIN issues ON issues.id = c.issue_id
JOIN raise_counts whole ON whole.by_id = c.by_id AND whole.with_id = c.with_id AND whole.issue_id = 0;

-- How much each party raises with each other in each month, one line a pair and month; undated raises have none. How many
-- articles there were to find any in is told by articles_by_month.
CREATE VIEW raises_by_month (
  month,         -- its first day
  by_code,       -- code of the party that raises
  by_name,       -- its name
  with_code,     -- code of the party that it is raised with
  with_name,     -- its name
  raise_count,   -- raises; their sum over pairs is that of the month
  story_count,   -- distinct stories: near-copies of an article count once
  article_count, -- distinct articles
  issue_count    -- distinct issues
) AS
SELECT r.month, b.key, b.name, w.key, w.name, r.raise_count, r.story_count, r.article_count, r.issue_count
FROM (
  SELECT substr(said_on, 1, 7) || '-01' AS month, by_id, with_id, count(*) AS raise_count, count(DISTINCT story) AS story_count,
    count(DISTINCT article_id) AS article_count, count(DISTINCT issue_id) AS issue_count
  FROM raises
  WHERE said_on IS NOT NULL
  GROUP BY by_id, with_id, month
) r
JOIN nodes b ON b.id = r.by_id
JOIN nodes w ON w.id = r.with_id;

-- How many articles were published in each month, with raises or without; undated ones have no month.
CREATE VIEW articles_by_month (
  month,         -- its first day
  article_count, -- articles
  story_count    -- distinct stories among them
) AS
SELECT substr(published, 1, 7) || '-01' AS month, count(*), count(DISTINCT story)
FROM articles
WHERE published IS NOT NULL
GROUP BY month;
