// Starts the built binary on a graph of its own and loads articles into it from another process.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(process.env.DEMARCHE ?? "../demarche");

// What is loaded: each names who raises the matter, with whom, and in which words.
export const ishiba = {
  id: "ishiba",
  published: "2025-02-07",
  title: "Ishiba in Washington",
  text: "Japanese Prime Minister Shigeru Ishiba urged U.S. President Donald Trump to lift tariffs on Japanese steel.",
};
export const carney = {
  id: "carney",
  published: "2025-05-06",
  title: "Carney in Washington",
  text: "Canadian Prime Minister Mark Carney urged U.S. President Donald Trump to lift tariffs on Canadian steel.",
};

export async function start() {
  const folder = mkdtempSync(join(tmpdir(), "demarche-conformance-"));
  const file = join(folder, "graph.db");
  const load = (...articles) =>
    new Promise((done, fail) => {
      const child = spawn(binary, ["load", "-", "--db", file], { stdio: ["pipe", "ignore", "inherit"] });
      child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`load ended with ${code}`))));
      child.stdin.end(articles.map((article) => JSON.stringify(article) + "\n").join(""));
    });
  await load(ishiba);
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--db", file, "--log-level", "error"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => server.on("exit", done));
  let url;
  for await (const line of createInterface({ input: server.stdout })) {
    url = /^GraphQL\s+(http:\S+)$/.exec(line)?.[1];
    if (url) break;
  }
  return {
    url,
    socket: url.replace("http:", "ws:"),
    stream: `${url}/stream`,
    load,
    // Asks the server to end, and returns its exit code.
    async stop() {
      server.kill("SIGINT");
      const code = await ended;
      rmSync(folder, { recursive: true });
      return code;
    },
  };
}
