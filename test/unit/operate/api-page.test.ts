/** The page at `/api/`: each operation of the document is on it, and its examples are commands that a shell takes. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerOperators } from "../../../worker/operate/answer.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { apiDocument } from "./contract.ts";
import { openOffice, type TestOffice } from "./office.ts";

let database: BreakableSqlite;
let world: TestOffice;
let text: string;

const base = "https://packages.example/";

const ask = (path: string, method = "GET") =>
  answerOperators(
    new Request(`https://operators.invalid${path}`, {
      method,
      headers: { "Nearmirror-Base": base },
    }),
    world.office,
  );

beforeAll(async () => {
  database = new BreakableSqlite(join(temporaryFolder("api-page-"), "db.sqlite"));
  world = openOffice(database.sql);
  text = await (await ask("/api/")).text();
});
afterAll(() => database.close());

interface Told {
  operationId: string;
  parameters?: { name: string }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
  responses: object;
}

const operations = Object.entries(Object(apiDocument.paths)).flatMap(([path, methods]) =>
  Object.entries<Told>(Object(methods)).map(([method, told]) => ({ path, method, told })),
);

/** The part of the page that is about an operation. */
function partOf(id: string): string {
  const [, part = ""] = text.split(`id="${id}"`);
  return part.split("</details>")[0] ?? "";
}

it.each(operations)(
  "has $method $path with all that the document says",
  ({ path, method, told }) => {
    const part = partOf(told.operationId);
    expect(part).toContain(`>${method.toUpperCase()}</b> <code>${path}</code>`);
    for (const status of Object.keys(told.responses)) expect(part).toContain(`<b>${status}</b>`);
    const bodies = Object.values(told.requestBody?.content ?? {});
    const fields = bodies.flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
    const names = (told.parameters ?? []).map(({ name }) => name);
    for (const name of [...names, ...fields]) expect(part).toContain(`<code>${name}</code>`);
    const example = path.slice(1).replace(/\{\w+\}/g, (name) => name.slice(1, -1).toUpperCase());
    expect(part).toContain(`${base}${example}`);
  },
);

it("has examples that a shell takes as one command", () => {
  const examples = [...text.matchAll(/<pre tabindex="0">(curl [^<]*)<\/pre>/g)].map(
    ([, one = ""]) =>
      one.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
  );
  expect(examples).toHaveLength(operations.length);
  for (const one of examples) {
    const { status } = spawnSync("/bin/sh", ["-c", `curl() { exit 7; }; ${one}`]);
    expect(status, one).toBe(7);
  }
});

it("is below 60 KB as it is sent, and one page at one address", async () => {
  expect(gzipSync(text).byteLength).toBeLessThan(60_000);
  const moved = await ask("/api");
  expect(moved.status).toBe(301);
  expect(moved.headers.get("Location")).toBe("/api/");
  expect((await ask("/api/", "POST")).status).toBe(405);
});
