import { useMemo } from "react";
import { Link } from "wouter";
import { useAnswer } from "../answer";
import { near, namesOfEntry } from "../ask";
import { useDirectory } from "../directory";
import { issuePath, leaderPath, partyPath } from "../format";
import { Search } from "../operations";

/** A party, issue or leader whose name is spelled like what was asked for. */
export interface Near {
  kind: "party" | "issue" | "leader";
  /** Code or slug. */
  key: string;
  name: string;
  path: string;
}

const most = 3;

/** What is spelled like a text or one of its words: at most three of each kind. */
export function useNear(text: string, pause = false): { near: Near[]; done: boolean } {
  const { entries, done } = useDirectory(pause);
  // Leaders are too many to be held here: those are asked for of whom a name begins as a word of the text does.
  const beginnings = [...new Set(text.match(/\p{L}{4,}/gu)?.map((word) => `${word.slice(0, 3)}*`))].slice(0, 6).join(" OR ");
  const leaders = useAnswer(Search, { text: beginnings, types: ["LEADER"], first: 100 }, pause || beginnings === "");
  const found = useMemo<Near[]>(() => {
    if (pause) return [];
    const parties = entries.filter((entry) => entry.kind === "party");
    const issues = entries.filter((entry) => entry.kind === "issue");
    const named = (leaders.data?.search.edges ?? []).flatMap(({ node }) => (node.__typename === "Leader" ? [node] : []));
    return [
      ...near(text, parties, namesOfEntry, most).map(({ code, name }) => ({
        kind: "party" as const,
        key: code,
        name,
        path: partyPath(code),
      })),
      ...near(text, issues, namesOfEntry, most).map(({ slug, name }) => ({
        kind: "issue" as const,
        key: slug,
        name,
        path: issuePath(slug),
      })),
      ...near(beginnings === "" ? "" : text, named, ({ name }) => [name], most).map(({ slug, name }) => ({
        kind: "leader" as const,
        key: slug,
        name,
        path: leaderPath(slug),
      })),
    ];
  }, [text, entries, leaders.data, pause, beginnings]);
  return { near: found, done: done && (beginnings === "" || !!leaders.data || !!leaders.error) };
}

/** Links to what could be meant by a text that nothing was found for. */
export function DidYouMean({ text }: { text: string }) {
  const { near } = useNear(text);
  if (near.length === 0) return null;
  return (
    <div className="near">
      <p>Did you mean one of these?</p>
      <ul className="names">
        {near.map((one) => (
          <li key={one.path}>
            <Link href={one.path}>{one.name}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
