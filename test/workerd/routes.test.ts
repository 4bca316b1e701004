/** The table of URLs held against what the Worker answers. */
import { createExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { defaultRules } from "../../worker/health/rules.ts";
import { ownSegments } from "../../worker/http/own-segments.ts";
import { answer } from "../../worker/routes/answer.ts";
import { isForOperators } from "../../worker/routes/forward-to-operators.ts";
import { pageRoutes, repositoryRoutes } from "../../worker/routes/table.ts";
import { makeEdge, start } from "./services.ts";

const base = "http://near.example";
const edge = makeEdge(() => new Response("Origin: Debian\n", { headers: { ETag: '"1"' } }));

/** What stands for a placeholder, by its name. */
const examples: Readonly<Record<string, string>> = {
  name: "debian",
  kind: "apt",
  repository: "debian",
  snapshot: "20260101T0000Z",
  architecture: "x86_64",
  branch: "f44",
  relation: "provides",
  bound: "zlib",
  path: "dists/trixie/Release",
};

function exampleOf(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, word: string) => {
    const example = examples[word];
    if (example === undefined) throw new Error(`no example for {${word}} of ${path}`);
    return example;
  });
}

const paths = [...new Set(pageRoutes.map(({ path }) => path))];

test.each(pageRoutes.map(({ method, path }) => [method, path] as const))(
  "%s %s is answered",
  async (method, path) => {
    const response = await edge.fetch(base + exampleOf(path), { method });
    // An answer of the row's own: also that a thing of that name isn't there, but not that there is no such path.
    expect(await response.text()).not.toContain("Repositories: ");
    expect(response.status).not.toBe(405);
  },
);

test.each(paths)("%s answers the methods of its rows, and names them for others", async (path) => {
  const answered = pageRoutes.filter((row) => row.path === path).map((row) => row.method);
  const allow = answered.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one]));
  for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await edge.fetch(base + exampleOf(path), { method });
    const told = [response.status === 405, response.headers.get("Allow")];
    expect([method, ...told]).toEqual(
      allow.includes(method) ? [method, false, null] : [method, true, allow.join(", ")],
    );
  }
});

test.each(paths)("HEAD %s has GET's status and headers, and no body", async (path) => {
  if (!pageRoutes.some((row) => row.path === path && row.method === "GET")) return;
  const [get, head] = await Promise.all([
    edge.fetch(base + exampleOf(path)),
    edge.fetch(base + exampleOf(path), { method: "HEAD" }),
  ]);
  expect(head.status).toBe(get.status);
  expect(head.headers.get("Content-Type")).toBe(get.headers.get("Content-Type"));
  expect(await head.text()).toBe("");
});

test("nobody frames a page, or says what its links mean", async () => {
  const pages = [
    ...paths.map(exampleOf),
    "/debian/pool/main/",
    "/debian/pool/a_1_amd64.deb?mirrorlist",
  ];
  const origins = makeEdge(
    () =>
      new Response("<title>x</title>", { headers: { "Content-Type": "text/html", ETag: '"1"' } }),
  );
  let seen = 0;
  for (const path of [...pages, "/debian/dists/trixie/x.html"]) {
    for (const from of [edge, origins]) {
      const response = await from.fetch(base + path, { headers: { Accept: "text/html" } });
      if (!response.headers.get("Content-Type")?.startsWith("text/html")) continue;
      seen++;
      const policy = response.headers.get("Content-Security-Policy");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy, path).toContain("base-uri 'none'");
    }
  }
  expect(seen).toBeGreaterThan(4);
});

test("whatever is our own says that it is what its type says", async () => {
  const file = "/debian/pool/a_1_amd64.deb";
  const behind = [".meta4", ".metalink", ".sha256", ".mirrorlist"].map((one) => file + one);
  const asked = [
    ...pageRoutes.map(({ path, method }) => [method, exampleOf(path)]),
    ...["/nothing", "/%zz", `${file}?country=nowhere`, "/mirrors?lang=xx"].map((one) => [
      "GET",
      one,
    ]),
    ["PUT", "/mirrors"],
    ...["", "?format=json", "?format=text"].map((one) => ["GET", `/debian/pool/${one}`]),
    ...["?trace=json", "?trace=text", "?mirrorlist"].map((one) => ["GET", file + one]),
    ...behind.map((one) => ["GET", one]),
    ...["/images/debian/x", "/images/debian/13/amd64/netinst"].map((one) => ["GET", one]),
  ];
  const page = '<title>Index of /</title><a href="a.deb">a.deb</a>';
  const listing = makeEdge(() => new Response(page, { headers: { "Content-Type": "text/html" } }));
  const missing: string[] = [];
  for (const [method = "", path = ""] of asked) {
    for (const accept of ["text/html", "application/json", "*/*"]) {
      const response = await listing.fetch(base + path, { method, headers: { Accept: accept } });
      if (response.headers.get("X-Content-Type-Options") === "nosniff") continue;
      // A redirect has no body.
      if (response.status < 300 || response.status >= 400) missing.push(`${path} as ${accept}`);
    }
  }
  expect(missing).toEqual([]);
});

