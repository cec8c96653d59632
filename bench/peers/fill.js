// Copies what the questions need of the graph from SQLite to stdout, as statements and COPY data for psql.
import { once } from 'node:events'
import Database from 'better-sqlite3'

const database = new Database(process.argv[2], { readonly: true, fileMustExist: true })

async function write(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

const escapes = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const cell = (value) => (value === null ? '\\N' : String(value).replace(/[\\\n\r\t]/g, (c) => escapes[c]))

async function copy(table, columns, query) {
  await write(`COPY ${table} (${columns}) FROM STDIN;\n`)
  let lines = []
  for (const row of database.prepare(query).raw().safeIntegers().iterate()) {
    lines.push(row.map(cell).join('\t'))
    if (lines.length === 1000) {
      await write(lines.join('\n') + '\n')
      lines = []
    }
  }
  await write([...lines, '\\.\n'].join('\n'))
}

await write(`
CREATE TABLE parties (id int PRIMARY KEY, kind text NOT NULL, code text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE leaders (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE issues (id int PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL, area text NOT NULL);
CREATE TABLE articles (id bigint PRIMARY KEY, external_id text NOT NULL UNIQUE, title text NOT NULL, published text, source text, text text NOT NULL);
CREATE TABLE raises (id bigint PRIMARY KEY, article_id bigint NOT NULL, by_id int NOT NULL, with_id int NOT NULL, issue_id int NOT NULL,
  speaker_id int, said_on text, quote text NOT NULL);
CREATE TABLE article_parties (article_id bigint NOT NULL, party_id int NOT NULL, PRIMARY KEY (article_id, party_id));
CREATE TABLE article_issues (article_id bigint NOT NULL, issue_id int NOT NULL, PRIMARY KEY (article_id, issue_id));
`)
const parties = "('COUNTRY', 'ORGANIZATION')"
await copy('parties', 'id, kind, code, name', `SELECT id, kind, key, name FROM nodes WHERE kind IN ${parties}`)
await copy('leaders', 'id, name', "SELECT id, name FROM nodes WHERE kind = 'LEADER'")
await copy('issues', 'id, slug, name, area', 'SELECT id, key, name, area FROM nodes JOIN issues USING (id)')
await copy('articles', 'id, external_id, title, published, source, text', 'SELECT id, external_id, title, published, source, text FROM articles')
await copy('raises', 'id, article_id, by_id, with_id, issue_id, speaker_id, said_on, quote',
  'SELECT id, article_id, by_id, with_id, issue_id, speaker_id, said_on, quote FROM raises')
await copy('article_parties', 'article_id, party_id', `SELECT article_id, node_id FROM article_nodes JOIN nodes ON nodes.id = node_id WHERE kind IN ${parties}`)
await copy('article_issues', 'article_id, issue_id', "SELECT article_id, node_id FROM article_nodes JOIN nodes ON nodes.id = node_id WHERE kind = 'ISSUE'")
await write(`
CREATE INDEX ON raises (by_id, with_id, said_on DESC NULLS LAST, id DESC NULLS LAST);
CREATE INDEX ON raises (article_id);
CREATE INDEX ON raises (with_id);
CREATE INDEX ON raises (issue_id);
ALTER TABLE raises ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (by_id) REFERENCES parties,
  ADD FOREIGN KEY (with_id) REFERENCES parties, ADD FOREIGN KEY (issue_id) REFERENCES issues, ADD FOREIGN KEY (speaker_id) REFERENCES leaders;
ALTER TABLE article_parties ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (party_id) REFERENCES parties;
ALTER TABLE article_issues ADD FOREIGN KEY (article_id) REFERENCES articles, ADD FOREIGN KEY (issue_id) REFERENCES issues;
-- PostGraphile has no counts by group of its own that could be ordered: a function is its way to offer them.
CREATE TYPE issue_count AS (slug text, name text, area text, raise_count int, first_on text, last_on text);
CREATE FUNCTION issues_raised(by_code text, with_code text) RETURNS SETOF issue_count LANGUAGE sql STABLE AS $$
  SELECT i.slug, i.name, i.area, count(*)::int, min(r.said_on), max(r.said_on)
  FROM raises r JOIN issues i ON i.id = r.issue_id
  WHERE r.by_id = (SELECT id FROM parties WHERE code = by_code) AND r.with_id = (SELECT id FROM parties WHERE code = with_code)
  GROUP BY i.id ORDER BY count(*) DESC, i.slug LIMIT 100
$$;
ANALYZE;
`)
