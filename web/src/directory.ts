// All parties and issues with their names: what the search box reads a text against. Read once, when it is first needed.
import { useMemo } from "react";
import { usePages } from "./answer";
import { type Entry, type Names, namesOf } from "./ask";
import { Directory } from "./operations";

interface Known {
  entries: Entry[];
  names: Names;
  done: boolean;
}

export function useDirectory(pause = false): Known {
  const { pages, done } = usePages(
    Directory,
    {},
    ({ countries, organizations, issues }, asked) =>
      [countries, organizations, issues].some((list) => list.pageInfo.hasNextPage)
        ? {
            // A list that has ended keeps its cursor, behind which there is nothing.
            countries: countries.pageInfo.endCursor ?? asked.countries,
            organizations: organizations.pageInfo.endCursor ?? asked.organizations,
            issues: issues.pageInfo.endCursor ?? asked.issues,
          }
        : null,
    { pause },
  );
  return useMemo(() => {
    const entries: Entry[] = pages.flatMap(({ countries, organizations, issues }) => [
      ...countries.nodes.map((node) => ({
        kind: "party" as const,
        code: node.code,
        name: node.name,
        aliases: [node.alpha3, ...node.aliases, ...node.demonyms],
      })),
      ...organizations.nodes.map((node) => ({ kind: "party" as const, ...node })),
      ...issues.nodes.map((node) => ({ kind: "issue" as const, slug: node.slug, name: node.name })),
    ]);
    return { entries, names: namesOf(entries), done };
  }, [pages, done]);
}
