// The check of the schema notices what breaks clients.
import assert from "node:assert/strict";
import { test } from "node:test";
import { review } from "./schema.mjs";

const released = `
  type Query {
    "All issues."
    issues(raisedBy: String, area: String): [Issue!]!
    old: Int @deprecated(reason: "Ask issues.")
  }
  type Issue { slug: String! kind: Kind }
  enum Kind { TRADE SECURITY }
  input Filter { by: [String!] }
`;
const nothing = "# Changelog\n\n## Unreleased\n\n- Nothing.\n\n## 1.0.0\n\n- `Issue.slug` was `Query.old`.\n";
const change = (before, after) => {
  assert.ok(released.includes(before), before);
  return released.replace(before, after);
};
const of = (current, changelog = nothing) => review({ released, current, changelog });

test("the same schema is fine", async () => assert.deepEqual(await of(released), { wrong: [], notes: [] }));

for (const [what, current, path] of [
  ["a field removed", change("slug: String! ", ""), "Issue.slug"],
  ["a deprecated field removed", change('old: Int @deprecated(reason: "Ask issues.")', ""), "Query.old"],
  ["a field renamed", change("slug: String!", "name: String!"), "Issue.slug"],
  ["a field that may be null now", change("slug: String!", "slug: String"), "Issue.slug"],
  ["an argument removed", change("raisedBy: String, ", ""), "Query.issues.raisedBy"],
  ["an argument that must be given", change("area: String", "area: String!"), "Query.issues.area"],
  ["an enum value removed", change("TRADE SECURITY", "TRADE"), "Kind.SECURITY"],
  ["an input field that must be given", change("by: [String!]", "by: [String!] with: String!"), "Filter.with"],
  ["a type removed", change("input Filter { by: [String!] }", ""), "Filter"],
]) {
  test(`${what} breaks clients`, async () => {
    const { wrong } = await of(current);
    assert.equal(wrong.length, 1, wrong.join("\n"));
    assert.match(wrong[0], new RegExp(`breaks clients.* \`${path.replaceAll(".", "\\.")}\` in the CHANGELOG`));
  });
  test(`${what} is allowed where the CHANGELOG names it`, async () => {
    const { wrong, notes } = await of(current, `## Unreleased\n\n- \`${path}\` is not what it was.\n\n## 1.0.0\n`);
    assert.deepEqual(wrong, []);
    assert.equal(notes.length, 1);
  });
}

test("what is added is no matter", async () => {
  assert.deepEqual(await of(change("slug: String!", "slug: String! name: String!")), { wrong: [], notes: [] });
});

test("a new enum value is worth knowing", async () => {
  const { wrong, notes } = await of(change("TRADE SECURITY", "TRADE SECURITY CULTURE"));
  assert.deepEqual(wrong, []);
  assert.match(notes.join(), /CULTURE/);
});

for (const directive of ["@deprecated", '@deprecated(reason: " ")']) {
  test(`${directive} wants a reason`, async () => {
    const { wrong } = await of(change("kind: Kind", `kind: Kind ${directive}`));
    assert.deepEqual(wrong, ["Issue.kind is deprecated without a reason: say what to use instead."]);
  });
}

test("a CHANGELOG without the section is an error", async () => {
  await assert.rejects(of(change("slug: String! ", ""), "## 1.0.0\n"), /has no section/);
});