test("a script names no host that only the request says to be ours", async () => {
  const ask = (url: string, publicUrl = "") => {
    const { views, clients, history, payload } = edge;
    const ownNames = { publicUrl, hosts: ["127.0.0.1:8080", "localhost:8080"] };
    const more = { now: () => start, rules: defaultRules, ownId: "near.example", ownNames };
    const services = { views, clients, history, payload, ...more };
    return answer(new Request(url), services, createExecutionContext());
  };
  for (const path of ["setup/debian", "setup/debian/bytes"]) {
    const refused = await ask(`http://evil.example/${path}`);
    const text = await refused.text();
    expect(refused.status).toBe(421);
    // It may be piped into a shell.
    expect(
      text
        .trimEnd()
        .split("\n")
        .every((line) => line.startsWith("#")),
    ).toBe(true);
    expect(text).not.toContain("evil");
    expect(text).toContain("http://127.0.0.1:8080/");
    expect(await (await ask(`http://localhost:8080/${path}`)).text()).toContain(
      "http://localhost:8080/",
    );
    const set = await (await ask(`http://evil.example/${path}`, "https://near.example/")).text();
    expect(set).toContain("https://near.example/");
    expect(set).not.toContain("evil.example");
  }
  const page = await (await ask("http://evil.example/repositories/debian")).text();
  expect(page).not.toContain("evil.example");
  expect(page).toContain("http://127.0.0.1:8080/");
});

test.each(Object.values(repositoryRoutes).map(({ path }) => path))(
  "%s is a repository's own answer, for GET and HEAD alone",
  async (path) => {
    const url = base + exampleOf(path);
    const response = await edge.fetch(url);
    expect(await response.text()).not.toContain("Repositories: ");
    const post = await edge.fetch(url, { method: "POST" });
    expect([post.status, post.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
  },
);

test("a repository can be called like no row of the table", () => {
  const all = [...pageRoutes, ...Object.values(repositoryRoutes)];
  const first = all.map(({ path }) => path.split("/")[1] ?? "");
  const fixed = new Set(first.filter((segment) => segment !== "" && !segment.startsWith("{")));
  // What operators ask isn't in the table: the object of operators answers it.
  for (const segment of ["api", "operate"]) {
    expect(isForOperators(`/${segment}/x`)).toBe(true);
    fixed.add(segment);
  }
  expect([...fixed].sort()).toEqual([...ownSegments].sort());
});

test("a page with two slashes behind it isn't there: beside it, a relative Location leads elsewhere", async () => {
  const response = await edge.fetch(`${base}/about//`);
  expect([response.status, response.headers.get("Location")]).toEqual([404, null]);
});

// A look-up of its own redirects the images', and Arch's search has a slash at its own site.
const withOwnSlash = ["/images", "/packages/search/json"];

test.each(paths.filter((path) => !/[{]|\/$/.test(path) && !withOwnSlash.includes(path)))(
  "%s/ is a redirect to it, with query and method",
  async (path) => {
    for (const [method, query] of [
      ["GET", "?q=mc&lang=zh"],
      ["POST", ""],
    ]) {
      const asked = `${base}${path}/${query}`;
      const response = await edge.fetch(asked, { method: method ?? "" });
      expect(response.status).toBe(308);
      const location = response.headers.get("Location") ?? "";
      // Where a proxy in front has a path of its own before ours, it stays.
      for (const before of ["", "/near"]) {
        const from = asked.replace(base, base + before);
        expect(new URL(location, from).href).toBe(`${base}${before}${path}${query}`);
      }
    }
  },
);

test.each([
  "/nothing",
  "/setup",
  "/setup/",
  "/setup/debian/more/",
  "/api",
  "/api/v2/health",
  "/api/v1/health/more",
  "/api/v1/repositories/debian/snapshots/x",
  "/mirrorlist/apt",
  "/again",
  "/again/nothing/x",
  "/nothing@20260101T0000Z/x",
  "/metricsx",
])("%s is in no row: 404, with the repositories there are", async (path) => {
  const response = await edge.fetch(base + path);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("Repositories: /");
});
