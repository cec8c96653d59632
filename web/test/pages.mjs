// Drives the pages: pages.mjs URL [FOLDER]. Opens each page in both themes, where axe must find nothing, and as narrow as a
// phone, where nothing may stick out; follows each download; answers the five questions from the front page; goes round by
// keyboard alone, and in addresses that are a little wrong. With a folder it leaves pictures there, of the three pages that the documents show.
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
  "an unknown party": "/raises?by=Jpan",
  "an unknown issue": "/pair/JP/US?issue=tarifs",
  "a day that is none": "/raises?by=JP&since=2024-13-99",
  "nothing found": "/search?q=semicondctr",
  "nothing asked for": "/search",
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
  await page.getByRole("heading", { name: "Not found" }).waitFor();
  for (const path of ["/issue/nothing", "/leader/nobody", "/article/none.txt"]) {
    await page.goto(origin + path);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
  }

  // What connects two is told in ways, each through other parties; the chains that differ in leaders are folded into them.
  await page.goto(`${origin}/connect/JP/IR`);
  const ways = page.locator(".chains > li");
  await ways.first().waitFor();
  const routes = await ways.evaluateAll((items) =>
    items.map((item) => [...item.querySelectorAll(":scope > .chain > .stop > a")].map((stop) => stop.textContent).join(" ")),
  );
  same("the plainest way", routes[0], "Japan United States Iran");
  same("ways that are shown twice", routes.length - new Set(routes).size, 0);
  const folded = ways.first().locator("details .chain");
  same("a folded chain is seen", await folded.first().isVisible(), false);
  await ways.first().locator("summary").click();
  await folded.filter({ hasText: "Donald Trump" }).first().waitFor();
  await ways.first().locator("summary").click();

  // What is printed has nothing to press, and what is folded here stays folded.
  await page.emulateMedia({ media: "print" });
  same("a folded chain is printed", await folded.first().isVisible(), false);
  for (const control of await page.locator("main button, main select").all()) {
    if (!(await control.isVisible()) || (await control.locator("xpath=ancestor::table").count()) > 0) continue;
    fail(`printed: ${await control.innerText()}`);
  }
  await page.emulateMedia({ media: "screen" });

  // Names stand as they do in sentences.
  await page.goto(`${origin}/pair/US/JP`);
  await page.getByRole("link", { name: /^The United States raises with Japan/ }).waitFor();
  await page.getByRole("link", { name: /^Japan raises with the United States/ }).waitFor();
  await page.close();

  const lost = await open(browser, {}, 404);
  const response = await lost.goto(`${origin}/no/such/page`);
  same("status of a page that is none", response.status(), 404);
  await lost.getByRole("heading", { name: "Not found" }).waitFor();
  await lost.close();
}

// Addresses and searches that are a little wrong: the page says what it did not understand, and leads on.
async function nearlyRight(browser) {
  const page = await open(browser);
  const lead = async (from, link, to) => {
    await page.goto(origin + from);
    await page.locator("main").getByRole("link", { name: link, exact: true }).click();
    await page.waitForURL(origin + to).catch(() => fail(`${link} on ${from}: got ${page.url()}, want ${to}`));
  };
  await lead("/raises?by=NOBODY&with=US", "Go on without this condition", "/raises?with=US");
  await lead("/raises?by=Jpan&with=US", "Japan", "/raises?by=JP&with=US");
  await page.locator(".sentence").first().waitFor();
  await lead("/raises?speaker=shigeru-ishib", "Shigeru Ishiba", "/raises?speaker=shigeru-ishiba");
  await lead("/party/Jpan?issue=tariffs", "Japan", "/party/JP?issue=tariffs");
  await lead("/pair/JP/Amrica", "United States", "/pair/JP/US");
  await lead("/pair/JP/US?issue=tarifs", "Tariffs", "/pair/JP/US?issue=tariffs");
  await lead("/issue/tarifs", "Tariffs", "/issue/tariffs");
  await lead("/leader/shigeru-ishib", "Shigeru Ishiba", "/leader/shigeru-ishiba");
  await lead("/connect/Jpan/IR", "Japan", "/connect/JP/IR");
  await page.goto(`${origin}/raises?by=NOBODY`);
  await page.getByText("goes by the name of “NOBODY”").waitFor();
  await page.getByText("None is spelled like it").waitFor();

  // A condition that cannot be read is told, not dropped, also where the address is put right.
  await page.goto(`${origin}/pair/Japan/US?since=2024-13-99&issue=tariffs`);
  await page.waitForURL(`${origin}/pair/JP/US?since=2024-13-99&issue=tariffs`);
  await page.getByRole("status").getByText("since “2024-13-99”").waitFor();
  await page.getByRole("button", { name: "Take it away" }).click();
  await page.waitForURL(`${origin}/pair/JP/US?issue=tariffs`);

  await lead("/search", "Donald Trump", "/leader/donald-trump");
  await lead("/search?q=semicondctr", "Semiconductors", "/issue/semiconductors");
  await page.goto(`${origin}/search?q=semicondctr`);
  const box = page.getByRole("combobox", { name: "Ask or search" });
  same("the search box of a search", await box.inputValue(), "semicondctr");
  for (const [text, name] of [
    ["Ishba", "Shigeru Ishiba"],
    ["Jpan", "Japan"],
  ]) {
    await box.fill("");
    await box.pressSequentially(text);
    await page.getByRole("option", { name: `${name} did you mean` }).waitFor();
  }
  await page.close();
}

