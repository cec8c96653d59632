// Subscriptions and queries over WebSocket: the client of graphql-ws, and by hand what a good client never sends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { carney, ishiba, start } from "./server.mjs";

let server;
before(async () => (server = await start()));
after(async () => assert.equal(await server.stop(), 0));

const connect = () => createClient({ url: server.socket, webSocketImpl: WebSocket, retryAttempts: 0 });

// The first answers to an operation, as many as asked for.
async function take(operation, count, meanwhile) {
  const client = connect();
  const answers = [];
  for await (const answer of begun(client, operation, meanwhile)) {
    answers.push(answer);
    if (answers.length === count) break;
  }
  await client.dispose();
  return answers;
}

// Runs meanwhile once the subscription stands: a query on the same connection is answered behind it.
async function* begun(client, operation, meanwhile) {
  const answers = client.iterate(operation);
  const first = answers.next();
  await client.iterate({ query: "{ __typename }" }).next();
  await meanwhile?.();
  yield (await first).value;
  yield* answers;
}

test("a query is answered once", async () => {
  const client = connect();
  const answers = [];
  for await (const answer of client.iterate({ query: "{ dataset { articleCount } }" })) answers.push(answer);
  assert.deepEqual(answers, [{ data: { dataset: { articleCount: 1 } } }]);
  await client.dispose();
});

test("a field error is part of the answer", async () => {
  const client = connect();
  const { value } = await client.iterate({ query: '{ dataset { articleCount } party(ref: "Jpan") { name } }' }).next();
  assert.equal(value.errors[0].extensions.code, "NOT_FOUND");
  assert.equal(value.data.party, null);
  assert.equal(value.data.dataset.articleCount, 1);
  await client.dispose();
});

test("what cannot run is an error", async () => {
  for (const [query, code] of [
    ["{", "GRAPHQL_PARSE_FAILED"],
    ["{ nothing }", "GRAPHQL_VALIDATION_FAILED"],
    ['subscription { raiseAdded(filter: { by: "Jpan" }) { quote } }', "NOT_FOUND"],
  ]) {
    const client = connect();
    const error = await client.iterate({ query }).next().then(
      () => assert.fail(`${query} was answered`),
      (errors) => errors[0],
    );
    assert.equal(error.extensions.code, code);
    await client.dispose();
  }
});

test("raises are told of as another process loads them", async () => {
  const query = "subscription { raiseAdded { quote by { code } with { code } article { externalId } } }";
  const [{ data }] = await take({ query }, 1, () => server.load(carney));
  assert.deepEqual(data.raiseAdded, { quote: carney.text, by: { code: "CA" }, with: { code: "US" }, article: { externalId: "carney" } });
});

test("only raises that pass the filter are told of", async () => {
  const query = "subscription ($by: [PartyRef!]) { added: raiseAdded(filter: { by: $by }) { by { code } quote } }";
  const text = ishiba.text.replace("lift", "end");
  const [{ data }] = await take({ query, variables: { by: ["Japan"] } }, 1, async () => {
    await server.load({ ...carney, text: carney.text.replace("lift", "end") });
    await server.load({ ...ishiba, text });
  });
  assert.deepEqual(data.added, { by: { code: "JP" }, quote: text });
});

// What the server closes with after these messages.
const closeCode = (protocol, messages) =>
  new Promise((done, fail) => {
    const socket = new WebSocket(server.socket, protocol);
    socket.on("open", () => messages.forEach((message) => socket.send(typeof message === "string" ? message : JSON.stringify(message))));
    socket.on("close", (code) => done(code));
    socket.on("error", fail);
  });

