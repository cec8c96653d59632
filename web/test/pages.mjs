// Drives the pages: pages.mjs URL [FOLDER]. Opens each page in both themes, where axe must find nothing, and as narrow as a
// phone, where nothing may stick out; follows each download; answers the five questions from the front page; goes round by
// keyboard alone. With a folder it leaves pictures there, of the three pages that the documents show.
import { readFileSync } from "node:fs";
import { argument as folder, check, fail, open, origin, same } from "./browser.mjs";

const pages = {
  landing: "/",
  pair: "/pair/JP/US",
  "a narrow pair": "/pair/JP/US?issue=tariffs&since=2025-01-01&act=REQUEST",
  "an empty pair": "/pair/TV/TO",
  party: "/party/JP",
  organisation: "/party/EU",
  issue: "/issue/tariffs",
  leader: "/leader/shigeru-ishiba",
  article: "/article/ishiba-trump-outcome.txt",
  chains: "/connect/JP/IR",
  surroundings: "/connect/JP",
  search: "/search?q=Japan%20tariffs",
  sentences: "/raises?by=JP&with=US",
  about: "/about",
};
const pictured = ["landing", "pair", "article"];

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const whole = { runOnly: [...wcag, "best-practice"] };
// What opens over a page stands outside of its landmarks, and React Aria hides these from screen readers meanwhile. Tab
// closes a list of suggestions before it goes on, so that nothing hidden is ever focused.
const opened = { runOnly: wcag, rules: { "aria-hidden-focus": { enabled: false } } };

async function violations(page, what, options = whole) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (options) =>
      window.axe
        .run(document, options)
        .then((result) =>
          result.violations.map(
            (violation) => `${violation.id}: ${violation.nodes[0].html.slice(0, 200)} ${violation.nodes[0].failureSummary}`,
          ),
        ),
    options,
  );
  for (const violation of found) fail(`${what}: ${violation}`);
}

/** Waits until a page has its answers: nothing says any more that it is being read. */
const settled = (page) =>
  page.waitForFunction(
    () => document.querySelector("h1") && !document.querySelector(".waiting, .busy, .progress progress, .chart-place:empty"),
  );

async function inTheme(browser, colorScheme) {
  const page = await open(browser, { colorScheme, reducedMotion: "reduce" });
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(origin + path);
    await settled(page);
    await violations(page, `${name}, ${colorScheme}`);
    if (folder && colorScheme === "light" && pictured.includes(name)) await page.screenshot({ path: `${folder}/${name}.png` });
  }
  await page.close();
}

async function onAPhone(browser) {
  const page = await open(browser, { viewport: { width: 390, height: 800 } });
  const downloads = new Set();
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(origin + path);
    await settled(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 390) fail(`${name} on a phone: got a page ${width} wide, want 390`);
    for (const href of await page.locator(".downloads a").evaluateAll((links) => links.map((link) => link.href)))
      downloads.add(href);
  }
  if (downloads.size < 50) fail(`downloads: got ${downloads.size}, want some of each table and chart`);
  for (const href of downloads) {
    const response = await page.request.get(href);
    if (!response.ok() || (await response.body()).length === 0)
      fail(`download ${href}: got ${response.status()} and ${(await response.text()).slice(0, 200)}`);
  }
  await page.close();
}

