import "./workers";
import "graphiql/style.css";
import "./style/playground.css";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { type GraphiQLPlugin, ToolbarButton, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { Kind, parse } from "graphql";
import { createClient } from "graphql-ws";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { asCurl, asFetch, asLink, type Operation } from "./operation-text";
import { type Question, questions } from "./questions";

// A link names a ready question behind "?", or holds a whole operation behind "#", which no browser sends to the server.
const link = new URLSearchParams(`${location.search.slice(1)}&${location.hash.slice(1)}`);
const asked = questions.find((question) => question.slug === link.get("question"));
const linked = link.get("query") ?? asked?.query;
const linkedVariables = link.get("variables") ?? "";

function QuestionsIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
      <circle cx="12" cy="12" r="9" />
      <path d="M9.4 9.3a2.7 2.7 0 1 1 3.7 2.6c-.7.3-1.1.9-1.1 1.6v.4" />
      <path d="M12 16.9v.1" strokeWidth="2" />
    </svg>
  );
}

function Questions() {
  const { setOperationFacts, updateActiveTabValues, run } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  function ask(question: Question) {
    queryEditor?.setValue(question.query);
    variableEditor?.setValue("");
    updateActiveTabValues({ query: question.query, variables: "" });
    // GraphiQL finds the operation's name a moment after the editor has changed: too late for run.
    const documentAST = parse(question.query);
    const operations = documentAST.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    setOperationFacts({ documentAST, operations, operationName: operations[0].name?.value });
    history.replaceState(null, "", `${location.pathname}?question=${question.slug}`);
    run();
  }

  // Whoever follows a link to a question came for its answer.
  const answered = useRef(false);
  useEffect(() => {
    if (linked && queryEditor && !answered.current) {
      answered.current = true;
      run();
    }
  }, [queryEditor, run]);

  return (
    <section aria-label="Ready questions">
      <div className="graphiql-doc-explorer-title">Ready questions</div>
      <ol className="demarche-questions">
        {questions.map((question) => (
          <li key={question.slug}>
            <button type="button" onClick={() => ask(question)}>
              <strong>{question.title}</strong>
              <span>{question.about}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

const forms: { name: string; label: string; text(operation: Operation): string; icon: ReactNode }[] = [
  {
    name: "Link",
    label: "Share by link",
    text: asLink,
    icon: <path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5" />,
  },
  { name: "curl", label: "Copy as curl", text: asCurl, icon: <path d="M4 6l6 6-6 6M12 18h8" /> },
  {
    name: "fetch",
    label: "Copy as fetch",
    text: asFetch,
    icon: <path d="M8 4c-3 0-3 2-3 4s0 4-2 4c2 0 2 2 2 4s0 4 3 4M16 4c3 0 3 2 3 4s0 4 2 4c-2 0-2 2-2 4s0 4-3 4" />,
  },
];

/** GraphiQL's own buttons, and those that take an operation elsewhere: as a link, for a terminal, for a program. */
function Toolbar({ prettify, merge }: { prettify: ReactNode; merge: ReactNode }) {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName);
  const [taken, setTaken] = useState<{ name: string; text: string; copied: boolean }>();
  const dialog = useRef<HTMLDialogElement>(null);

  async function take({ name, text }: (typeof forms)[number]) {
    const written = text({ query: queryEditor?.getValue() ?? "", variables: variableEditor?.getValue() ?? "", operationName });
    // Browsers lend the clipboard to pages of https and of the own machine alone.
    const copied = await (navigator.clipboard?.writeText(written) ?? Promise.reject()).then(
      () => true,
      () => false,
    );
    setTaken({ name, text: written, copied });
  }

  useEffect(() => {
    if (taken) dialog.current?.showModal();
  }, [taken]);

  return (
    <>
      {prettify}
      {merge}
      {forms.map((form) => (
        <ToolbarButton key={form.name} label={form.label} onClick={() => void take(form)}>
          <svg
            className="graphiql-toolbar-icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            strokeLinecap="round"
            aria-hidden="true"
          >
            {form.icon}
          </svg>
        </ToolbarButton>
      ))}
      <dialog ref={dialog} className="demarche-taken" aria-label={taken?.name}>
        <p>{taken?.copied ? "Copied to the clipboard:" : "The browser does not lend its clipboard here. Copy it yourself:"}</p>
        <textarea
          readOnly
          rows={8}
          value={taken?.text ?? ""}
          aria-label={taken?.name}
          onFocus={(event) => event.target.select()}
        />
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}

/** JSON as it is read; what is none is shown as it came. */
function pretty(json: string): string {
  try {
    return json && JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

const QUESTIONS_PLUGIN: GraphiQLPlugin = { title: "Ready questions", icon: QuestionsIcon, content: Questions };

// Made once: GraphiQL reads the schema again whenever it is given another fetcher.
const fetcher = createGraphiQLFetcher({
  url: "/graphql",
  wsClient: createClient({ url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql` }),
});
const plugins = [QUESTIONS_PLUGIN, HISTORY_PLUGIN];

// GraphiQL gives its side pane a quarter of the page rather than a third, until somebody drags its border.
localStorage["graphiql:docExplorerFlex"] ??= "0.3";

createRoot(document.getElementById("playground")!).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={QUESTIONS_PLUGIN}
    initialQuery={linked}
    initialVariables={linked && pretty(linkedVariables)}
    defaultQuery={questions[0].query}
    defaultEditorToolsVisibility={linkedVariables === "" ? false : "variables"}
  >
    <GraphiQL.Logo>
      <a className="demarche-logo" href="/">
        Demarche
      </a>
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>{({ prettify, merge }) => <Toolbar prettify={prettify} merge={merge} />}</GraphiQL.Toolbar>
  </GraphiQL>,
);
