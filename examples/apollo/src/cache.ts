// How Apollo's cache holds the lists of the graph: the pages of a list are one list, apart for each set of arguments that
// says what is in it. Nodes need no policy, as each has an id of its own.
import { InMemoryCache, type TypePolicies } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import possible from "./generated/possible-types.js";

const raises = relayStylePagination(["filter", "orderBy"]);
const articles = relayStylePagination(["filter"]);
const counterparts = relayStylePagination(["filter"]);

export const typePolicies = {
  Query: {
    fields: {
      raises,
      articles,
      issues: relayStylePagination(["raisedBy", "raisedWith", "area", "since", "until", "minConfidence"]),
      countries: relayStylePagination(),
      organizations: relayStylePagination(),
      leaders: relayStylePagination(["party", "on"]),
      search: relayStylePagination(["text", "types"]),
      raiseStats: relayStylePagination(["filter", "groupBy", "orderBy"]),
      articleStats: relayStylePagination(["filter", "groupBy", "orderBy"]),
    },
  },
  Party: { fields: { raises, raisedBy: raises, counterparts, articles } },
  Leader: { fields: { raises, articles } },
  Issue: { fields: { raises, articles } },
  Article: { fields: { raises } },
} satisfies TypePolicies;

export const cache = new InMemoryCache({ possibleTypes: possible.possibleTypes, typePolicies });
