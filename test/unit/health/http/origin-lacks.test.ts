/** A file that the origin lacks as well says nothing of a mirror. */
import { expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { OriginLacks } from "../../../../worker/health/http/origin-lacks.ts";
import { probeFiles } from "../../../../worker/health/http/probe-files.ts";
import type { Ask } from "../../../../worker/outbound/ask.ts";
import { Visit } from "../../../../worker/outbound/visit.ts";

const [mirror, origin] = ["http://mirror.example/", "http://origin.example/"];
const size = 7;
const paths = ["a.deb", "b.deb", "c.deb", "d.deb"];

/** A mirror and an origin with these files, and what they were asked. */
function world(mirrors: readonly string[], origins: readonly string[] | "gone") {
  const asked: string[] = [];
  const ask: Ask = async ({ url }) => {
    asked.push(url);
    const has = url.startsWith(mirror) ? mirrors : origins;
    if (has === "gone") return { failed: "unreachable", detail: "Refused.", totalMs: 1 };
    const status = has.includes(url.replace(/^.*\//, "")) ? 200 : 404;
    const headers = new Headers({ "Content-Length": String(size) });
    return { status, headers, body: new Uint8Array(), whole: true, headersMs: 1, totalMs: 1 };
  };
  let clock = 0;
  const now = () => clock;
  const options = { ask, now, userAgent: "test/1", deadlineMs: 1000, ownHosts: [] };
  const lacks = new OriginLacks(options);
  const probe = () =>
    probeFiles(
      new Visit(mirror, options),
      paths.map((path) => ({ path, size })),
      {
        ...options,
        random: seeded(3),
        content: false,
        files: 1,
        originRange: async () => undefined,
        originLacks: (path) => lacks.lacks(origin, path),
      },
    );
  const atOrigin = () => asked.filter((url) => url.startsWith(origin)).length;
  return { probe, atOrigin, pass: (ms: number) => (clock += ms) };
}

test("all that the index lists is missing at both: the mirror is no failure", async () => {
  const { probe } = world([], []);
  expect(await probe()).toEqual({ files: [] });
});

test("files that both lack are passed over for others", async () => {
  const { probe } = world(["c.deb", "d.deb"], ["c.deb", "d.deb"]);
  const { failure, files } = await probe();
  expect(failure).toBeUndefined();
  expect(files.map(({ failure }) => failure)).not.toHaveLength(0);
  for (const { path, failure: fault } of files) {
    expect(["c.deb", "d.deb"]).toContain(path);
    expect(fault).toBeUndefined();
  }
});

test("what the origin has, the mirror is to blame for lacking; also while the origin is gone", async () => {
  for (const origins of [paths, "gone"] as const) {
    const { probe } = world([], origins);
    const { failure, files } = await probe();
    expect(failure).toMatchObject({ kind: "status", status: 404 });
    expect(files).toHaveLength(4);
  }
});

test("the origin is asked once for all mirrors, and again after ten minutes", async () => {
  const { probe, atOrigin, pass } = world([], []);
  await probe();
  await probe();
  expect(atOrigin()).toBe(4);
  pass(600_000);
  await probe();
  expect(atOrigin()).toBe(8);
});
