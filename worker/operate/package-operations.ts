/** Questions about packages, for the OpenAPI document. What answers them is `api/packages/`. */

import { maxFoundLimit } from "../api/packages/find-files.ts";
import { maxNames } from "../api/packages/many-packages.ts";
import { defaultFileLimit, maxFileLimit } from "../api/packages/one-package.ts";
import { defaultLimit, formats, maxLimit } from "../api/packages/search-packages.ts";
import { kindNames } from "../formats/kind-names.ts";
import { searchFields } from "../search/suite-question.ts";
import type { JsonSchema, QueryParameter } from "./api-route.ts";
import { among, type PublicOperation, parameter } from "./public-operation.ts";
import { integer, listOf, moment, object, orNull, text } from "./schemas.ts";

const flag: JsonSchema = { type: "boolean" };

const index = among(
  {
    name: text,
    role: text,
    component: text,
    architecture: text,
    read: flag,
    entries: integer,
    why: { ...text, description: "Why it wasn't read, or what of it was left out." },
  },
  ["name", "role", "read"],
);

const suites = {
  snapshots: listOf(
    among(
      {
        repository: text,
        kind: { enum: kindNames() },
        suite: text,
        id: text,
        at: moment,
        former: { ...flag, description: "A newer state is there, and isn't read yet." },
        indexes: listOf(index),
        filesOf: { ...text, description: "The snapshot whose indexes of files were read." },
        untold: listOf(text),
      },
      ["repository", "kind", "suite", "id", "at", "indexes", "untold"],
    ),
  ),
  unanswered: listOf(among({ repository: text, suite: text, why: text }, ["repository", "why"])),
};

const page = {
  total: integer,
  atLeast: { ...flag, description: "Nobody counted to the end." },
  truncated: { ...flag, description: "There is more than this answer has." },
  next: { ...orNull(text), description: "The next page's address." },
  refused: { ...text, description: "Which part of the question can't be answered, and why." },
};

const version = among(
  {
    repository: text,
    suite: text,
    component: text,
    version: text,
    architecture: text,
    purl: text,
    url: { ...text, description: "Redirects to the nearest mirror." },
    size: integer,
    sha256: text,
    since: moment,
  },
  ["suite", "version", "architecture", "purl"],
);

const result = among(
  {
    name: text,
    repository: text,
    kind: { enum: kindNames() },
    why: listOf(among({ by: text, what: text }, ["by"])),
    version: { ...text, description: "The one that a client would install." },
    summary: text,
    homepage: text,
    license: text,
    source: text,
    versions: listOf(version),
  },
  ["name", "repository", "why", "versions"],
);

const onePackage = among(
  {
    repository: text,
    suite: text,
    version: text,
    architecture: text,
    summary: text,
    description: text,
    relations: { type: "object", additionalProperties: listOf(text) },
  },
  ["repository", "suite", "version", "architecture"],
);

const choice: readonly QueryParameter[] = [
  ...["repository", "suite", "architecture"].map((name) =>
    parameter(name, `Only this ${name}; several behind commas.`),
  ),
  parameter("kind", "Only repositories of this kind.", { enum: kindNames() }),
  parameter("at", "A kept snapshot: its id, or a time."),
];

function paged(otherwise: number, most: number): QueryParameter[] {
  return [
    parameter("limit", `How many; ${otherwise} where it isn't said.`, {
      ...integer,
      minimum: 1,
      maximum: most,
    }),
    parameter("after", "Where the page before ended, as its `next` says."),
    parameter("format", "`text`: a line each.", { enum: formats }),
  ];
}

const repologyPackages = listOf(
  among({ repo: text, subrepo: text, srcname: text, binname: text, version: text, summary: text }, [
    "repo",
    "srcname",
    "binname",
    "version",
  ]),
);