const init = { type: "connection_init" };
const watch = { id: "1", type: "subscribe", payload: { query: "subscription { raiseAdded { quote } }" } };
for (const [what, code, messages, protocol = "graphql-transport-ws"] of [
  ["no JSON", 4400, [init, "hello"]],
  ["a list", 4400, [init, "[]"]],
  ["no type", 4400, [init, {}]],
  ["a type that is no text", 4400, [init, { type: 1 }]],
  ["an unknown type", 4400, [init, { type: "start" }]],
  ["a type of the server", 4400, [init, { type: "connection_ack" }]],
  ["an initial payload that is no object", 4400, [{ ...init, payload: "hello" }]],
  ["a subscription without id", 4400, [init, { ...watch, id: undefined }]],
  ["a subscription with an empty id", 4400, [init, { ...watch, id: "" }]],
  ["a subscription without payload", 4400, [init, { ...watch, payload: undefined }]],
  ["a subscription without query", 4400, [init, { ...watch, payload: {} }]],
  ["a query that is no text", 4400, [init, { ...watch, payload: { query: 1 } }]],
  ["variables that are no object", 4400, [init, { ...watch, payload: { ...watch.payload, variables: "hello" } }]],
  ["a name that is no text", 4400, [init, { ...watch, payload: { ...watch.payload, operationName: 1 } }]],
  ["extensions that are no object", 4400, [init, { ...watch, payload: { ...watch.payload, extensions: "hello" } }]],
  ["a subscription before the initialisation", 4401, [watch]],
  ["no initialisation in time", 4408, []],
  ["one id twice", 4409, [init, watch, watch]],
  ["two initialisations", 4429, [init, init]],
  ["another protocol", 4406, [], "graphql-ws"],
  ["no protocol", 4406, [], []],
]) {
  test(`${what} is closed with ${code}`, async () => assert.equal(await closeCode(protocol, messages), code));
}

test("an id may be used again after complete", async () => {
  const socket = new WebSocket(server.socket, "graphql-transport-ws");
  const messages = [];
  socket.on("message", (data) => messages.push(JSON.parse(data)));
  await new Promise((done) => socket.on("open", done));
  const query = { ...watch, payload: { query: "{ __typename }" } };
  for (const message of [init, watch, { id: "1", type: "complete" }, query]) socket.send(JSON.stringify(message));
  while (messages.at(-1)?.type !== "complete") await new Promise((done) => socket.once("message", done));
  assert.deepEqual(messages, [
    { type: "connection_ack" },
    { id: "1", type: "next", payload: { data: { __typename: "Query" } } },
    { id: "1", type: "complete" },
  ]);
  socket.terminate();
});

test("a ping is answered with its payload", async () => {
  const socket = new WebSocket(server.socket, "graphql-transport-ws");
  await new Promise((done) => socket.on("open", done));
  socket.send(JSON.stringify({ type: "ping", payload: { at: 1 } }));
  const [data] = await new Promise((done) => socket.once("message", (...all) => done(all)));
  assert.deepEqual(JSON.parse(data), { type: "pong", payload: { at: 1 } });
  socket.terminate();
});

test("a page of another origin may not connect", async () => {
  const socket = new WebSocket(server.socket, "graphql-transport-ws", { origin: "https://example.org" });
  const status = await new Promise((done) => {
    socket.on("unexpected-response", (_, response) => done(response.statusCode));
    socket.on("error", () => {});
  });
  assert.equal(status, 403);
});

test("subscribers are told when the server ends", async () => {
  const own = await start();
  const socket = new WebSocket(own.socket, "graphql-transport-ws");
  const messages = [];
  socket.on("message", (data) => messages.push(JSON.parse(data)));
  await new Promise((done) => socket.on("open", done));
  for (const message of [init, watch, { id: "2", type: "subscribe", payload: { query: "{ __typename }" } }]) socket.send(JSON.stringify(message));
  while (messages.length < 3) await new Promise((done) => socket.once("message", done)); // ack, next and complete of the query
  const closed = new Promise((done) => socket.on("close", done));
  assert.equal(await own.stop(), 0);
  assert.equal(await closed, 1001);
  assert.deepEqual(messages.at(-1), { id: "1", type: "complete" });
});
