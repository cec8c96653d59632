// Subscriptions and queries as server-sent events: the client of graphql-sse, a connection for each operation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-sse";
import { carney, start } from "./server.mjs";

let server;
before(async () => (server = await start()));
after(async () => assert.equal(await server.stop(), 0));

const connect = () => createClient({ url: server.stream, retryAttempts: 0 });

test("a query is answered once", async () => {
  const answers = [];
  for await (const answer of connect().iterate({ query: "{ dataset { articleCount } }" })) answers.push(answer);
  assert.deepEqual(answers, [{ data: { dataset: { articleCount: 1 } } }]);
});

test("what cannot run is an answer", async () => {
  for (const [query, code] of [
    ["{", "GRAPHQL_PARSE_FAILED"],
    ["{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
    ['subscription { raiseAdded(filter: { by: "Jpan" }) { quote } }', "NOT_FOUND"],
  ]) {
    const answers = [];
    for await (const answer of connect().iterate({ query })) answers.push(answer);
    assert.equal(answers.length, 1);
    assert.equal(answers[0].errors[0].extensions.code, code);
    assert.equal("data" in answers[0], false);
  }
});

test("raises are told of as another process loads them", async () => {
  const query = "subscription ($with: [PartyRef!]) { raiseAdded(filter: { with: $with }) { quote by { code } } }";
  let connected;
  const standing = new Promise((done) => (connected = done));
  const client = createClient({ url: server.stream, retryAttempts: 0, onMessage: () => {}, fetchFn: async (...request) => {
    const response = await fetch(...request);
    connected();
    return response;
  } });
  const answers = client.iterate({ query, variables: { with: ["US"] } });
  const first = answers.next();
  await standing;
  await new Promise((done) => setTimeout(done, 300)); // the subscription begins right after its header was sent
  await server.load(carney);
  assert.deepEqual((await first).value, { data: { raiseAdded: { quote: carney.text, by: { code: "CA" } } } });
  await answers.return();
  client.dispose();
});

test("GET asks as POST does", async () => {
  const response = await fetch(`${server.stream}?query=${encodeURIComponent("{ __typename }")}`, { headers: { accept: "text/event-stream" } });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  assert.equal(await response.text(), ':\n\nevent: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n');
});

test("who wants no events is told where to go", async () => {
  const response = await fetch(`${server.stream}?query=%7B__typename%7D`, { headers: { accept: "application/json" } });
  assert.equal(response.status, 406);
});

test("a stream ends with complete when the server ends", async () => {
  const own = await start();
  const response = await fetch(`${own.stream}?query=${encodeURIComponent("subscription { raiseAdded { quote } }")}`, { headers: { accept: "text/event-stream" } });
  const text = response.text();
  assert.equal(await own.stop(), 0);
  assert.equal(await text, ":\n\nevent: complete\ndata:\n\n");
});
