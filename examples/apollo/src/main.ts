// The graph with Apollo Client. Call it with the address of the endpoint; it prints what it found as JSON.
import { ApolloClient, HttpLink } from "@apollo/client";
import { cache } from "./cache.js";
import { graphql } from "./generated/index.js";

graphql(`
  fragment RaiseFields on Raise {
    id
    quote
    issue {
      id
      slug
    }
    article {
      id
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
          id
          slug
        }
      }
    }
  }
`);

const Raises = graphql(`
  query Raises($filter: RaiseFilter!, $after: String) {
    raises(filter: $filter, first: 100, after: $after) {
      edges {
        node {
          ...RaiseFields
        }
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
      ...RaiseFields
    }
  }
`);

const client = new ApolloClient({
  link: new HttpLink({ uri: process.argv[2] ?? "http://127.0.0.1:8080/graphql" }),
  cache,
});

async function issues(by: string, counterpart: string) {
  const { data } = await client.query({ query: Issues, variables: { by, with: counterpart } });
  return data!.issues.edges.map(({ raiseCount, node }) => ({ slug: node.slug, raiseCount }));
}

// All pages of a list, as a component that watches it would show them: the cache has one list, and adds each page to it.
async function raises(by: string, counterpart: string) {
  const first = { query: Raises, variables: { filter: { by: [by], with: [counterpart] } } };
  const list = client.watchQuery(first);
  const watching = list.subscribe({});
  let { data } = await client.query(first);
  while (data?.raises.pageInfo.hasNextPage) {
    ({ data } = await list.fetchMore({ variables: { after: data.raises.pageInfo.endCursor } }));
  }
  watching.unsubscribe();
  return client.readQuery(first)?.raises.edges.map((edge) => edge.node) ?? [];
}

async function raise(id: string) {
  const { data } = await client.query({ query: Raise, variables: { id }, fetchPolicy: "network-only" });
  return data?.node;
}

const all = await raises("Japan", "US");
const last = all.at(-1);
if (!last) throw new Error("Japan raises nothing with the US.");
const found = { issues: await issues("Japan", "US"), raises: all, refetched: await raise(last.id) };
process.stdout.write(JSON.stringify(found));
