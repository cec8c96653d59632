import { Link } from "wouter";
import { useTitle } from "../parts/head";
import { type Asked, Unknown } from "../parts/unknown";

/** A page that is none, or one about what the graph does not know: `what` says so, `asked` are the names in its address. */
export function NotFoundPage({ what, asked = [] }: { what?: string; asked?: Asked[] }) {
  useTitle("Not found");
  return (
    <div className="page">
      <h1>Not found</h1>
      {what ? <Unknown error={what} asked={asked} /> : <p>There is no such page.</p>}
      <p>
        Press <kbd>/</kbd> and ask for a country, an organisation, an issue or a leader, or begin at the{" "}
        <Link href="/">first page</Link>.
      </p>
    </div>
  );
}
