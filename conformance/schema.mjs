// Holds schema.graphqls against the schema of the last release, for those who have built on that.
//
// A change that breaks clients is allowed only if the Unreleased section of the CHANGELOG names what it changes
// (`Query.issues.raisedBy`); one that may surprise them is printed. Whatever is deprecated says why.
// Each release copies schema.graphqls to docs/schema-released.graphqls.
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema, parse, visit } from "graphql";

// Returns what is wrong and what is only worth knowing, as sentences.
export async function review({ released, current, changelog }) {
  const wrong = [];
  const notes = [];
  for (const { criticality, message, path } of await diff(buildSchema(released), buildSchema(current))) {
    const named = unreleased(changelog).includes(`\`${path}\``);
    if (criticality.level === CriticalityLevel.Breaking && !named) {
      wrong.push(`${message}. This breaks clients: take it back, or name \`${path}\` in the CHANGELOG under Unreleased.`);
    } else if (criticality.level !== CriticalityLevel.NonBreaking) {
      notes.push(`${message}.`);
    }
  }
  for (const name of withoutReason(current)) wrong.push(`${name} is deprecated without a reason: say what to use instead.`);
  return { wrong, notes };
}

// The section of what comes with the next release.
function unreleased(changelog) {
  const section = changelog.split(/^## /m).find((part) => part.startsWith("Unreleased\n"));
  if (section === undefined) throw new Error('The CHANGELOG has no section "## Unreleased".');
  return section;
}

// What is deprecated with no reason, or an empty one. This is asked of the text, as a built schema fills in a reason.
function withoutReason(text) {
  const found = [];
  visit(parse(text), {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== "deprecated") return;
      const reason = node.arguments.find((argument) => argument.name.value === "reason")?.value.value;
      if (reason?.trim()) return;
      const within = ancestors.filter((ancestor) => !Array.isArray(ancestor) && ancestor.name);
      found.push(within.map((ancestor) => ancestor.name.value).join("."));
    },
  });
  return found;
}

if (process.argv[1] === import.meta.filename) {
  const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
  const { wrong, notes } = await review({
    released: read("docs/schema-released.graphqls"),
    current: read("schema.graphqls"),
    changelog: read("CHANGELOG.md"),
  });
  for (const note of notes) console.log(note);
  for (const fault of wrong) console.error(fault);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
