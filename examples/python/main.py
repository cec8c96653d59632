"""The graph with Python's standard library. Call it with the address of the endpoint; it prints what it found as JSON."""

import json
import sys
import urllib.error
import urllib.request

ENDPOINT = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/graphql"
RAISE_FIELDS = "id quote issue { slug } article { externalId }"


def ask(query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(ENDPOINT, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refusal:  # what cannot run at all is refused with a status, and says why
        answer = json.load(refusal)
    if "errors" in answer:
        raise SystemExit("; ".join(error["message"] for error in answer["errors"]))
    return answer["data"]


def issues(by, counterpart):
    query = """query Issues($by: PartyRef!, $with: PartyRef!) {
        issues(raisedBy: $by, raisedWith: $with) { edges { raiseCount node { slug } } }
    }"""
    edges = ask(query, {"by": by, "with": counterpart})["issues"]["edges"]
    return [{"slug": edge["node"]["slug"], "raiseCount": edge["raiseCount"]} for edge in edges]


def raises(conditions):
    query = f"""query Raises($filter: RaiseFilter!, $after: String) {{
        raises(filter: $filter, first: 100, after: $after) {{ nodes {{ {RAISE_FIELDS} }} pageInfo {{ hasNextPage endCursor }} }}
    }}"""
    after = None
    while True:
        page = ask(query, {"filter": conditions, "after": after})["raises"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def refetch(node):
    query = f"query Raise($id: ID!) {{ node(id: $id) {{ ... on Raise {{ {RAISE_FIELDS} }} }} }}"
    return ask(query, {"id": node["id"]})["node"]


if __name__ == "__main__":
    found = list(raises({"by": ["Japan"], "with": ["US"]}))
    if not found:
        raise SystemExit("Japan raises nothing with the US.")
    json.dump({"issues": issues("Japan", "US"), "raises": found, "refetched": refetch(found[-1])}, sys.stdout)
