import { useLocation } from "wouter";
import { usePages } from "../answer";
import type { Filter } from "../filter";
import { raiseFilter } from "../filter";
import { count, counted } from "../format";
import { useKept } from "../kept";
import { Sentences } from "../operations";
import type { RaiseOrder } from "../generated/operations";
import { Downloads } from "./downloads";
import { bySentence, Sentence } from "./sentence";
import { Empty, Failure, Waiting } from "./state";
import { conditionsAsked, Unknown } from "./unknown";

const pageSize = 20;

/** The sentences of all raises that a filter lets through, page by page. */
export function SentenceList({
  filter,
  orderBy,
  most = pageSize,
  none = "No sentence fits. Take a condition away, or look at a longer stretch of days.",
}: {
  filter: Filter;
  orderBy?: RaiseOrder;
  most?: number;
  /** What is said where there is none. */
  none?: string;
}) {
  const [path] = useLocation();
  const [wanted, setWanted] = useKept("sentences", 1);
  const { pages, error, unknown, again } = usePages(
    Sentences,
    { filter: raiseFilter(filter), orderBy, first: most },
    (page) => (page.raises.pageInfo.hasNextPage ? { after: page.raises.pageInfo.endCursor } : null),
    { most: wanted },
  );
  if (error && unknown)
    return (
      <Empty>
        <Unknown error={error} asked={conditionsAsked(filter, path)} />
      </Empty>
    );
  if (error) return <Failure reason={error} again={again} />;
  if (pages.length === 0) return <Waiting what="sentences" />;
  const total = pages[0].raises.totalCount;
  const raises = pages.flatMap((page) => page.raises.nodes);
  if (total === 0) return <Empty>{none}</Empty>;
  return (
    <>
      <p className="summary" aria-live="polite">
        {raises.length < total ? `${count(raises.length)} of ${counted(total, "raise")}` : counted(total, "raise")}, each with its
        sentence
      </p>
      <ol className="sentences">
        {bySentence(raises).map((group) => (
          <Sentence key={group[0].id} raises={group} />
        ))}
      </ol>
      {raises.length < total && (
        <button type="button" className="more" onClick={() => setWanted(wanted + 1)}>
          Show {Math.min(most, total - raises.length)} more
        </button>
      )}
      <Downloads dataset="raises" filter={filter} what="These raises with their sentences" />
    </>
  );
}
