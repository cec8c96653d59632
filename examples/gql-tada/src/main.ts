// The graph with gql.tada, which types operations as they are written, and plain fetch. Call it with the address of the
// endpoint; it prints what it found as JSON.
import { print } from "graphql";
import type { ResultOf, TadaDocumentNode, VariablesOf } from "gql.tada";
import { graphql } from "./graph.js";

const RaiseFields = graphql(`
  fragment RaiseFields on Raise @_unmask {
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

const Raises = graphql(
  `
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
  `,
  [RaiseFields],
);

const Raise = graphql(
  `
    query Raise($id: ID!) {
      node(id: $id) {
        __typename
        ...RaiseFields
      }
    }
  `,
  [RaiseFields],
);

const endpoint = process.argv[2] ?? "http://127.0.0.1:8080/graphql";

async function ask<Result, Variables>(document: TadaDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (errors || !data) throw new Error(errors?.map((error) => error.message).join("; ") ?? `status ${response.status}`);
  return data;
}

async function issues(variables: VariablesOf<typeof Issues>) {
  const { issues } = await ask(Issues, variables);
  return issues.edges.map(({ raiseCount, node }) => ({ slug: node.slug, raiseCount }));
}

async function* raises(filter: VariablesOf<typeof Raises>["filter"]): AsyncGenerator<ResultOf<typeof RaiseFields>> {
  for (let after: string | null = null; ; ) {
    const page: ResultOf<typeof Raises>["raises"] = (await ask(Raises, { filter, after })).raises;
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

async function raise(id: string) {
  const { node } = await ask(Raise, { id });
  return node?.__typename === "Raise" ? node : null;
}

const all = [];
for await (const each of raises({ by: ["Japan"], with: ["US"] })) all.push(each);
const last = all.at(-1);
if (!last) throw new Error("Japan raises nothing with the US.");
const found = { issues: await issues({ by: "Japan", with: "US" }), raises: all, refetched: await raise(last.id) };
process.stdout.write(JSON.stringify(found));