export const packageOperations: readonly PublicOperation[] = [
  {
    path: "/api/v1/packages",
    says: "Search packages",
    more: "By what somebody typed in `q`, or by a package URL in `purl`; one of them is needed.",
    query: [
      parameter("q", "A name, a command, words, what is provided, a file's path."),
      parameter("purl", "A package URL: what it leaves out may be anything."),
      parameter("in", "Where is looked; several behind commas.", { enum: searchFields }),
      parameter("exact", "Whole names, commands, provides and paths alone.", flag),
      ...paged(defaultLimit, maxLimit),
      ...choice,
    ],
    gives: among({ ...suites, ...page, results: listOf(result) }, [
      ...["snapshots", "unanswered", "total", "truncated", "next", "results"],
    ]),
    refuses: [400, 404, 503],
  },
  {
    method: "POST",
    path: "/api/v1/packages",
    says: "Look many names up at once",
    query: choice,
    takes: object({
      names: { type: "array", minItems: 1, maxItems: maxNames, items: { type: "string" } },
    }),
    gives: among({ ...suites, total: integer, missing: listOf(text), results: listOf(result) }),
    refuses: [400, 404, 413, 503],
  },
  {
    path: "/api/v1/packages/{name}",
    says: "Read all that is known of one name",
    query: choice,
    gives: among({
      ...suites,
      name: text,
      packages: listOf(onePackage),
      neededBy: among({ names: listOf(text), total: integer, truncated: flag }),
      elsewhere: listOf(
        among({
          repository: text,
          name: text,
          version: text,
          by: { enum: ["name", "provides", "soname", "pkg-config", "paths"] },
          what: text,
          guess: flag,
        }),
      ),
      advisories: listOf(
        among(
          { repository: text, id: text, type: text, title: text, severity: text, issued: moment },
          [...["repository", "id", "type", "title"]],
        ),
      ),
    }),
    refuses: [400, 404, 503],
  },
  {
    path: "/api/v1/packages/{name}/versions",
    says: "Read the versions of a name, and when they came",
    query: choice,
    gives: among({
      ...suites,
      name: text,
      versions: listOf(version),
      changes: listOf(
        among({
          repository: text,
          suite: text,
          version: text,
          architecture: text,
          snapshot: text,
          at: moment,
        }),
      ),
      changesTruncated: flag,
    }),
    refuses: [400, 404, 503],
  },
  {
    path: "/api/v1/packages/{name}/files",
    says: "Read the files of a name",
    query: [...paged(defaultFileLimit, maxFileLimit), ...choice],
    gives: among(
      {
        ...suites,
        ...page,
        name: text,
        files: listOf(among({ path: text, repository: text, suite: text })),
      },
      ["snapshots", "unanswered", "name", "total", "truncated", "next", "files"],
    ),
    refuses: [400, 404, 503],
  },
  {
    path: "/api/v1/files",
    says: "Find which packages have a file",
    query: [
      parameter("path", "A whole path, its last steps, a file's name, or a glob."),
      parameter("match", "Which of these it is; without it the path's form says it.", {
        enum: ["path", "end", "name", "glob"],
      }),
      ...paged(100, maxFoundLimit),
      ...choice,
    ],
    gives: among(
      {
        ...suites,
        ...page,
        match: text,
        files: listOf(among({ path: text, packages: listOf(text), repository: text, suite: text })),
      },
      ["snapshots", "unanswered", "match", "total", "truncated", "next", "files"],
    ),
    refuses: [400, 404, 503],
  },
  {
    path: "/api/v1/project/{name}",
    says: "Read a project as Repology tells it",
    gives: repologyPackages,
    refuses: [400, 503],
  },
  ...["/api/v1/projects/", "/api/v1/projects/{bound}"].map((path) => ({
    path,
    says: "Find projects as Repology does",
    query: [
      parameter("search", "A part of the names; it is needed."),
      parameter("inrepo", "Only projects that this repository has."),
      parameter("notinrepo", "Only projects that this repository doesn't have."),
    ],
    gives: { type: "object", additionalProperties: repologyPackages },
    refuses: [400, 503],
  })),
];
