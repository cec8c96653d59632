// The graph with urql, typed by GraphQL Code Generator. Call it with the address of the endpoint; it prints what it found as JSON.
import { Client, fetchExchange } from "@urql/core";
import { graphql } from "./generated/index.js";
import type { RaiseFieldsFragment } from "./generated/graphql.js";

graphql(`
  fragment RaiseFields on Raise {
    id
    quote
    issue {
      slug
    }
    article {
      externalId
    }
  }
`);

const Issues = graphql(`
  query Issues($by: PartyRef!, $with: PartyRef!) {
    issues(raisedBy: $by, raisedWith: $with) {
      edges {
        raiseCount
        node {
          slug
        }
      }
    }
  }
`);

const Raises = graphql(`
  query Raises($filter: RaiseFilter!, $after: String) {
    raises(filter: $filter, first: 100, after: $after) {
      nodes {
        ...RaiseFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const Raise = graphql(`
  query Raise($id: ID!) {
    node(id: $id) {
      __typename
      ...RaiseFields
    }
  }
`);

const client = new Client({
  url: process.argv[2] ?? "http://127.0.0.1:8080/graphql",
  exchanges: [fetchExchange],
  preferGetMethod: false,
});

async function issues(by: string, counterpart: string) {
  const { data, error } = await client.query(Issues, { by, with: counterpart });
  if (!data || error) throw error;
  return data.issues.edges.map(({ raiseCount, node }) => ({ slug: node.slug, raiseCount }));
}

async function* raises(by: string, counterpart: string): AsyncGenerator<RaiseFieldsFragment> {
  for (let after: string | null | undefined; ; ) {
    const { data, error } = await client.query(Raises, { filter: { by: [by], with: [counterpart] }, after });
    if (!data || error) throw error;
    yield* data.raises.nodes;
    if (!data.raises.pageInfo.hasNextPage) return;
    after = data.raises.pageInfo.endCursor;
  }
}

async function raise(id: string) {
  const { data, error } = await client.query(Raise, { id });
  if (!data || error) throw error;
  return data.node?.__typename === "Raise" ? data.node : null;
}

const all = [];
for await (const each of raises("Japan", "US")) all.push(each);
const last = all.at(-1);
if (!last) throw new Error("Japan raises nothing with the US.");
const found = { issues: await issues("Japan", "US"), raises: all, refetched: await raise(last.id) };
process.stdout.write(JSON.stringify(found));
