/** The image catalogue at the URLs where other programs look for it. */
import { beforeEach, expect, test } from "vitest";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { image } from "../unit/images/generated-catalogue.ts";
import { dateOf, hashOf, SnapshotWorld } from "./snapshot-services.ts";

let world: SnapshotWorld;

/** Large enough for a redirect. */
const contentOf = (name: string) => name.padEnd(defaultMinSize, ".");
const path = (version: string) => `current/amd64/iso-cd/debian-${version}-amd64-netinst.iso`;

async function publish(n: number, version: string): Promise<void> {
  const root = "SHA256SUMS";
  const state = {
    root,
    files: { [root]: `sums ${n}`, "SHA256SUMS.sign": `signature ${n}` },
    indexes: {},
    lastModified: dateOf(n),
  };
  const text = contentOf(path(version));
  const told = { version, sha256: hashOf(text), size: text.length };
  const images = [image({ path: path(version), ...told })];
  await world.publish([state], { payload: { [path(version)]: text }, images });
}

beforeEach(async () => {
  world = new SnapshotWorld("images", ["SHA256SUMS"]);
  await publish(1, "13.1.0");
});

test("isoinfo.json links to what is served, at both of its URLs", async () => {
  for (const at of ["/isoinfo.json", "/static/status/isoinfo.json"]) {
    const response = await world.fetch(at);
    const body: unknown = JSON.parse(response.text);
    expect(body).toEqual([
      {
        distro: "Debian",
        category: "os",
        urls: [
          {
            name: "13.1.0 (amd64, Network installer)",
            url: expect.stringContaining(path("13.1.0")),
          },
        ],
      },
    ]);
    const [url = ""] = /https?:[^"]+/.exec(JSON.stringify(body)) ?? [];
    const file = await world.fetch(new URL(url).pathname);
    expect([file.status, file.headers.get("Location")]).toEqual([
      302,
      expect.stringContaining(path("13.1.0")),
    ]);
  }
});

test("what a client has stays good until a publication, and is another answer then", async () => {
  const first = await world.fetch("/isoinfo.json");
  const known = { "If-None-Match": first.headers.get("ETag") ?? "" };
  expect((await world.fetch("/isoinfo.json", { headers: known })).status).toBe(304);
  await publish(2, "13.2.0");
  world.now += 10_000;
  const changed = await world.fetch("/isoinfo.json", { headers: known });
  expect([changed.status, changed.text]).toEqual([200, expect.stringContaining("13.2.0 (amd64")]);
});

test("a mistyped filter is refused with what is nearest", async () => {
  const response = await world.fetch("/api/v1/images/quickget.csv?architecture=amd65");
  expect(response.status).toBe(400);
  expect(response.text).toContain("Did you mean amd64?");
});
