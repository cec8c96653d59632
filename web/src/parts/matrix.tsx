import { Link } from "wouter";
import { filterSearch, type Filter } from "../filter";
import { count, counted } from "../format";
import { Count } from "./count";

interface Party {
  code: string;
  name: string;
}
interface Group {
  by?: Party | null;
  with?: Party | null;
  raiseCount: number;
}

const most = 12;

function strongest(groups: Group[], side: "by" | "with"): { party: Party; total: number }[] {
  const totals = new Map<string, { party: Party; total: number }>();
  for (const group of groups) {
    const party = group[side]!;
    const held = totals.get(party.code) ?? { party, total: 0 };
    held.total += group.raiseCount;
    totals.set(party.code, held);
  }
  return [...totals.values()].sort((a, b) => b.total - a.total || (a.party.code < b.party.code ? -1 : 1));
}

/** Who raises with whom, as a grid of the parties with most raises; the darker, the more. */
export function Matrix({ groups, filter }: { groups: Group[]; filter: Filter }) {
  const rows = strongest(groups, "by");
  const columns = strongest(groups, "with");
  const counts = new Map(groups.map((group) => [`${group.by!.code} ${group.with!.code}`, group.raiseCount]));
  const peak = Math.max(...counts.values());
  const cut = rows.length > most || columns.length > most;
  return (
    <figure className="matrix">
      <div className="scroll" role="region" aria-label="Matrix of who raises with whom" tabIndex={0}>
        <table>
          <caption className="sr-only">Raises by row with column</caption>
          <thead>
            <tr>
              <td>
                <span className="note">by ↓ with →</span>
              </td>
              {columns.slice(0, most).map(({ party }) => (
                <th key={party.code} scope="col">
                  <abbr title={party.name}>{party.code}</abbr>
                </th>
              ))}
              <th scope="col">all</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map(({ party, total }) => (
              <tr key={party.code}>
                <th scope="row">{party.name}</th>
                {columns.slice(0, most).map(({ party: other }) => {
                  const value = counts.get(`${party.code} ${other.code}`) ?? 0;
                  if (value === 0) return <td key={other.code} className={party.code === other.code ? "self" : undefined} />;
                  return (
                    <td key={other.code} data-level={Math.ceil((5 * value) / peak)}>
                      <Link
                        href={`/raises${filterSearch({ ...filter, by: [party.code], with: [other.code] })}`}
                        aria-label={`${party.name} with ${other.name}: ${counted(value, "raise")}`}
                      >
                        {count(value)}
                      </Link>
                    </td>
                  );
                })}
                <td className="all">
                  <Count value={total} filter={{ ...filter, by: [party.code] }} label={`${party.name}, all`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cut && (
        <figcaption>
          The {Math.min(most, rows.length)} of {rows.length} who raise it most, with the {Math.min(most, columns.length)} of{" "}
          {columns.length} with whom it is raised most; all pairs are below.
        </figcaption>
      )}
    </figure>
  );
}
