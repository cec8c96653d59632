// PostGraphile over PostgreSQL, with the preset that its manual begins with.
import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { postgraphile } from 'postgraphile'

const [connectionString, port] = [process.argv[2], Number(process.argv[3])]
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, schemas: ['public'], poolSize: 16 })],
  schema: { pgOrderByNullsLast: true },
  grafserv: { graphqlPath: '/graphql', watch: false, graphiql: false },
})
const server = createServer()
server.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
await instance.createServ(grafserv).addTo(server)
server.listen(port, '127.0.0.1')
