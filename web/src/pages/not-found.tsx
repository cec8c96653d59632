import { Link } from "wouter";
import { useTitle } from "../parts/head";

/** A page that is none, or one about what the graph does not know. */
export function NotFoundPage({ what }: { what?: string }) {
  useTitle("Not found");
  return (
    <div className="page">
      <h1>Not found</h1>
      <p>{what ?? "There is no such page."}</p>
      <p>
        Press <kbd>/</kbd> and ask for a country, an organisation, an issue or a leader, or begin at the{" "}
        <Link href="/">first page</Link>.
      </p>
    </div>
  );
}
