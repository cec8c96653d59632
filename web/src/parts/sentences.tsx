import { useState } from "react";
import { usePages } from "../answer";
import type { Filter } from "../filter";
import { raiseFilter } from "../filter";
import { count, counted } from "../format";
import { Sentences } from "../operations";
import type { RaiseOrder } from "../generated/operations";
import { Downloads } from "./downloads";
import { bySentence, Sentence } from "./sentence";
import { Empty, Failure, Waiting } from "./state";

const pageSize = 20;

/** The sentences of all raises that a filter lets through, page by page. */
export function SentenceList({ filter, orderBy, most = pageSize }: { filter: Filter; orderBy?: RaiseOrder; most?: number }) {
  const [wanted, setWanted] = useState(1);
  const { pages, error } = usePages(
    Sentences,
    { filter: raiseFilter(filter), orderBy, first: most },
    (page) => (page.raises.pageInfo.hasNextPage ? { after: page.raises.pageInfo.endCursor } : null),
    { most: wanted },
  );
  if (error) return <Failure reason={error} />;
  if (pages.length === 0) return <Waiting what="sentences" />;
  const total = pages[0].raises.totalCount;
  const raises = pages.flatMap((page) => page.raises.nodes);
  if (total === 0) return <Empty>No sentence fits. Take a condition away, or look at a longer stretch of days.</Empty>;
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
