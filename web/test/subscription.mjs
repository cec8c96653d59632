// Listens in the playground while a file is loaded: subscription.mjs URL BINARY GRAPH ARTICLE. The article is loaded under an
// id of its own, so that its raises are new whatever the graph holds.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { check, fail, open, origin, same } from "./browser.mjs";

const [, , , binary, graph, article] = process.argv;

/** Waits until the server counts so many subscribers. */
async function subscribers(page, want) {
  let got;
  for (let tries = 0; tries < 100; tries++) {
    const metrics = await (await page.request.get(`${origin}/metrics`)).text();
    got = Number(/^demarche_subscribers (\d+)$/m.exec(metrics)?.[1]);
    if (got === want) return;
    await page.waitForTimeout(100);
  }
  fail(`subscribers: got ${got}, want ${want}`);
}

await check(async (browser) => {
  const page = await open(browser);
  const query = "subscription Listen {\n  raiseAdded {\n    by { code }\n    article { externalId }\n  }\n}\n";
  const told = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(payload);
      if (message.type === "next") told.push(message.payload.data.raiseAdded.article.externalId);
    }),
  );
  await page.goto(`${origin}/playground#query=${encodeURIComponent(query)}`);
  await subscribers(page, 1);
  same("raises told of before any came", told.length, 0);

  const loaded = await promisify(execFile)(binary, ["load", article, "--db", graph, "--id-prefix", "heard/", "--json"]);
  const { raises } = JSON.parse(loaded.stdout);
  const result = page.locator(".result-window");
  await result.getByText('"raiseAdded"').first().waitFor();
  await result.getByText(/"heard\//).first().waitFor();
  for (let tries = 0; told.length < raises && tries < 100; tries++) await page.waitForTimeout(100);
  same("raises told of", told.length, raises);
  same("raises of other articles", told.filter((id) => !id.startsWith("heard/")).length, 0);

  await page.getByRole("button", { name: /^Stop query/ }).click();
  await subscribers(page, 0);
});
