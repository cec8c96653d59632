import { Fragment } from "react";
import { Link } from "wouter";
import { type Filter, filterSearch, replaced, without } from "../filter";
import { type Near, useNear } from "./near";

/** A name that an address holds. */
export interface Asked {
  kind: Near["kind"] | "area";
  name: string;
  /** The same address with another name in its place. */
  path(other: string): string;
  /** The same address without it, where it is a condition that can be spared. */
  spared?: string;
}

const kinds = { party: "country or organisation", issue: "issue that is raised", leader: "leader", area: "area" };

const listed = { by: "party", with: "party", between: "party", issue: "issue", speaker: "leader", area: "area" } as const;

/** The names in the conditions of an address. `path` is that of its page. */
export function conditionsAsked(filter: Filter, path: string): Asked[] {
  return (Object.keys(listed) as (keyof typeof listed)[]).flatMap((key) =>
    filter[key].map((name) => ({
      kind: listed[key],
      name,
      path: (other: string) => path + filterSearch(replaced(filter, key, name, other)),
      spared: path + filterSearch(without(filter, key, name)),
    })),
  );
}

/** Says which of the names in an address the graph does not know, and leads to those that could be meant. */
export function Unknown({ error, asked }: { error: string; asked: Asked[] }) {
  // The message quotes what is unknown; who else the address names is known.
  const unknown = asked.filter(({ name }) => error.includes(JSON.stringify(name)));
  if (unknown.length === 0) return <p>{sentence(error)}</p>;
  return unknown.map((one, i) => <UnknownName key={i} asked={one} />);
}

const sentence = (error: string) => error.charAt(0).toUpperCase() + error.slice(1) + (/[.?!]$/.test(error) ? "" : ".");

function UnknownName({ asked: { kind, name, path, spared } }: { asked: Asked }) {
  const { near, done } = useNear(name);
  const meant = near.filter((one) => one.kind === kind);
  return (
    <div className="unknown">
      <p>
        No {kinds[kind]} here goes by the name of <strong>“{name}”</strong>.
      </p>
      {meant.length > 0 ? (
        <p>
          Did you mean{" "}
          {meant.map((one, i) => (
            <Fragment key={one.key}>
              {i > 0 && (i < meant.length - 1 ? ", " : " or ")}
              <Link href={path(one.key)}>{one.name}</Link>
            </Fragment>
          ))}
          ?
        </p>
      ) : (
        done && kind !== "area" && <p>None is spelled like it either.</p>
      )}
      {spared !== undefined && (
        <p>
          <Link href={spared}>Go on without this condition</Link>
        </p>
      )}
    </div>
  );
}

