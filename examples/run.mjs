// Builds every example and runs it against the built binary, on the sample articles and on ten thousand raises between two
// parties. Each must find what "demarche export raises" writes. Names of examples as arguments run these alone.
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { faults } from "./answer.mjs";

const binary = resolve(process.env.DEMARCHE ?? "../demarche");
const npmBuild = (name) => ["npm", "run", "--silent", "build", `--workspace=${name}`];
const examples = {
  fetch: { run: ["node", "fetch/main.mjs"] },
  python: { run: ["python3", "python/main.py"] },
  genqlient: { build: ["sh", "-c", "cd genqlient && go tool genqlient && go build -o dist/main ."], run: ["genqlient/dist/main"] },
  urql: { build: npmBuild("urql"), run: ["node", "urql/dist/main.js"] },
  apollo: { build: npmBuild("apollo"), run: ["node", "apollo/dist/main.js"] },
  relay: { build: npmBuild("relay"), run: ["node", "relay/dist/main.js"] },
  "gql-tada": { build: npmBuild("gql-tada"), run: ["node", "gql-tada/dist/main.js"] },
};
const patience = 300_000; // milliseconds that one command may take

// Runs a command and returns what it wrote to stdout.
function output([command, ...args]) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: patience });
    const out = [];
    const err = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.on("error", fail);
    child.on("close", (code, signal) => {
      const text = Buffer.concat(out).toString();
      if (code === 0) return done(text);
      fail(new Error(`${[command, ...args].join(" ")} ended with ${code ?? signal}:\n${Buffer.concat(err)}${text}`));
    });
  });
}

// Serves a file and returns the address of its endpoint, what it holds of the pair, and a function that ends the server.
async function serve(database) {
  const lines = (await output([binary, "export", "raises", "--db", database, "--by", "JP", "--with", "US"])).trim().split("\n");
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--db", database], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => server.on("exit", done));
  const exported = lines.map((line) => JSON.parse(line));
  const stop = () => (server.kill("SIGINT"), ended);
  for await (const line of createInterface({ input: server.stdout })) {
    const endpoint = /^GraphQL\s+(http:\S+)$/.exec(line)?.[1];
    if (endpoint) return { endpoint, exported, stop };
  }
  throw new Error(`The server of ${database} ended before it said where it listens.`);
}

// Articles in which Japan raises matters with the United States, as JSON lines.
async function writeArticles(path, count) {
  const goods = ["steel", "cars", "aluminium", "beef", "semiconductors", "rice", "ships", "timber", "machine tools", "cameras"];
  const file = createWriteStream(path);
  for (let i = 0; i < count; i++) {
    const published = new Date(Date.UTC(2020, 0, 1 + (i % 1500))).toISOString().slice(0, 10);
    const text = `Japan urged the United States on paper ${i} to lift tariffs on Japanese ${goods[i % goods.length]}.`;
    file.write(JSON.stringify({ id: `made-${i}`, title: `Meeting ${i}`, published, source: "Example Wire", text }) + "\n");
  }
  await new Promise((done) => file.end(done));
}

const since = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

async function main(names) {
  const unknown = names.filter((name) => !examples[name]);
  if (unknown.length > 0) throw new Error(`There is no example ${unknown.join(", ")}: there are ${Object.keys(examples).join(", ")}.`);
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "demarche-examples-"));
  const graphs = {};
  let failed = false;
  try {
    writeFileSync("schema.graphql", await output([binary, "schema"]));
    await output([binary, "load", "../seeds/articles", "--db", join(folder, "sample.db")]);
    await writeArticles(join(folder, "made.jsonl"), 10_000);
    await output([binary, "load", join(folder, "made.jsonl"), "--db", join(folder, "made.db")]);
    graphs["the sample"] = await serve(join(folder, "sample.db"));
    graphs["many raises"] = await serve(join(folder, "made.db"));
    const { length } = graphs["many raises"].exported;
    if (length < 10_000) throw new Error(`The made articles hold ${length} raises of Japan with the US, and should hold 10,000 or more.`);
    console.log(`graphs     ${since(began)}`);
    for (const name of names.length > 0 ? names : Object.keys(examples)) {
      const { build, run } = examples[name];
      const times = [];
      const timed = async (what, work) => {
        const began = performance.now();
        const result = await work();
        times.push(`${what} ${since(began)}`);
        return result;
      };
      try {
        if (build) await timed("built in", () => output(build));
        for (const [graph, { endpoint, exported }] of Object.entries(graphs)) {
          const found = JSON.parse(await timed(`${exported.length} raises in`, () => output([...run, endpoint])));
          const wrong = faults(found, exported);
          if (wrong.length > 0) throw new Error(`On ${graph}: ${wrong.join(" ")}`);
        }
        console.log(`${name.padEnd(10)} ${times.join(", ")}`);
      } catch (error) {
        failed = true;
        console.error(`${name.padEnd(10)} ${error.message}`);
      }
    }
    console.log(`together   ${since(began)}`);
  } finally {
    await Promise.all(Object.values(graphs).map(({ stop }) => stop()));
    rmSync(folder, { recursive: true });
  }
  return failed ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  return 1;
});
