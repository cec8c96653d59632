import type { CodegenConfig } from "@graphql-codegen/cli";

// Types of what the operations of queries/ take and answer, made from the schema that the server promises.
const config: CodegenConfig = {
  schema: "../schema.graphqls",
  documents: "queries/*.graphql",
  generates: {
    "src/generated/operations.ts": {
      plugins: ["typescript-operations"],
      config: {
        scalars: { Date: "string", URL: "string", PartyRef: "string" },
        enumsAsTypes: true,
        skipTypename: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
