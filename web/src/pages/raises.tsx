import { Filters, useFilter } from "../parts/filters";
import { useTitle } from "../parts/head";
import { SentenceList } from "../parts/sentences";

/** The sentences behind a number: every raise that the address's conditions let through. */
export function RaisesPage() {
  const [filter] = useFilter();
  useTitle("Sentences");
  return (
    <div className="page reading">
      <h1>Sentences</h1>
      <Filters />
      <SentenceList key={JSON.stringify(filter)} filter={filter} />
    </div>
  );
}