// What was opened on a page is open when somebody comes back to it, at the same place; a link to a part of a page leads there.
async function backAndForth(browser) {
  const page = await open(browser, { reducedMotion: "reduce" });
  await page.goto(`${origin}/raises?by=JP`);
  const summary = page.locator(".summary");
  const more = page.getByRole("button", { name: /^Show \d+ more/ });
  const all = parseInt(await summary.innerText()) + parseInt((await more.innerText()).replace("Show ", ""));
  await more.click();
  await summary.getByText(new RegExp(`^${all} (of \\d+ )?raises`)).waitFor();
  const sentences = page.locator(".sentence");
  const shown = await sentences.count();
  const last = sentences.last().locator(".where a");
  await last.scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => scrollY);
  await last.click();
  await page.locator("mark.chosen").first().waitFor();
  await page.goBack();
  await sentences.nth(shown - 1).waitFor();
  const isThere = (place) => page.waitForFunction((place) => Math.abs(scrollY - place) < 2, place, { timeout: 5000 });
  await isThere(place).catch(async () => fail(`place after the way back: got ${await page.evaluate(() => scrollY)}, want ${place}`));

  await page.goto(`${origin}/`);
  await page.getByRole("link", { name: "How did that change over time?" }).click();
  await page.waitForURL(/#time$/);
  await page
    .waitForFunction(() => document.getElementById("time")?.getBoundingClientRect().top < innerHeight / 2, null, { timeout: 5000 })
    .catch(() => fail("a link to a part of a page: it is not in view"));
  await page.close();
}

async function logOut(browser) {
  const context = await browser.newContext();
  await context.addCookies([{ name: "demarche_login", value: "1", url: origin }]);
  const page = await open(context);
  await page.goto(`${origin}/about`);
  await settled(page);
  await violations(page, "logged in");
  await page.getByRole("button", { name: "Log out" }).click();
  // This server asks for no token, and leads on from its log-in to the first page.
  await page.waitForURL(`${origin}/`);
  await settled(page);
  same("buttons to log out after the log-out", await page.getByRole("button", { name: "Log out" }).count(), 0);
  await context.close();
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
  failing = true;
  await page.goto(`${origin}/raises?by=JP`);
  await again.waitFor();
  failing = false;
  await again.click();
  await page.locator(".sentence").first().waitFor();
  await page.close();

  // One that has too much to do for the moment is asked again when it said so.
  const patient = await open(browser, {}, 503);
  let refusals = 0;
  await patient.route("**/graphql", (route) =>
    refusals++ < 2 ? route.fulfill({ status: 503, headers: { "Retry-After": "1" }, body: "{}" }) : route.continue(),
  );
  await patient.goto(`${origin}/raises?by=JP`);
  await patient.locator(".sentence").first().waitFor();
  await patient.close();

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
  await Promise.all([nearlyRight(browser), backAndForth(browser), logOut(browser)]);
});
