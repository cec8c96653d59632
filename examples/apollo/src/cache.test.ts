import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { FieldPolicy, TypePolicies } from "@apollo/client";
import { buildSchema, getNamedType, isInterfaceType, isObjectType } from "graphql";
import { typePolicies } from "./cache.js";

// The lists of the schema, each with the arguments that say what is in it. Those of an interface go for what implements it.
function lists() {
  const found: Record<string, string[]> = {};
  const paging = new Set(["first", "after", "last", "before"]);
  for (const type of Object.values(buildSchema(readFileSync("../schema.graphql", "utf8")).getTypeMap())) {
    if (!isInterfaceType(type) && !isObjectType(type)) continue;
    const inherited = new Set(type.getInterfaces().flatMap((each) => Object.keys(each.getFields())));
    for (const field of Object.values(type.getFields())) {
      if (!getNamedType(field.type).name.endsWith("Connection") || inherited.has(field.name)) continue;
      found[`${type.name}.${field.name}`] = field.args.map(({ name }) => name).filter((name) => !paging.has(name));
    }
  }
  return found;
}

test("every list of the schema has a policy that tells apart what is not one list", () => {
  const policies: Record<string, string[]> = {};
  for (const [type, { fields = {} }] of Object.entries(typePolicies as TypePolicies)) {
    for (const [field, policy] of Object.entries(fields)) {
      policies[`${type}.${field}`] = ((policy as FieldPolicy).keyArgs || []) as string[];
    }
  }
  assert.deepEqual(policies, lists());
});
