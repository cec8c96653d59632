// Mercurius with its JIT over better-sqlite3: one hand-made join a question, prepared once, and resolvers that only
// hand on what the join found. WORKERS processes share the port.
import cluster from 'node:cluster'
import Database from 'better-sqlite3'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [path, port, workers] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 1)]

if (workers > 1 && cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork()
} else {
  await serve()
}

async function serve() {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  database.pragma('mmap_size = 1099511627776')
  // What is asked in each question; all else is names of parties and issues, which are joined.
  const issues = database.prepare(`
    SELECT i.key AS slug, i.name, issues.area, raiseCount, firstOn, lastOn
    FROM (SELECT issue_id, count(*) AS raiseCount, min(said_on) AS firstOn, max(said_on) AS lastOn
      FROM raises WHERE by_id = ? AND with_id = ? GROUP BY issue_id) c
    JOIN nodes i ON i.id = c.issue_id JOIN issues ON issues.id = c.issue_id ORDER BY raiseCount DESC, i.key LIMIT 100`)
  const raises = database.prepare(`
    SELECT r.quote, r.said_on AS "on", i.key AS slug, i.name AS issueName, s.name AS speakerName, a.title, a.published
    FROM raises r JOIN nodes i ON i.id = r.issue_id LEFT JOIN nodes s ON s.id = r.speaker_id JOIN articles a ON a.id = r.article_id
    WHERE r.by_id = ? AND r.with_id = ? ORDER BY r.said_on DESC, r.id DESC LIMIT ?`)
  const article = database.prepare('SELECT id, title, published, source, text FROM articles WHERE external_id = ?')
  const raisesOfArticle = database.prepare(`
    SELECT r.quote, b.key AS byCode, b.name AS byName, w.key AS withCode, w.name AS withName, i.key AS slug, i.name AS issueName
    FROM raises r JOIN nodes b ON b.id = r.by_id JOIN nodes w ON w.id = r.with_id JOIN nodes i ON i.id = r.issue_id
    WHERE r.article_id = ? ORDER BY r.said_on DESC, r.id DESC LIMIT ?`)
  const nodesOfArticle = database.prepare(`
    SELECT n.kind, n.key, n.name FROM article_nodes x JOIN nodes n ON n.id = x.node_id
    WHERE x.article_id = ? AND n.kind <> 'LEADER' ORDER BY n.key`)
  const parties = new Map(database.prepare("SELECT key, id FROM nodes WHERE kind IN ('COUNTRY', 'ORGANIZATION')").raw().all())

  const schema = `
    type Query {
      issues(raisedBy: PartyRef, raisedWith: PartyRef): IssueConnection!
      raises(filter: RaiseFilter, first: Int): RaiseConnection!
      article(externalId: String!): Article
    }
    scalar PartyRef
    input RaiseFilter { by: [PartyRef!] with: [PartyRef!] }
    type IssueConnection { edges: [IssueEdge!]! }
    type IssueEdge { raiseCount: Int! firstOn: String lastOn: String node: Issue! }
    type Issue { slug: String! name: String! area: String! }
    type RaiseConnection { nodes: [Raise!]! }
    type Raise { quote: String! on: String by: Party! with: Party! issue: Issue! speaker: Leader article: Article! }
    type Party { code: String! name: String! }
    type Leader { name: String! }
    type Article {
      title: String! published: String source: String text: String!
      raises(first: Int): RaiseConnection! countries: [Party!]! organizations: [Party!]! issues: [Issue!]!
    }`
  const ofKind = (nodes, kind) => nodes.filter((node) => node.kind === kind)
  const resolvers = {
    Query: {
      issues: (_, { raisedBy, raisedWith }) => ({ edges: issues.all(parties.get(raisedBy), parties.get(raisedWith)) }),
      raises: (_, { filter, first }) => ({ nodes: raises.all(parties.get(filter.by[0]), parties.get(filter.with[0]), first) }),
      article: (_, { externalId }) => {
        const found = article.get(externalId)
        if (found) found.nodes = nodesOfArticle.all(found.id)
        return found
      },
    },
    IssueEdge: { node: (row) => row },
    Raise: {
      issue: (row) => ({ slug: row.slug, name: row.issueName }),
      speaker: (row) => (row.speakerName === null ? null : { name: row.speakerName }),
      article: (row) => row,
      by: (row) => ({ code: row.byCode, name: row.byName }),
      with: (row) => ({ code: row.withCode, name: row.withName }),
    },
    Article: {
      raises: (row, { first }) => ({ nodes: raisesOfArticle.all(row.id, first) }),
      countries: (row) => ofKind(row.nodes, 'COUNTRY').map(({ key, name }) => ({ code: key, name })),
      organizations: (row) => ofKind(row.nodes, 'ORGANIZATION').map(({ key, name }) => ({ code: key, name })),
      issues: (row) => ofKind(row.nodes, 'ISSUE').map(({ key, name }) => ({ slug: key, name })),
    },
  }
  const app = Fastify()
  await app.register(mercurius, { schema, resolvers, jit: 1, graphiql: false })
  await app.listen({ port, host: '127.0.0.1' })
}
