// GraphQL over HTTP: every audit of graphql-http, whether it says MUST, SHOULD or MAY.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverAudits } from "graphql-http";
import { start } from "./server.mjs";

let server;
before(async () => (server = await start()));
after(async () => assert.equal(await server.stop(), 0));

const audits = serverAudits({ url: () => server.url });

test("there are 61 audits", () => assert.equal(audits.length, 61));
for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, "ok", result.reason);
  });
}
