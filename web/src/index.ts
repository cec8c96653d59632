import "./index.css";
import { questions } from "./questions";

interface Coverage {
  articleCount: number;
  raiseCount: number;
  since: string | null;
  until: string | null;
}

const list = document.getElementById("questions")!;
for (const question of questions) {
  const link = document.createElement("a");
  link.href = `/playground?question=${question.slug}`;
  link.textContent = question.title;
  const about = document.createElement("span");
  about.textContent = question.about;
  const item = document.createElement("li");
  item.append(link, about);
  list.append(item);
}

function describe(coverage: Coverage): string {
  const number = new Intl.NumberFormat("en");
  const size = `${number.format(coverage.raiseCount)} raises in ${number.format(coverage.articleCount)} articles`;
  return coverage.since ? `${size}, ${coverage.since} to ${coverage.until}.` : `${size}.`;
}

async function showCoverage(): Promise<void> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: "{ dataset { articleCount raiseCount since until } }" }),
  });
  const answer: { data?: { dataset: Coverage } | null } = await response.json();
  if (!answer.data) throw new Error(`the graph answered ${response.status}`);
  document.getElementById("coverage")!.textContent = describe(answer.data.dataset);
}

showCoverage().catch((error: unknown) => {
  document.getElementById("coverage")!.textContent = `What the graph covers could not be read: ${error}. See /readyz.`;
});
