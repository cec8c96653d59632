import { Environment, Network, RecordSource, Store } from "relay-runtime";

// An environment that asks the endpoint.
export function connect(endpoint: string) {
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async ({ text }, variables) => {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
        body: JSON.stringify({ query: text, variables }),
      });
      return response.json();
    }),
  });
}
