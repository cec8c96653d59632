// An operation as text that can be pasted elsewhere.

export interface Operation {
  query: string;
  /** JSON, or nothing. */
  variables: string;
  operationName?: string | null;
}

/** The body of a request; variables that are no JSON yet are left out. */
function body({ query, variables, operationName }: Operation): Record<string, unknown> {
  let values: unknown;
  try {
    values = JSON.parse(variables);
  } catch {
    values = undefined;
  }
  return { query, ...(operationName && { operationName }), ...(values !== undefined && { variables: values }) };
}

/** An address of the playground that holds the operation behind its "#". */
export function asLink(operation: Operation): string {
  const held = new URLSearchParams({ query: operation.query });
  if (operation.variables.trim()) held.set("variables", operation.variables);
  return `${location.origin}/playground#${held}`;
}

/** A line for a POSIX shell. */
export function asCurl(operation: Operation): string {
  const quoted = JSON.stringify(body(operation)).replaceAll("'", "'\\''");
  return `curl ${location.origin}/graphql -H 'content-type: application/json' -d '${quoted}'`;
}

/** A statement of JavaScript. */
export function asFetch(operation: Operation): string {
  return `const response = await fetch(${JSON.stringify(`${location.origin}/graphql`)}, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(${JSON.stringify(body(operation), null, 2).replaceAll("\n", "\n  ")}),
});
const { data, errors } = await response.json();
`;
}
