/** What anybody may read of the API, for the OpenAPI document. What answers it is at the edge (`routes/table.ts`). */

import { kindNames } from "../formats/kind-names.ts";
import { bys, pers } from "../statistics/question.ts";
import { maxLimit } from "../statistics/read-question.ts";
import type { JsonSchema, QueryParameter } from "./api-route.ts";
import { packageOperations } from "./package-operations.ts";
import { among, type PublicOperation, parameter } from "./public-operation.ts";
import { integer, listOf, moment, object, orNull, text } from "./schemas.ts";

const state = { enum: ["up", "degraded", "down", "unknown", "drained", "disabled"] };

const target = among(
  {
    repository: text,
    scheme: { enum: ["http", "https"] },
    family: text,
    url: text,
    state,
    since: moment,
    freshness: { enum: ["fresh", "lagging", "stale", "unknown"] },
    generation: integer,
    ms: {
      type: "object",
      additionalProperties: { type: "number" },
      description: "Round trip by region, ms.",
    },
  },
  ["repository", "scheme", "family", "url", "state"],
);

const mirrorSummary = among({ name: text, country: text, targets: listOf(target) }, [
  "name",
  "targets",
]);

const alarm = among({ name: text, since: moment, detail: text, repository: text }, [
  "name",
  "detail",
]);

const repository = among({
  name: text,
  kind: { enum: kindNames() },
  title: text,
  origin: text,
  architectures: listOf(text),
  verify: orNull(text),
  roots: listOf(text),
});

const snapshot = among({ id: integer, at: moment, roots: listOf({ type: "object" }) });

/** Redirects and expected bytes, with those of each period in order. */
const counts = {
  redirects: integer,
  bytes: integer,
  unsized: { ...integer, description: "Redirects for files whose size nobody has told." },
  series: among({ redirects: listOf(integer), bytes: listOf(integer) }),
};

const share = { type: "number", minimum: 0, maximum: 1 };

/** What `/api/v1/stats` can be asked. */
export const statisticsQuery: readonly QueryParameter[] = [
  parameter("per", "How long a period is: hours of eight days, days of two years.", {
    enum: pers,
  }),
  ...["from", "to"].map((name) =>
    parameter(name, "A day (2026-11-30) or a time in UTC (2026-11-30T12:00Z)."),
  ),
  parameter("by", "A row each; without it there is one sum.", { enum: bys }),
  ...bys.map((name) => parameter(name, `Only this ${name}.`)),
  parameter("limit", "Rows of their own; all others are told together.", {
    ...integer,
    minimum: 1,
    maximum: maxLimit,
  }),
];

/** What it answers. */
export const statisticsAnswer: JsonSchema = among(
  {
    per: { enum: pers },
    from: moment,
    to: moment,
    by: { enum: bys },
    ...counts,
    rows: listOf(
      among({ name: text, share, bytesShare: share, expectedShare: share, ...counts }, [
        "name",
        "share",
        "bytesShare",
        ...Object.keys(counts),
      ]),
    ),
    further: among({ rows: integer, redirects: integer, bytes: integer, unsized: integer }),
  },
  ["per", "from", "to", ...Object.keys(counts)],
);

export const publicOperations: readonly PublicOperation[] = [
  {
    path: "/api/v1/health",
    says: "Read how the service is",
    more: "Always 200: `status` is `warning` where something wants an operator's eye.",
    gives: among(
      {
        status: { enum: ["ok", "warning"] },
        roster: among({ version: integer, list: integer, ageSeconds: integer, mirrors: integer }),
        catalogue: among({ version: integer, repositories: integer }),
        alarms: listOf(alarm),
        warnings: listOf(text),
        probing: { enum: ["all", "asked", "off"] },
      },
      ["status", "roster", "catalogue", "alarms", "warnings"],
    ),
  },
  {
    path: "/api/v1/mirrors",
    says: "Read all mirrors with their states, in pages",
    query: [
      parameter("repository", "Only mirrors that carry it."),
      parameter("state", "Only in that state.", state),
      parameter("country", "Only of that country (ISO 3166-1 alpha-2)."),
      parameter("freshness", "Only as fresh as that."),
      parameter("scheme", "Only over that scheme.", { enum: ["http", "https"] }),
      parameter("after", "Mirrors behind this name: of the page before."),
      parameter("limit", "How many.", integer),
    ],
    gives: among({ mirrors: listOf(mirrorSummary), next: orNull(text) }, ["mirrors"]),
  },
  {
    path: "/api/v1/mirrors/{name}",
    says: "Read one mirror: what each region sees, evidence, history",
    query: [parameter("before", "History older than this entry.", integer)],
    gives: among(
      {
        name: text,
        targets: listOf(target),
        known: listOf({ type: "object" }),
        roundTrips: {
          ...among({
            until: moment,
            everySeconds: integer,
            ms: listOf(orNull({ type: "number" })),
          }),
          description: "The shortest round trip of any region, ms, an hour each, the newest last.",
        },
        history: listOf({ type: "object" }),
        older: orNull(integer),
      },
      ["name", "targets"],
    ),
    hasMissing: true,
  },
  {
    path: "/api/v1/repositories",
    says: "Read all repositories with the snapshots they are served from",
    gives: among({ repositories: listOf(repository) }),
  },
  {
    path: "/api/v1/repositories/{name}",
    says: "Read one repository: its current snapshot, and what is kept out of it",
    gives: repository,
    hasMissing: true,
  },
  {
    path: "/api/v1/repositories/{name}/snapshots",
    says: "Read the snapshots that are kept",
    gives: among({ snapshots: listOf(snapshot) }),
    hasMissing: true,
  },
  {
    path: "/api/v1/images",
    says: "Search installation images",
    more: "Filters may be given several times; a value that isn't known answers 400 with the nearest that is.",
    query: [
      ...["distribution", "version", "architecture", "type", "edition", "format", "support"].map(
        (name) => parameter(name, `Only images of that ${name}.`),
      ),
      parameter("q", "Words that the image's name or description has."),
    ],
    gives: among({ images: listOf({ type: "object" }) }),
  },
  ...packageOperations,
  {
    path: "/api/v1/stats",
    says: "Read where clients are redirected to",
    more: "Redirects and expected bytes by the hour or the day. Odd names and values answer 400 with the nearest that there is; a mirror and a country can't be asked for together. Counts are told in multiples of 50, so that they don't say what single people fetched; `/api/v1/stats/all` has all.",
    query: statisticsQuery,
    gives: statisticsAnswer,
  },
  {
    path: "/metrics",
    says: "Read figures for Prometheus",
    gives: text,
    givesType: "text/plain",
  },
];

/** The form of every problem. */
export const problemSchema: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: text,
    title: text,
    status: integer,
    detail: { ...text, description: "What is wrong, where, and what to do." },
    errors: listOf(object({ entry: text, pointer: text, detail: text }, ["pointer", "detail"])),
  },
};
