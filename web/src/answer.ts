// Answers of the graph as React components read them.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { type AnyVariables, type CombinedError, type OperationResult, type TypedDocumentNode, useClient, useQuery } from "urql";
import { type Progress, progressStore } from "./client";

export interface Answer<Data> {
  /** While `busy`, still the answer to the question before. */
  data?: Data;
  busy: boolean;
  error?: string;
  /** Whether the error is that the graph does not know what was asked about. */
  unknown: boolean;
  /** Asks again. */
  again(): void;
}

/** What the server says went wrong, without the library's words around it. */
export function reason(error: CombinedError): string {
  const said = [...new Set(error.graphQLErrors.map((failure) => failure.message))].join(" ");
  return said || (error.networkError ? "The server does not answer." : error.message);
}

const isUnknown = (error?: CombinedError) =>
  error?.graphQLErrors.some((failure) => failure.extensions.code === "NOT_FOUND") ?? false;

export function useAnswer<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
  pause = false,
): Answer<Data> {
  const [{ data, error, stale, fetching }, again] = useQuery<Data, Variables>({ query, variables, pause } as never);
  return {
    data: data ?? undefined,
    busy: fetching && !stale,
    error: error && reason(error),
    unknown: isUnknown(error),
    again: () => again({ requestPolicy: "network-only" }),
  };
}

export interface Pages<Data> {
  /** The pages that have come so far, in their order. */
  pages: Data[];
  done: boolean;
  error?: string;
  /** Whether the error is that the graph does not know what was asked about. */
  unknown: boolean;
  /** Asks again, from the first page on. */
  again(): void;
}

const nothing = { pages: [], done: false, unknown: false };

/**
 * Asks for page after page, until there are `most` or `next`, given a page and what it was asked with, names no further
 * variables.
 */
export function usePages<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
  next: (page: Data, asked: Partial<NoInfer<Variables>>) => Partial<NoInfer<Variables>> | null,
  { pause = false, most = Number.POSITIVE_INFINITY }: { pause?: boolean; most?: number } = {},
): Pages<Data> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [state, setState] = useState<Omit<Pages<Data>, "again"> & { key: string }>({ ...nothing, key });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (pause) return;
    let left = false;
    (async () => {
      const pages: Data[] = [];
      let asked: Partial<Variables> | null = {};
      while (asked !== null && pages.length < most) {
        const { data, error }: OperationResult<Data, Variables> = await client
          .query(query, { ...variables, ...asked } as Variables, { requestPolicy: attempt === 0 ? "cache-first" : "network-only" })
          .toPromise();
        if (left) return;
        if (error || !data) {
          setState({
            pages,
            done: false,
            error: error ? reason(error) : "The server gave no answer.",
            unknown: isUnknown(error),
            key,
          });
          return;
        }
        pages.push(data);
        asked = next(data, asked);
        const now = { pages: [...pages], done: asked === null, unknown: false, key };
        // Pages that were shown already come again from the cache; they must not vanish while they do.
        setState((held) => (held.key === key && held.pages.length > now.pages.length ? held : now));
      }
    })();
    return () => {
      left = true;
    };
    // `variables` and `next` are made anew at each rendering; the key says whether they ask for something else.
  }, [client, query, key, pause, most, attempt]);
  const again = useCallback(() => {
    setState((held) => ({ ...nothing, key: held.key }));
    setAttempt((times) => times + 1);
  }, []);
  return { ...(state.key === key ? state : nothing), again };
}

export function useProgress(): Progress {
  return useSyncExternalStore(progressStore.subscribe, progressStore.get);
}
