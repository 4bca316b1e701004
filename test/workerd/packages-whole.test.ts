/** Questions about packages through the whole Worker: from the edge over its binding to the entrypoint, and on to the list. */
import { env, reset, SELF } from "cloudflare:test";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { viewsKey } from "../../worker/views/views-key.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      VIEWS: KVNamespace;
    }
  }
}

beforeAll(() => {
  // Nothing may reach the internet: origins of the bundled list are real.
  vi.stubGlobal("fetch", async () => new Response("none", { status: 404 }));
});
afterEach(() => reset());

const base = "http://near.example";

test("the list in force is searched, and nobody is followed for it", async () => {
  const version = Date.parse("2030-01-01T00:00:00Z");
  const repositories = [
    {
      name: "shop",
      kind: "apt",
      title: "Shop",
      origin: "http://shop.example/",
      architectures: ["amd64"],
      roots: ["dists/now/InRelease"],
      keys: [],
      setup: {},
    },
  ];
  await env.VIEWS.put(
    viewsKey,
    JSON.stringify({ roster: { version, mirrors: [] }, catalogue: { version, repositories } }),
  );
  const response = await SELF.fetch(`${base}/api/v1/packages?q=mc`);
  // No suite has answered: that nothing is called so is more than anybody knows.
  expect([response.status, response.headers.get("Retry-After")]).toEqual([
    503,
    expect.stringMatching(/^\d+$/),
  ]);
  expect(await response.json()).toMatchObject({
    status: 503,
    detail: expect.stringContaining("Nobody has asked for it here yet"),
  });
  const wrong = await SELF.fetch(`${base}/api/v1/packages?q=mc&repository=shops`);
  expect([wrong.status, await wrong.json()]).toEqual([
    400,
    expect.objectContaining({ detail: expect.stringContaining("Did you mean shop?") }),
  ]);
  const one = await SELF.fetch(`${base}/api/v1/packages/mc`);
  expect(one.status).toBe(503);
  const head = await SELF.fetch(`${base}/madison?package=mc`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([503, ""]);
  const page = await SELF.fetch(`${base}/packages?q=mc`, { headers: { Accept: "text/html" } });
  expect([page.status, page.headers.get("Content-Type")]).toEqual([
    503,
    "text/html; charset=utf-8",
  ]);
  expect(await page.text()).toContain("Nobody has asked for it here yet");
});
