/** What probes and operators said of a mirror, and where its clients go then. */
import { describe, expect, it } from "vitest";
import { clients, listedFiles, makeEdge } from "./services.ts";
import { both, frankfurt, mirror, views } from "./views.ts";

const file = "debian/pool/main/a/apt/apt_2.6.1_amd64.deb";
const http = "http://near.example/";
const https = "https://near.example/";

function locationOf(response: Response): string {
  return response.headers.get("Location") ?? "";
}

describe("the redirect follows health: it", () => {
  it("goes on beside a mirror without the file, only for that file, to the next of the same client", async () => {
    const near = (name: string, without?: string[]) =>
      mirror(
        name,
        frankfurt,
        without && { carries: { debian: { ...both(name), without, exclude: ["x/"] } } },
      );
    const wrong = ["pool/wrong_1_amd64.deb"];
    const edge = makeEdge(
      () => new Response("from the origin"),
      views([near("a.example", wrong), near("b.example", wrong), near("c.example")]),
    );
    const hosts = (response: Response) => [
      ...new Set(
        [locationOf(response), ...(response.headers.get("Link") ?? "").split("<")].flatMap(
          (url) => /\/\/([a-z.]+)\//.exec(url)?.[1] ?? [],
        ),
      ),
    ];
    for (let network = 0; network < 20; network++) {
      const from = `5.1.${network}.3`;
      const all = hosts(await edge.fetch(`${http}debian/pool/right_1_amd64.deb`, { from }));
      expect(all).toHaveLength(3);
      const wrongPath = `${http}debian/${wrong[0]?.replace("_", "%5f")}`;
      const left = hosts(await edge.fetch(wrongPath, { from }));
      expect(left).toEqual(["c.example"]);
      expect(all).toContain("c.example");
    }
    const none = makeEdge(() => new Response("bytes"), views([near("a.example", wrong)]));
    expect(await (await none.fetch(`${http}debian/${wrong[0]}`)).text()).toBe("bytes");
    const told = await (await edge.fetch(`${http}debian/${wrong[0]}?trace`)).text();
    expect(told.match(/"excluded":"was found not to have this file rightly"/g)).toHaveLength(2);
  });

  it("looks beyond the first few when all of those lack the file", async () => {
    const near = Array.from({ length: 60 }, (_, at) => {
      const name = `m${at}.example`;
      return mirror(name, frankfurt, {
        carries: { debian: { ...both(name), without: ["pool/a.deb"] } },
      });
    });
    const far = mirror("far.example", { country: "JP" });
    const edge = makeEdge(undefined, views([...near, far]));
    const response = await edge.fetch(`${http}debian/pool/a.deb`, { from: clients.germany });
    expect(locationOf(response)).toBe("http://far.example/debian/pool/a.deb");
    expect(response.headers.get("Link")).toBeNull();
  });

  it("gives bytes where only drained mirrors are left, and lists none of them", async () => {
    const only = views([mirror("drained.example", frankfurt, { state: "drained" })]);
    const edge = makeEdge(() => new Response("bytes"), only);
    const response = await edge.fetch(http + file, { from: clients.germany });
    expect([response.status, await response.text()]).toEqual([200, "bytes"]);
    expect(await (await edge.fetch(`${http}${file}?mirrorlist`)).text()).toMatch(/^# No mirror/);
  });

  it("leaves out what is stale, and of a new file what is lagging", async () => {
    const carrying = (name: string, generation: number, freshness?: "lagging" | "stale") =>
      mirror(name, frankfurt, {
        carries: { debian: { ...both(name), generation, ...(freshness && { freshness }) } },
      });
    const list = views([
      carrying("lagging.example", 1, "lagging"),
      carrying("stale.example", 2, "stale"),
      { ...carrying("far.example", 2), country: "JP", latitude: 35.7, longitude: 139.7 },
    ]);
    for (const [first, location, duplicates] of [
      [2, "far.example", []],
      [1, "lagging.example", ["lagging.example", "far.example"]],
    ] as const) {
      const files = listedFiles(() => ({ size: 1024 * 1024, first }));
      const edge = makeEdge(undefined, list, { files });
      const response = await edge.fetch(http + file, { from: clients.germany });
      expect(locationOf(response)).toBe(`http://${location}/${file}`);
      const links = (response.headers.get("Link") ?? "").split(", ");
      expect(links.flatMap((link) => /\/\/([^/]+)/.exec(link)?.[1] ?? [])).toEqual(duplicates);
      expect(edge.asked).toEqual([]);
    }
  });

  it("follows the state of the client's own scheme", async () => {
    const states = { https: "down", http: "up" } as const;
    const half = mirror("half.example", frankfurt, {
      carries: { debian: { ...both("half.example"), states } },
    });
    const edge = makeEdge(() => new Response("bytes"), views([half]));
    expect(locationOf(await edge.fetch(http + file))).toBe(`http://half.example/${file}`);
    expect(await (await edge.fetch(https + file)).text()).toBe("bytes");
  });
});
