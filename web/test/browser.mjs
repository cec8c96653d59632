// A browser that watches itself: what the scripts of this folder share. They call check(url, about) with what they look
// at; it prints what went wrong, a line each, and ends with 1 if anything did.
import { chromium } from "playwright-core";

export const [url, argument] = process.argv.slice(2);
export const origin = new URL(url).origin;

const failures = [];
export const fail = (what) => failures.push(what);

/** Notes a failure unless both are the same. */
export function same(what, got, want) {
  if (got !== want) fail(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

/** A page whose console, errors and requests are watched; with a status that its own address may answer with. */
export async function open(browser, options = {}, status = 200) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  page.on("console", (message) => {
    const text = message.text();
    // A drawing without a graphics card is slow, which Chromium mentions.
    if (!["error", "warning"].includes(message.type()) || text.includes("GPU stall")) return;
    if (text.includes("status of 503")) return; // told by its answer, below
    if (status !== 200 && text.includes(`status of ${status}`)) return;
    fail(`console ${message.type()} on ${page.url()}: ${text}`);
  });
  page.on("pageerror", (error) => fail(`error on ${page.url()}: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Who leaves a page while it asks breaks its requests off.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") fail(`request failed: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.origin !== origin && target.protocol !== "data:" && target.protocol !== "blob:")
      fail(`request to another origin: ${request.url()}`);
  });
  page.on("response", (response) => {
    // The pages ask again where the server says when.
    if (response.status() === 503 && response.headers()["retry-after"]) return;
    if (response.status() >= 400 && response.status() !== status) fail(`${response.status()} ${response.url()}`);
  });
  return page;
}

/** Runs what looks at the pages, and ends the process. */
export async function check(about) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Every name but the server's own fails to resolve: the pages must work with no network.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  try {
    await about(browser);
  } catch (error) {
    fail(error.stack);
  } finally {
    await browser.close();
  }
  for (const failure of failures) console.log(failure);
  process.exit(failures.length > 0 ? 1 : 0);
}
