import type { ReactNode } from "react";
import type { Answer } from "../answer";

/** Says what failed and what can be done about it. */
export function Failure({ reason, again }: { reason: string; again?: () => void }) {
  return (
    <div className="state failure" role="alert">
      <p>
        <strong>This could not be read.</strong> {reason}
      </p>
      <p>
        {again && (
          <button type="button" onClick={again}>
            Ask again
          </button>
        )}{" "}
        If it stays so, <a href="/readyz">/readyz</a> says whether the server can read its graph.
      </p>
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="state empty">{children}</div>;
}

/** Holds the place of what is on its way. */
export function Waiting({ what, done, of }: { what: string; done?: number; of?: number }) {
  return (
    <div className="state waiting">
      <p>
        Reading {what}
        {of ? `: ${done} of ${of}` : " …"}
      </p>
      <progress aria-label={`Reading ${what}`} max={of || undefined} value={of ? done : undefined} />
    </div>
  );
}

/** Shows an answer, or why there is none yet: below `title`, where the answer would bring the heading of the page. */
export function Shown<Data>({
  answer,
  what,
  title,
  children,
}: {
  answer: Answer<Data>;
  what: string;
  title?: string;
  children: (data: Data) => ReactNode;
}) {
  const heading = title !== undefined && <h1>{title}</h1>;
  if (answer.error) {
    return (
      <>
        {heading}
        <Failure reason={answer.error} again={answer.again} />
      </>
    );
  }
  if (!answer.data) {
    return (
      <>
        {heading}
        <Waiting what={what} />
      </>
    );
  }
  return <div className={answer.busy ? "busy" : undefined}>{children(answer.data)}</div>;
}
