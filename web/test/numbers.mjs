// Reads the answers to the five questions off the pages, as somebody who looks at them does: numbers.mjs URL. Prints them as
// one line of JSON, for whoever compares them with what other ways of asking say.
import { check, open, origin } from "./browser.mjs";

/** The rows of a table as texts, all of them. */
async function rows(page, table) {
  const place = page.locator(table);
  await place.locator("tbody tr").first().waitFor({ state: "attached" });
  const more = place.getByRole("button", { name: /^Show all/ });
  if (await more.count()) await more.click();
  return place
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => (cell.querySelector("a") ?? cell).textContent.trim())));
}

const number = (text) => Number(text.replaceAll(",", ""));

await check(async (browser) => {
  const page = await open(browser);
  const answers = {};

  await page.goto(`${origin}/pair/JP/US`);
  answers.issues = Object.fromEntries((await rows(page, "#issues .table")).map(([issue, raises]) => [issue, number(raises)]));

  await page.locator("#time summary").click();
  answers.months = Object.fromEntries(
    (await rows(page, "#time .table")).map(([month, raises, articles]) => [
      month,
      { raises: raises === "no articles" ? -1 : number(raises), articles: number(articles) },
    ]),
  );

  await page.goto(`${origin}/issue/tariffs`);
  answers.pairs = Object.fromEntries(
    (await rows(page, "#who .table")).map(([by, other, raises]) => [`${by} → ${other}`, number(raises)]),
  );

  await page.goto(`${origin}/connect/JP/CN`);
  answers.direct = number(await page.locator(".chain").first().locator(".count").innerText());

  await page.goto(`${origin}/raises?by=JP&with=US`);
  const more = page.getByRole("button", { name: /^Show \d+ more/ });
  await page.locator(".sentence").first().waitFor();
  while (await more.count()) {
    const shown = await page.locator(".sentence .meta").count();
    await more.click();
    await page.locator(".sentence .meta").nth(shown).waitFor();
  }
  // A sentence that tells of several raises stands once for all of them.
  answers.sentences = await page
    .locator(".sentence")
    .evaluateAll((items) =>
      items.flatMap((item) => [...item.querySelectorAll(".meta")].map(() => item.querySelector("blockquote").textContent)).sort(),
    );
  console.log(JSON.stringify(answers));
});
