import "./workers";
import "graphiql/style.css";
import "./style/playground.css";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { Kind, parse } from "graphql";
import { useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import { type Question, questions } from "./questions";

const asked = new URLSearchParams(location.search).get("question");
const linked = questions.find((question) => question.slug === asked);

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
    history.replaceState(null, "", `?question=${question.slug}`);
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

const QUESTIONS_PLUGIN: GraphiQLPlugin = { title: "Ready questions", icon: QuestionsIcon, content: Questions };

// Made once: GraphiQL reads the schema again whenever it is given another fetcher.
const fetcher = createGraphiQLFetcher({ url: "/graphql" });
const plugins = [QUESTIONS_PLUGIN, HISTORY_PLUGIN];

// GraphiQL gives its side pane a quarter of the page rather than a third, until somebody drags its border.
localStorage["graphiql:docExplorerFlex"] ??= "0.3";

createRoot(document.getElementById("playground")!).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={QUESTIONS_PLUGIN}
    initialQuery={linked?.query}
    defaultQuery={questions[0].query}
    defaultEditorToolsVisibility={false}
  >
    <GraphiQL.Logo>
      <a className="demarche-logo" href="/">
        Demarche
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
