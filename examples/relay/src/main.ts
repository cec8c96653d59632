// The graph with Relay: its compiler, store and pagination, here without React. Call it with the address of the endpoint; it
// prints what it found as JSON.
import {
  createOperationDescriptor,
  fetchQuery,
  getFragment,
  getPaginationMetadata,
  getPaginationVariables,
  getRequest,
  getSelector,
  graphql,
  type SingularReaderSelector,
} from "relay-runtime";
import { connect } from "./environment";
import type { mainIssuesQuery } from "./__generated__/mainIssuesQuery.graphql";
import type { mainPageQuery } from "./__generated__/mainPageQuery.graphql";
import type { mainRaiseQuery } from "./__generated__/mainRaiseQuery.graphql";
import type { mainRaisesQuery } from "./__generated__/mainRaisesQuery.graphql";
import type { main_raises$data } from "./__generated__/main_raises.graphql";

const Issues = graphql`
  query mainIssuesQuery($by: PartyRef!, $with: PartyRef!) {
    issues(raisedBy: $by, raisedWith: $with) {
      edges {
        raiseCount
        node {
          slug
        }
      }
    }
  }
`;

const Raises = graphql`
  query mainRaisesQuery($by: PartyRef!, $filter: RaiseFilter!) {
    party(ref: $by) {
      id
      ...main_raises
    }
  }
`;

// What a party raises, a page more whenever mainPageQuery runs: it asks for the party by its id.
const RaisesOfParty = graphql`
  fragment main_raises on Party
  @refetchable(queryName: "mainPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 100 }, cursor: { type: "String" }) {
    raises(filter: $filter, first: $count, after: $cursor) @connection(key: "main_raises", filters: ["filter"]) {
      edges {
        node {
          id
          quote
          issue {
            slug
          }
          article {
            externalId
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const Raise = graphql`
  query mainRaiseQuery($id: ID!) {
    node(id: $id) {
      __typename
      ... on Raise {
        id
        quote
        issue {
          slug
        }
        article {
          externalId
        }
      }
    }
  }
`;

const environment = connect(process.argv[2] ?? "http://127.0.0.1:8080/graphql");

async function issues(by: string, counterpart: string) {
  const data = await fetchQuery<mainIssuesQuery>(environment, Issues, { by, with: counterpart }).toPromise();
  return data?.issues.edges.map(({ raiseCount, node }) => ({ slug: node.slug, raiseCount }));
}

// All pages of a list, as a component would show them: the store has one list, and adds each page to it.
async function raises(by: string, counterpart: string) {
  const variables = { by, filter: { with: [counterpart] } };
  const retained = environment.retain(createOperationDescriptor(getRequest(Raises), variables));
  const party = (await fetchQuery<mainRaisesQuery>(environment, Raises, variables).toPromise())?.party;
  if (!party) throw new Error(`There is no party ${by}.`);

  const selector = getSelector(getFragment(RaisesOfParty), party) as SingularReaderSelector;
  const list = () => (environment.lookup(selector).data as unknown as main_raises$data).raises;
  const { paginationRequest, paginationMetadata } = getPaginationMetadata(getFragment(RaisesOfParty), "raises");
  for (let { pageInfo } = list(); pageInfo.hasNextPage; pageInfo = list().pageInfo) {
    const next = getPaginationVariables("forward", 100, pageInfo.endCursor, variables, { id: party.id }, paginationMetadata);
    await fetchQuery<mainPageQuery>(environment, paginationRequest, next as mainPageQuery["variables"]).toPromise();
  }
  const all = list().edges.map((edge) => edge.node);
  retained.dispose();
  return all;
}

async function raise(id: string) {
  const data = await fetchQuery<mainRaiseQuery>(environment, Raise, { id }).toPromise();
  return data?.node?.__typename === "Raise" ? data.node : null;
}

async function main() {
  const all = await raises("Japan", "US");
  const last = all.at(-1);
  if (!last) throw new Error("Japan raises nothing with the US.");
  const found = { issues: await issues("Japan", "US"), raises: all, refetched: await raise(last.id) };
  process.stdout.write(JSON.stringify(found));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
