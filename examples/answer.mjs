// What an example has found, held against what the program exports.

// Returns sentences that say what is wrong, none where all is right. found is what an example prints: issues with their
// counts, all raises, and the last of them once more; exported are the lines of "demarche export raises" for the same pair.
export function faults({ issues, raises, refetched }, exported) {
  const wrong = [];
  const wanted = new Map();
  for (const { issue } of exported) wanted.set(issue, (wanted.get(issue) ?? 0) + 1);
  const listed = (entries) => entries.map(([slug, count]) => `${slug} ${count}`).sort().join(", ");
  const got = listed(issues.map(({ slug, raiseCount }) => [slug, raiseCount]));
  const want = listed([...wanted]);
  if (got !== want) wrong.push(`The issues are ${got || "none"}, and should be ${want}.`);

  const ids = new Set(raises.map(({ id }) => id));
  if (ids.size !== raises.length) wrong.push(`${raises.length - ids.size} raises came more than once.`);
  const key = (article, issue, quote) => JSON.stringify([article, issue, quote]);
  const missing = new Set(exported.map(({ article, issue, quote }) => key(article, issue, quote)));
  const foreign = [];
  for (const { article, issue, quote } of raises) {
    const raise = key(article.externalId, issue.slug, quote);
    if (!missing.delete(raise)) foreign.push(raise);
  }
  if (missing.size > 0) wrong.push(`${missing.size} raises are missing, as ${[...missing][0]}.`);
  if (foreign.length > 0) wrong.push(`${foreign.length} raises are not of the export or came twice, as ${foreign[0]}.`);

  const last = raises.at(-1);
  const same = ["id", "quote"].every((field) => refetched?.[field] === last?.[field]);
  if (!last || !same) wrong.push(`The node of the last raise is ${JSON.stringify(refetched)}, and should be ${JSON.stringify(last)}.`);
  return wrong;
}
