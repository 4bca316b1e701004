/** The API as an OpenAPI 3.1 document, written from the very rows that answer it. */
import { isWrite } from "./answer-api.ts";
import type { ApiRoute, JsonSchema, QueryParameter } from "./api-route.ts";
import { apiRoutes } from "./api-table.ts";
import { bootstrapPath, bootstrapTakes } from "./bootstrap-route.ts";
import type { PublicOperation } from "./public-operation.ts";
import { problemSchema, publicOperations } from "./public-operations.ts";
import { madeToken } from "./routes/token-routes.ts";

export const openApiPath = "/api/openapi.json";

type Fields = Readonly<Record<string, unknown>>;

/** What each status of a problem says, for readers. */
const problems: Readonly<Record<number, string>> = {
  400: "The request can't be read.",
  401: "There is no token, or it doesn't work.",
  403: "The role or the token's scopes don't have it.",
  404: "There is no such thing.",
  409: "It can't be as things are, or the same request is under way.",
  412: "Somebody else changed it since it was read.",
  413: "The body is too long.",
  415: "The body has another type.",
  422: "The body isn't as expected: `errors` has each place.",
  428: "`If-Match` is missing.",
  429: "Too many requests, or too many wrong tokens: `Retry-After`.",
  503: "What it needs can't be reached: `Retry-After`.",
  507: "A limit is reached, or the disk is full.",
};

/** The document. @param version of the program */
export function openApi(version: string): Fields {
  const paths: Record<string, Record<string, Fields>> = {};
  const add = (path: string, method: string, operation: Fields) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const one of publicOperations) add(one.path, one.method ?? "GET", publicOperation(one));
  add(bootstrapPath, "POST", bootstrapOperation());
  for (const route of apiRoutes) add(route.path, route.method, operation(route));
  return {
    openapi: "3.1.0",
    info: {
      title: "Nearmirror",
      version,
      description:
        "Reads of mirrors, repositories, images and packages need no token. Everything else needs one: `Authorization: Bearer TOKEN`.",
      license: { name: "Apache 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of an account, `nmt_...`." },
      },
    },
  };
}

function operation(route: ApiRoute): Fields {
  const { method, path, says, more, query, takes, takesType, gives, refuses = [] } = route;
  const statuses = new Set([400, 401, 403, 429, ...refuses]);
  // A key of a request may belong to another one, or that one be under way.
  if (isWrite(method)) for (const status of [409, 413, 422]) statuses.add(status);
  if (takes !== undefined) statuses.add(415);
  return {
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    summary: says,
    ...(more !== undefined && { description: more }),
    security: [{ token: [] }],
    parameters: [...pathParameters(path), ...queryParameters(query), ...headerParameters(route)],
    ...(takes !== undefined && {
      requestBody: {
        required: true,
        content: { [takesType ?? "application/json"]: { schema: takes } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(gives).map(([status, schema]) => [
          status,
          { description: "Done.", content: { [contentType(route)]: { schema } } },
        ]),
      ),
      ...refusals(statuses),
    },
  };
}

/** What is exported line by line is no JSON document. */
function contentType({ gives }: ApiRoute): string {
  return gives[200]?.type === "string" ? "application/jsonl" : "application/json";
}

function publicOperation({
  method = "GET",
  path,
  says,
  more,
  query,
  takes,
  gives,
  givesType = "application/json",
  hasMissing,
  refuses = [],
}: PublicOperation): Fields {
  return {
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    summary: says,
    ...(more !== undefined && { description: more }),
    security: [],
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(takes !== undefined && {
      requestBody: { required: true, content: { "application/json": { schema: takes } } },
    }),
    responses: {
      200: { description: "Done.", content: { [givesType]: { schema: gives } } },
      ...(hasMissing && {
        404: {
          description: problems[404],
          content: { "text/plain": { schema: { type: "string" } } },
        },
      }),
      ...refusals(new Set(refuses)),
    },
  };
}

function bootstrapOperation(): Fields {
  return {
    operationId: "bootstrap",
    tags: ["accounts"],
    summary: "Make the first admin, once",
    security: [],
    requestBody: { required: true, content: { "application/json": { schema: bootstrapTakes } } },
    responses: {
      201: { description: "Done.", content: { "application/json": { schema: madeToken } } },
      ...refusals(new Set([400, 401, 409, 413, 415, 422, 429, 507])),
    },
  };
}

function refusals(statuses: ReadonlySet<number>): Fields {
  const content = {
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
  };
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => [status, { description: problems[status] ?? "", content }]),
  );
}

function pathParameters(path: string): Fields[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: readonly QueryParameter[] = []): Fields[] {
  return query.map(({ name, says, schema }) => ({ name, in: "query", description: says, schema }));
}

function headerParameters({
  method,
  refuses = [],
  isStreamed,
  takesHeaders = [],
}: ApiRoute): Fields[] {
  const text: JsonSchema = { type: "string" };
  const own = takesHeaders.map(({ name, says, schema }) => ({
    name,
    in: "header",
    description: says,
    schema,
  }));
  if (!isWrite(method) || isStreamed) return own;
  const key = {
    name: "Idempotency-Key",
    in: "header",
    description: "The same request with the same key is done once, and answered alike for a day.",
    schema: text,
  };
  if (!refuses.includes(428)) return [key];
  return [
    key,
    {
      name: "If-Match",
      in: "header",
      description: "The `ETag` that the entry was read with.",
      schema: text,
    },
    {
      name: "If-None-Match",
      in: "header",
      description: "`*`: only where there is none yet.",
      schema: text,
    },
  ];
}

function tagOf(path: string): string {
  const [, , version, first = ""] = path.split("/");
  if (version !== "v1") return "figures";
  const accounts = ["principals", "tokens", "me", "bootstrap"];
  if (accounts.includes(first)) return "accounts";
  return ["project", "projects", "files"].includes(first) ? "packages" : first;
}

/** `get-list-versions-version` of `GET /api/v1/list/versions/{version}`. */
function operationId(method: string, path: string): string {
  const steps = path.replace(/^\/api\/v1\//, "").split("/");
  return [method.toLowerCase(), ...steps.map((step) => step.replace(/[{}]/g, ""))]
    .filter((step) => step !== "")
    .join("-");
}
