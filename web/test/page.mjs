// Drives the served pages in a real browser: page.mjs URL [SCREENSHOT]. Opens the front page, goes to the playground
// by its first question, and reads the answer; then asks each ready question and looks at the docs. Prints what
// went wrong, one line each, and exits with 1 if anything did: an error on a console, a request that left the origin,
// an answer with errors, a question without rows.
import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [url, screenshot] = process.argv.slice(2);
const origin = new URL(url).origin;
const failures = [];
const fail = (what) => failures.push(what);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Every name but the server's own fails to resolve: the pages must work with no network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});

const page = await browser.newPage({ viewport: { width: 1500, height: 860 } });
page.on("console", (message) => {
  if (message.type() === "error" || message.type() === "warning") fail(`console ${message.type()}: ${message.text()}`);
});
page.on("pageerror", (error) => fail(`page error: ${error.message}`));
page.on("requestfailed", (request) => fail(`request failed: ${request.url()} ${request.failure()?.errorText}`));
page.on("request", (request) => {
  const target = new URL(request.url());
  if (target.origin !== origin && target.protocol !== "data:" && target.protocol !== "blob:") {
    fail(`request to another origin: ${request.url()}`);
  }
});
page.on("response", (response) => {
  if (response.status() >= 400) fail(`${response.status()} ${response.url()}`);
});

// The answer to the operation that a click sends; introspection, which GraphiQL sends by itself, is none.
function answerTo(click) {
  const answered = page.waitForResponse(
    (response) =>
      response.url() === `${origin}/graphql` && !(response.request().postData() ?? "").includes("IntrospectionQuery"),
  );
  return Promise.all([answered, click()]).then(([response]) => response.json());
}

function check(name, answer) {
  for (const error of answer.errors ?? []) fail(`${name}: ${error.message}`);
  for (const [field, value] of Object.entries(answer.data ?? {})) {
    const rows = value?.edges ?? value?.nodes ?? value;
    if (rows === null || rows.length === 0) fail(`${name}: ${field} has no rows`);
  }
}

try {
  await page.goto(`${origin}/`);
  const questions = page.locator("#questions a");
  const want = readdirSync(new URL("../queries", import.meta.url)).length;
  await questions.first().waitFor();
  if ((await questions.count()) !== want) fail(`front page: got ${await questions.count()} questions, want ${want}`);
  await page.getByText(/\d+ raises in \d+ articles/).waitFor();

  const first = await answerTo(() => questions.first().click());
  check("headline question", first);
  const issues = first.data?.issues?.edges ?? [];
  if (issues.length === 0) fail("headline question: got no issues");
  const response = page.locator(".result-window");
  await response.getByText("raiseCount").first().waitFor();
  if (issues.length > 0) await response.getByText(`"${issues[0].node.slug}"`).first().waitFor();
  if (screenshot) {
    await page.waitForTimeout(1500);
    await page.screenshot({ path: screenshot });
  }

  const buttons = page.locator(".demarche-questions button");
  for (let i = 0; i < want; i++) {
    const button = buttons.nth(i);
    const title = await button.locator("strong").innerText();
    check(title, await answerTo(() => button.click()));
  }

  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer").getByRole("link", { name: "Query", exact: true }).click();
  await page.getByText("All issues that one party raises with another").waitFor();
} catch (error) {
  fail(error.message);
} finally {
  await browser.close();
}

for (const failure of failures) console.log(failure);
process.exit(failures.length > 0 ? 1 : 0);
