// Talks to /graphql, and to nothing else.
import { cacheExchange, Client, fetchExchange, makeOperation, mapExchange } from "urql";
import type { OperationDefinitionNode } from "@0no-co/graphql.web";
import * as operations from "./operations";

const nameOf = (document: { definitions: readonly { kind: string }[] }) =>
  (document.definitions.find((part) => part.kind === "OperationDefinition") as OperationDefinitionNode | undefined)?.name?.value;

const documents = new Map(Object.values(operations).map((document) => [nameOf(document), document]));

/** What is under way: of `asked` operations since the page was last quiet, `answered` have an answer. */
export interface Progress {
  asked: number;
  answered: number;
}

let progress: Progress = { asked: 0, answered: 0 };
const watchers = new Set<() => void>();

function setProgress(next: Progress) {
  progress = next.asked === next.answered ? { asked: 0, answered: 0 } : next;
  for (const watcher of watchers) watcher();
}

export const progressStore = {
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  get: () => progress,
};

const tries = 8;
const longestWait = 10; // seconds

/** Asks again where the server has more to do than it can and says when it will have time. */
async function fetchPatiently(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  for (let left = tries - 1; ; left--) {
    const response = await fetch(input, init);
    const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
    if (left === 0 || ![429, 503].includes(response.status) || !(wait <= longestWait)) return response;
    await new Promise((resolve) => setTimeout(resolve, 1000 * wait));
  }
}

async function ask(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  setProgress({ ...progress, asked: progress.asked + 1 });
  try {
    const response = await fetchPatiently(input, init);
    if (response.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      // The page is being left: nothing may show an error in the meantime.
      await new Promise(() => {});
    }
    return response;
  } finally {
    setProgress({ ...progress, answered: progress.answered + 1 });
  }
}

export const client = new Client({
  url: "/graphql",
  preferGetMethod: false,
  fetch: ask,
  // What load adds meanwhile shows when a page is opened again, and until then what is known already.
  requestPolicy: "cache-and-network",
  exchanges: [
    cacheExchange,
    // The cache asks for type names; the file as it stands does without.
    mapExchange({
      onOperation: (operation) =>
        makeOperation(operation.kind, { ...operation, query: documents.get(nameOf(operation.query)) ?? operation.query }),
    }),
    fetchExchange,
  ],
});
