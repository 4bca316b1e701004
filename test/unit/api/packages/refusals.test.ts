import { expect, test, vi } from "vitest";
import { packageApiRows } from "../../../../worker/api/packages/answer-packages.ts";
import { ask } from "./stand-in.ts";

const search = "/api/v1/packages";

test.each([
  [search, "q= is missing"],
  [`${search}?q=`, "q= is missing"],
  [`${search}?q=a&limit=201`, "from 1 to 200"],
  [`${search}?q=a&limit=0`, "from 1 to 200"],
  [`${search}?q=a&limit=x`, "from 1 to 200"],
  [`${search}?q=a&in=nmae`, "Did you mean name?"],
  [`${search}?q=a&repositry=debian`, "Did you mean repository=?"],
  [`${search}?q=a&kind=pacmann`, "Did you mean pacman?"],
  [`${search}?q=a&suite=bookwurm`, "There are: trixie, bookworm"],
  [`${search}?q=a&exact=perhaps`, "neither yes (1) nor no (0)"],
  [`${search}?q=a&format=xml`, "There are: json, text"],
  [`${search}?q=a%00b`, "control character"],
  [`${search}?q=%ff%fe`, "aren't UTF-8"],
  [`${search}?purl=mc`, "pkg:TYPE/NAMESPACE/NAME@VERSION"],
  [`${search}?purl=pkg:deb`, "pkg:TYPE/NAMESPACE/NAME@VERSION"],
  [`${search}?purl=pkg:deb/debian/mc&q=a`, "means nothing beside purl="],
  [`${search}/mc/files?limit=10001`, "from 1 to 10000"],
  [`${search}/mc?q=a`, "q= means nothing here"],
  ["/api/v1/files", "path= is missing"],
  ["/api/v1/files?path=/usr/share/*", "folders of commands alone"],
  ["/api/v1/projects", "search= is missing"],
  ["/api/v1/project/zlib?x=1", "all that can be asked is in the path"],
  ["/madison?s=trixie", "package= is missing"],
  ["/madison?package=mc&r", "regular expressions"],
  ["/madison?package=mc&b=udeb", "b=udeb is not there"],
  ["/packages/search/json/?q=zlib&maintainer=x", "only Arch's own site"],
  ["/mdapi/f44/conflicts/zlib", "can't be found by conflicts"],
  ["/search?keywords=x&searchon=nams", "Did you mean names?"],
])("%s is refused", async (path, detail) => {
  const { status, headers, json } = await ask(path);
  expect(status).toBe(400);
  expect(headers.get("Content-Type")).toBe("application/problem+json");
  expect(json()).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
});

test.each([
  ["301 characters", `q=${"a".repeat(301)}`, "300 at most"],
  ["10 KB", `q=${"a".repeat(10_240)}`, "512 at most"],
  ["65 suites", `q=a&suite=${Array.from({ length: 65 }, (_, n) => `s${n}`)}`, "64 at most"],
])("%s are refused", async (_, query, detail) => {
  const { status, json } = await ask(`${search}?${query}`);
  expect(status).toBe(400);
  expect(json()).toMatchObject({ detail: expect.stringContaining(detail) });
});