async function fiveQuestions(browser) {
  const page = await open(browser);
  const answers = [
    [/^What does .+ raise with/, "/pair/", "#issues tbody tr", "#evidence blockquote"],
    [/^Who else raises/, "/issue/", ".matrix td a", "#who .table tbody tr"],
    [/^How did that change/, "/pair/", "#time svg .raises rect", "#time svg .articles rect"],
    [/^What connects/, "/connect/", ".chains li a", "#drawing canvas"],
    [/^Show me the sentences/, "/raises", ".sentence blockquote"],
  ];
  for (const [question, path, ...shown] of answers) {
    await page.goto(`${origin}/`);
    await page.locator(".asked").getByRole("link", { name: question }).click();
    for (const selector of shown) await page.locator(selector).first().waitFor({ state: "attached" });
    if (!new URL(page.url()).pathname.startsWith(path)) fail(`${question}: got ${page.url()}, want ${path}`);
  }

  // Every number opens its sentences: as many as it says.
  await page.goto(`${origin}/pair/JP/US`);
  const number = page.locator("#issues tbody .count").first();
  const promised = Number(await number.innerText());
  await number.click();
  await page.locator(".sentence").first().waitFor();
  same("raises behind a number", await page.locator(".sentence .meta").count(), promised);

  // The evidence in an article is marked where it stands.
  const quote = await page.locator(".sentence blockquote").first().innerText();
  await page.locator(".sentence .where a").first().click();
  await page.locator("mark.chosen").first().waitFor();
  const marked = await page.locator("mark.chosen").evaluateAll((marks) =>
    marks.map((mark) =>
      [...mark.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.data)
        .join(""),
    ),
  );
  if (!marked.join("").includes(quote)) fail(`marked: got ${JSON.stringify(marked)}, want ${JSON.stringify(quote)}`);

  // Conditions stand in the address, and go when their chip is pressed.
  await page.goto(`${origin}/pair/JP/US?issue=tariffs&since=2025-01-01`);
  await page.getByRole("button", { name: "Take away: issue Tariffs" }).click();
  await page.waitForURL(`${origin}/pair/JP/US?since=2025-01-01`);

  // Names lead to codes, and a party that is none says so.
  await page.goto(`${origin}/pair/Japan/America`);
  await page.waitForURL(`${origin}/pair/JP/US`);
  await page.goto(`${origin}/connect/Japan/Iran`);
  await page.waitForURL(`${origin}/connect/JP/IR`);
  await page.goto(`${origin}/party/Jpan`);
  await page.getByText(/did you mean Japan/).waitFor();
  for (const path of ["/issue/nothing", "/leader/nobody", "/article/none.txt"]) {
    await page.goto(origin + path);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
  }
  await page.close();

  const lost = await open(browser, {}, 404);
  const response = await lost.goto(`${origin}/no/such/page`);
  same("status of a page that is none", response.status(), 404);
  await lost.getByRole("heading", { name: "Not found" }).waitFor();
  await lost.close();
}

// A server that fails, and one that asks for a log-in, as no test can make the real one do at will.
async function whenItFails(browser) {
  const page = await open(browser, {}, 500);
  let failing = true;
  await page.route("**/graphql", (route) => (failing ? route.fulfill({ status: 500, body: "out of order" }) : route.continue()));
  await page.goto(`${origin}/party/JP`);
  const again = page.getByRole("button", { name: "Ask again" });
  await again.waitFor();
  await violations(page, "a failure");
  failing = false;
  await again.click();
  await page.getByRole("heading", { name: "Japan", exact: true }).waitFor();
  await page.close();

  const stranger = await open(browser, {}, 401);
  await stranger.route("**/graphql", (route) => route.fulfill({ status: 401, body: "{}" }));
  await stranger.route("**/login?*", (route) => route.fulfill({ contentType: "text/html", body: "<title>Log in</title>" }));
  await stranger.goto(`${origin}/pair/JP/US?issue=tariffs`);
  await stranger.waitForURL(`${origin}/login?next=${encodeURIComponent("/pair/JP/US?issue=tariffs")}`);
  await stranger.close();
}

async function keyboardAlone(browser) {
  const page = await open(browser);
  const focused = () =>
    page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
  await page.goto(`${origin}/`);
  await settled(page);
  await page.keyboard.press("Tab");
  same("first stop of Tab", await focused(), "To the content");

  await page.keyboard.press("/");
  await page.keyboard.type("Japan US tariffs");
  await page.getByRole("option", { name: /What Japan raises/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`${origin}/pair/JP/US?issue=tariffs`);
  await settled(page);

  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await violations(page, "help", opened);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.keyboard.press("/");
  await page.keyboard.type("south kor");
  await page.getByRole("option", { name: /South Korea/ }).waitFor();
  await violations(page, "suggestions", opened);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${origin}/party/KR`);
  await settled(page);

  await page.getByRole("button", { name: "Add conditions" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Conditions" }).waitFor();
  await violations(page, "conditions", opened);
  for (let i = 0; i < 12 && (await focused()) !== "Since"; i++) await page.keyboard.press("Tab");
  await page.getByLabel("Since").fill("2023-01-01");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${origin}/party/KR?since=2023-01-01`);

  await page.getByRole("columnheader", { name: "Raises" }).first().getByRole("button").focus();
  await page.keyboard.press("Enter");
  same("sorted by a key", await page.locator("th[aria-sort]").count(), 1);
  await page.close();
}

await check(async (browser) => {
  await Promise.all([inTheme(browser, "light"), inTheme(browser, "dark"), onAPhone(browser)]);
  await Promise.all([fiveQuestions(browser), keyboardAlone(browser), whenItFails(browser)]);
});
