import { type ReactNode, useEffect } from "react";

/** Names the page in the tab of the browser. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title === "" ? "Demarche: who raises which issue with whom" : `${title} · Demarche`;
  }, [title]);
}

/** A part of a page, under a heading that is its name. */
export function Section({
  id,
  title,
  children,
  aside,
}: {
  id: string;
  title: ReactNode;
  children: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div className="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Leads to the playground with one of the ready questions, asked as this page asks it. */
export function InPlayground({ question, variables }: { question: string; variables: object }) {
  return (
    <a
      className="in-playground"
      href={`/playground?question=${question}&variables=${encodeURIComponent(JSON.stringify(variables))}`}
    >
      The query of this page
    </a>
  );
}
