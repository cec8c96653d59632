// Drives the playground: playground.mjs URL [PICTURE]. Follows the first ready question from the front page, asks each of
// them, looks at the docs, and takes an operation away as a link, as curl and as fetch; the link must bring it back.
// On a phone nothing may stick out.
import { readdirSync } from "node:fs";
import { argument as picture, check, fail, open, origin, same } from "./browser.mjs";

// The answer to the operation that a click sends; introspection, which GraphiQL sends by itself, is none, nor is what the
// front page asks.
function answerTo(page, click) {
  const answered = page.waitForResponse(
    (response) =>
      response.url() === `${origin}/graphql` &&
      response.request().headers().referer?.startsWith(`${origin}/playground`) &&
      !(response.request().postData() ?? "").includes("IntrospectionQuery"),
  );
  return Promise.all([answered, click()]).then(([response]) => response.json());
}

function checkAnswer(name, answer) {
  for (const error of answer.errors ?? []) fail(`${name}: ${error.message}`);
  for (const [field, value] of Object.entries(answer.data ?? {})) {
    const rows = value?.edges ?? value?.nodes ?? value;
    if (rows === null || rows.length === 0) fail(`${name}: ${field} has no rows`);
  }
}

await check(async (browser) => {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await open(context);
  await page.goto(`${origin}/`);
  const questions = page.locator(".questions a");
  await questions.first().waitFor();
  const want = readdirSync(new URL("../queries", import.meta.url)).length;
  same("ready questions on the front page", await questions.count(), want);

  const first = await answerTo(page, () => questions.first().click());
  checkAnswer("headline question", first);
  const issues = first.data?.issues?.edges ?? [];
  if (issues.length === 0) fail("headline question: got no issues");
  const response = page.locator(".result-window");
  await response.getByText("raiseCount").first().waitFor();
  if (issues.length > 0) await response.getByText(`"${issues[0].node.slug}"`).first().waitFor();
  if (picture) {
    await page.waitForTimeout(1500);
    await page.screenshot({ path: picture });
  }

  const buttons = page.locator(".demarche-questions button");
  for (let i = 0; i < want; i++) {
    const button = buttons.nth(i);
    const title = await button.locator("strong").innerText();
    checkAnswer(title, await answerTo(page, () => button.click()));
  }

  await buttons.nth(1).click();
  const taken = {};
  for (const form of ["Share by link", "Copy as curl", "Copy as fetch"]) {
    await page.getByRole("button", { name: form }).click();
    taken[form] = await page.locator(".demarche-taken[open] textarea").inputValue();
    same(`${form}: clipboard`, await page.evaluate(() => navigator.clipboard.readText()), taken[form]);
    await page.getByRole("button", { name: "Close", exact: true }).click();
  }
  if (!taken["Copy as curl"].startsWith(`curl ${origin}/graphql `)) fail(`curl: got ${taken["Copy as curl"]}`);
  const fetched = await page.evaluate(`(async () => { ${taken["Copy as fetch"]}; return data ?? { errors } })()`);
  if (!fetched.raises?.nodes?.length)
    fail(`the fetch that was copied: got ${JSON.stringify(fetched).slice(0, 200)}, want raises`);

  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer").getByRole("link", { name: "Query", exact: true }).click();
  await page.getByText("All issues that one party raises with another").waitFor();

  // On a phone nothing sticks out, whether the side pane is there or not.
  const phone = await open(browser, { viewport: { width: 375, height: 800 } });
  await phone.goto(`${origin}/playground?question=issues-japan-raises-with-us`);
  await phone.locator(".result-window").getByText("raiseCount").first().waitFor();
  const sticksOut = async (when) =>
    same(`width on a phone, ${when}`, await phone.evaluate(() => document.documentElement.scrollWidth), 375);
  await sticksOut("with the ready questions");
  const editor = await phone.locator(".graphiql-query-editor").boundingBox();
  if (editor.x < 0 || editor.x + editor.width > 375) fail(`editor on a phone: got ${JSON.stringify(editor)}, want it within 375`);
  await phone.getByRole("button", { name: "Hide Ready questions" }).click();
  await sticksOut("without them");
  await phone.close();

  const other = await open(await browser.newContext());
  await other.goto(taken["Share by link"]);
  await other.locator(".graphiql-query-editor").getByText("query Sentences").first().waitFor();
});
