// The graph with fetch alone, in Node or in a browser. Call it with the address of the endpoint; it prints what it found as JSON.
const endpoint = process.argv[2] ?? "http://127.0.0.1:8080/graphql";

async function ask(query, variables) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map((error) => error.message).join("; "));
  return data;
}

const raiseFields = "id quote issue { slug } article { externalId }";

async function issues(by, counterpart) {
  const { issues } = await ask(
    `query Issues($by: PartyRef!, $with: PartyRef!) {
      issues(raisedBy: $by, raisedWith: $with) { edges { raiseCount node { slug } } }
    }`,
    { by, with: counterpart },
  );
  return issues.edges.map(({ raiseCount, node }) => ({ slug: node.slug, raiseCount }));
}

async function* raises(filter) {
  for (let after = null; ; ) {
    const { raises } = await ask(
      `query Raises($filter: RaiseFilter!, $after: String) {
        raises(filter: $filter, first: 100, after: $after) { nodes { ${raiseFields} } pageInfo { hasNextPage endCursor } }
      }`,
      { filter, after },
    );
    yield* raises.nodes;
    if (!raises.pageInfo.hasNextPage) return;
    after = raises.pageInfo.endCursor;
  }
}

async function raise(id) {
  const { node } = await ask(`query Raise($id: ID!) { node(id: $id) { ... on Raise { ${raiseFields} } } }`, { id });
  return node;
}

const all = [];
for await (const each of raises({ by: ["Japan"], with: ["US"] })) all.push(each);
const last = all.at(-1);
if (!last) throw new Error("Japan raises nothing with the US.");
const found = { issues: await issues("Japan", "US"), raises: all, refetched: await raise(last.id) };
process.stdout.write(JSON.stringify(found));
