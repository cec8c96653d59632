import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./generated/graph.js";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Date: string; URL: string; PartyRef: string };
}>();
