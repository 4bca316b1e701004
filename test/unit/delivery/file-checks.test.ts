import { describe, expect, it } from "vitest";
import { FileChecks } from "../../../worker/delivery/file-checks.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const base = "http://a.example/debian/";
const file = { repository: "debian", path: "pool/a.deb", size: 7 };
const server = { base, asker: { host: "here.example", cdnLoop: null }, now };

/** A server that answers with these statuses in turn, the file's size with each. */
function checks(...statuses: number[]) {
  const left = [...statuses];
  const sources = {
    fetch: async () =>
      new Response(null, { status: left.shift() ?? 500, headers: { "Content-Length": "7" } }),
    cache: { match: async () => undefined, put: async () => undefined, delete: async () => false },
    ownHosts: [],
    publicUrl: "",
  };
  return new FileChecks(sources);
}

describe("what a server says of a file now", () => {
  it("is remembered where nothing else tells that it has the file", async () => {
    const asked = checks(200);
    expect(await asked.askNow(file, server, 1000)).toEqual({ at: now, size: 7 });
    expect(asked.of(file)?.get(base)).toEqual({ at: now, size: 7 });
  });

  it("isn't, where it is as known", async () => {
    const asked = checks(200);
    expect(await asked.askNow(file, server, 1000, true)).toEqual({ at: now, size: 7 });
    expect(asked.of(file)).toBeUndefined();
  });

  it("doesn't mend bytes that were found wrong while it was asked", async () => {
    const asked = checks(200, 200);
    const answer = asked.askNow(file, server, 1000);
    asked.refute(file, base, now);
    expect(await answer).toEqual({ at: now, size: 7 });
    expect(asked.of(file)?.get(base)).toEqual({ at: now, failed: "wrong" });
    await asked.askNow(file, { ...server, now: now + 1 }, 1000);
    expect(asked.of(file)?.get(base)).toEqual({ at: now + 1, size: 7 });
  });

  it("is, where it is other than known, and where it takes that back", async () => {
    const asked = checks(404, 200);
    await asked.askNow(file, server, 1000, true);
    expect(asked.of(file)?.get(base)).toEqual({ at: now, failed: "absent" });
    await asked.askNow(file, { ...server, now: now + 1 }, 1000, true);
    expect(asked.of(file)?.get(base)).toEqual({ at: now + 1, size: 7 });
  });
});