test.each([
  ["no JSON", 400, "can't be taken"],
  ["[]", 400, "not an object"],
  ['{"names":"mc"}', 400, "names is not a list"],
  ['{"names":[]}', 400, "names is empty"],
  ['{"names":[1]}', 400, "names[0] is not text"],
  ['{"names":[""]}', 400, "names[0] is empty"],
  ['{"names":["a\\u0000"]}', 400, "control character"],
  ['{"names":["\\ud800"]}', 400, "aren't UTF-8"],
])("the body %s is refused", async (body, status, detail) => {
  const answer = await ask(search, { method: "POST", body });
  expect(answer.status).toBe(status);
  expect(answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
});

test("a body of too many names, or of too many bytes, is refused", async () => {
  const names = Array.from({ length: 1001 }, (_, n) => `p${n}`);
  const many = await ask(search, { method: "POST", body: JSON.stringify({ names }) });
  expect([many.status, many.text.includes("1000 at most")]).toEqual([400, true]);
  const long = await ask(search, { method: "POST", body: "x".repeat(300_000) });
  expect([long.status, long.text.includes("more than 262144 bytes")]).toEqual([413, true]);
});

test("other methods are told which are answered", async () => {
  const put = await ask(search, { method: "PUT" });
  expect([put.status, put.headers.get("Allow")]).toEqual([405, "GET, HEAD, POST"]);
  const post = await ask("/madison", { method: "POST" });
  expect([post.status, post.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
});

test("a fault of the service is a problem, and its text stays in the log", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { status, text } = await ask(`${search}?q=mc`, { mood: { fails: true } });
  expect([status, text.includes("a fault of its own")]).toEqual([500, true]);
  expect(text).not.toContain('a fault"');
  expect(log).toHaveBeenCalledOnce();
});

/** What people and attackers type: syntax of searches and databases, odd letters, cut escapes. */
const pieces = [
  ..."abz09 +-*?\"'()[]{}<>=^~:;,./\\|&#%@!$`_".split(""),
  "mc",
  "zlib",
  "NEAR(",
  "AND",
  "OR",
  "NOT",
  "name:",
  "%00",
  "%ff",
  "%E2%80%AE",
  "%F0%9F%A6%8A",
  "%D7%A9%D7%9C",
  "%",
  "%2",
  "%2e%2e",
  "' OR 1=1 --",
  "constructor",
  "__proto__",
  "\u0000",
  "\u202e",
  "🦊",
  "e\u0301",
  "x".repeat(300),
];
/** Some that each URL takes, the first of which it needs; others it refuses. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  "/api/v1/packages": ["q", "in", "repository", "exact", "limit", "after", "at", "format"],
  "/api/v1/files": ["path", "match", "limit", "architecture"],
  "/api/v1/projects": ["search", "inrepo", "notinrepo"],
  "/madison": ["package", "a", "c", "f", "S", "g", "text"],
  "/packages/search/json": ["q", "name", "desc", "repo", "arch", "sort", "page"],
  "/search": ["keywords", "searchon", "mode", "suite", "arch"],
};
const others = ["constructor", "kind", "suite", "x"];

/** xorshift32, so that a failing case can be had again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test("2,000 odd questions of seed 20261201: each is answered or refused", async () => {
  const next = numbers(20_261_201);
  const text = () => Array.from({ length: next(6) }, () => pieces[next(pieces.length)]).join("");
  const one = (list: readonly string[]) => list[next(list.length)] ?? "";
  const paths = packageApiRows.filter(({ method }) => method === "GET").map(({ path }) => path);
  const statuses = new Map<number, number>();
  for (let n = 0; n < 2000; n++) {
    const pattern = one(paths);
    const path = pattern.replace(/\{\w+\}/g, () =>
      encodeURIComponent(text().replace(/[%\ud800-\udfff]/g, "") || "mc").replace(/^\.+$/, "mc"),
    );
    const [needed, ...more] = parameters[pattern] ?? [];
    const query = needed === undefined ? [] : [`${needed}=${encodeURIComponent(text() || "z")}`];
    for (let left = next(3); left > 0; left--) {
      const name = one(next(8) === 0 || more.length === 0 ? others : more);
      query.push(`${name}=${next(2) === 0 ? text() : encodeURIComponent(text())}`);
    }
    const url = `${path}?${query.join("&")}`;
    const { status } = await ask(url);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (![200, 302, 303, 400, 404].includes(status))
      throw new Error(`case ${n}: ${status} of ${url}`);
  }
  // Not all were refused.
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(statuses.get(400)).toBeGreaterThan(100);
});
