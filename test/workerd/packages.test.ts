/** Questions about packages on their way from the edge to the watchers' script, and back. */
import { createExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { defaultRules } from "../../worker/health/rules.ts";
import { baseHeader } from "../../worker/http/caller-header.ts";
import { answer } from "../../worker/routes/answer.ts";
import type { AskPackages } from "../../worker/routes/forward-to-packages.ts";
import { makeEdge, start } from "./services.ts";

const edge = makeEdge();

async function fetchEdge(path: string, packages?: AskPackages, init: RequestInit = {}) {
  const { views, clients, history, payload } = edge;
  const more = { now: () => start, rules: defaultRules, ownId: "near.example" };
  const services = { views, clients, history, payload, ...more, ...(packages && { packages }) };
  const request = new Request(`http://near.example${path}`, { redirect: "manual", ...init });
  return await answer(request, services, createExecutionContext());
}

/** Tells what it was asked, in headers that can't be changed: as what another script answers. */
function telling(): { asked: Request[]; packages: AskPackages } {
  const asked: Request[] = [];
  return {
    asked,
    packages: async (request) => {
      asked.push(request.clone());
      return await fetch("data:application/json,{}");
    },
  };
}

const paths = [
  "/packages?q=mc&in=name",
  "/packages/debian/libstdc%2B%2B6",
  "/packages/debian/mc/feed.xml",
  "/packages/search/json/?q=zlib",
  "/packages/core/x86_64/zlib/json/",
  "/packages/core/x86_64/zlib/files/json/",
  "/packages/core/x86_64/zlib/sonames/json/",
  "/packages/core/x86_64/zlib/download/",
  "/api/v1/packages?q=mc",
  "/api/v1/packages/mc",
  "/api/v1/packages/mc/versions",
  "/api/v1/packages/mc/files",
  "/api/v1/files?path=/usr/bin/mc",
  "/api/v1/project/mc",
  "/api/v1/projects/?search=mc",
  "/api/v1/projects/mc/?search=mc",
  "/madison?package=mc+zlib1g&text=on&",
  "/mdapi/branches",
  "/mdapi/f44/pkg/zlib",
  "/mdapi/f44/provides/libz.so.1()(64bit)",
  "/search?keywords=mc",
];

test.each(paths)("%s goes to the watchers' script as it is", async (path) => {
  const { asked, packages } = telling();
  const headers = {
    "Accept-Language": "zh",
    Cookie: "secret",
    "X-Forwarded-For": "5.1.2.3",
    [baseHeader]: "http://evil/",
  };
  const got = await fetchEdge(path, packages, { headers });
  expect([got.status, await got.text()]).toEqual([200, "{}"]);
  expect(got.headers.get("X-Content-Type-Options")).toBe("nosniff");
  const [request] = asked;
  expect([request?.method, request?.url]).toEqual(["GET", `https://packages.invalid${path}`]);
  // The service's own address and the language go with it, and nothing of who asks.
  expect([...(request?.headers ?? [])]).toEqual([
    ["accept-language", "zh"],
    [baseHeader.toLowerCase(), "http://near.example/"],
  ]);
});

test("HEAD is asked as GET, and has no body", async () => {
  const { asked, packages } = telling();
  const got = await fetchEdge("/api/v1/packages?q=mc", packages, { method: "HEAD" });
  expect([got.status, await got.text(), asked[0]?.method]).toEqual([200, "", "GET"]);
  expect(got.headers.get("Content-Type")).toBe("application/json");
});

test("a batch goes with its body", async () => {
  const { asked, packages } = telling();
  const body = '{"names":["mc"]}';
  await fetchEdge("/api/v1/packages", packages, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json" },
  });
  expect([asked[0]?.method, await asked[0]?.text()]).toEqual(["POST", body]);
});

test("other methods aren't forwarded", async () => {
  const { asked, packages } = telling();
  for (const [path, method, allow] of [
    ["/api/v1/packages", "PUT", "GET, HEAD, POST"],
    ["/madison", "POST", "GET, HEAD"],
  ]) {
    const got = await fetchEdge(path ?? "", packages, { method: method ?? "" });
    expect([got.status, got.headers.get("Allow")]).toEqual([405, allow]);
  }
  expect(asked).toEqual([]);
});

test("a page of another site may send a batch, and read why it isn't answered", async () => {
  const { asked, packages } = telling();
  const page = { Origin: "https://other.example" };
  const preflight = await fetchEdge("/api/v1/packages", packages, {
    method: "OPTIONS",
    headers: {
      ...page,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type",
    },
  });
  const told = Object.fromEntries(preflight.headers);
  expect([preflight.status, await preflight.text()]).toEqual([204, ""]);
  expect(told).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": expect.stringContaining("Content-Type"),
    "access-control-max-age": "86400",
  });
  expect(asked).toEqual([]);
  for (const reached of [packages, undefined, () => Promise.reject(new Error("gone"))]) {
    const body = '{"names":["mc"]}';
    const headers = { ...page, "Content-Type": "application/json" };
    const got = await fetchEdge("/api/v1/packages", reached, { method: "POST", body, headers });
    expect(got.headers.get("Access-Control-Allow-Origin")).toBe("*");
  }
});

test("nothing else is opened to pages of other sites", async () => {
  const headers = { "Access-Control-Request-Method": "POST" };
  for (const path of ["/packages", "/packages/debian/mc", "/api/v1/repositories/debian/refresh"]) {
    const got = await fetchEdge(path, telling().packages, { method: "OPTIONS", headers });
    expect([path, got.status]).toEqual([path, 405]);
    expect(got.headers.get("Access-Control-Allow-Origin")).toBe(null);
  }
  // Not asked by a browser for a script.
  const plain = await fetchEdge("/api/v1/packages", telling().packages, { method: "OPTIONS" });
  expect(plain.status).toBe(405);
});

test("where nothing is bound each path says so", async () => {
  for (const path of paths) {
    const got = await fetchEdge(path);
    const text = await got.text();
    expect([path, got.status, text.includes("No packages are read here")]).toEqual([
      path,
      404,
      true,
    ]);
    const isOfApi = path.startsWith("/api/");
    expect(got.headers.get("Content-Type")).toContain(isOfApi ? "problem+json" : "text/plain");
  }
});

test("a script that can't be reached is a 503 with a time to ask again", async () => {
  const got = await fetchEdge("/api/v1/packages?q=mc", () => Promise.reject(new Error("gone")));
  expect([got.status, got.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(await got.text()).not.toContain("gone");
});
