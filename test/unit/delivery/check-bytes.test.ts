/** Which small file a mirror is looked at by, and what its bytes say. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type CheckResult,
  canaryFor,
  firstWrong,
  judgeBytes,
} from "../../../worker/delivery/check-bytes.ts";
import { LivenessLog } from "../../../worker/delivery/liveness-log.ts";
import type { Gaps } from "../../../worker/mirrors/eligible.ts";
import type { Carried } from "../../../worker/mirrors/roster.ts";
import type { Reply } from "../../../worker/outbound/ask.ts";
import type { Canary } from "../../../worker/repositories/chain/snapshot.ts";

const bytes = new TextEncoder().encode("small".repeat(300));
const file: Canary = {
  path: "pool/s/small_1_all.deb",
  size: bytes.byteLength,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  first: 3,
};

function fileOf(path: string, first: number): Canary {
  return { ...file, path, first };
}

describe("the file that a mirror is looked at by", () => {
  const repository = { kind: "apt" as const, architectures: ["amd64", "arm64"] };
  const files = [fileOf("old_all.deb", 1), fileOf("new_amd64.deb", 5)];

  function chosen(carried: Partial<Carried>, turn = 0, without: string[] = [], served = 5) {
    const gaps: Gaps = { carried: { http: "http://m/", ...carried }, without: new Set(without) };
    return canaryFor({ files, repository, served }, gaps, turn)?.path;
  }

  it("is another one each time", () => {
    const turns = [0, 1, 2, 3].map((turn) => chosen({ generation: 5 }, turn));
    expect(turns).toEqual(["old_all.deb", "new_amd64.deb", "old_all.deb", "new_amd64.deb"]);
  });

  it.each<[string, Parameters<typeof chosen>]>([
    ["is listed since a later generation than the mirror's", [{ generation: 4 }, 1]],
    ["was found not to be there rightly", [{ generation: 5 }, 1, ["new_amd64.deb"]]],
    ["is left out there", [{ generation: 5, exclude: ["new_"] }, 1]],
    ["is of an architecture that isn't carried", [{ generation: 5, architectures: ["arm64"] }, 1]],
  ])("is none that %s", (_, of) => {
    expect(chosen(...of)).toBe("old_all.deb");
  });

  it.each<[string, Parameters<typeof chosen>]>([
    ["nobody has probed the mirror", [{}]],
    ["the mirror's generation is before all", [{ generation: 0 }]],
    ["it is ahead of what is served", [{ generation: 6 }]],
    ["it lacks several files", [{ generation: 5, patchy: true }]],
    ["both are left out", [{ generation: 5 }, 0, ["old_all.deb", "new_amd64.deb"]]],
  ])("is none where %s", (_, of) => {
    expect(chosen(...of)).toBeUndefined();
  });
});

describe("bytes", () => {
  function reply(more: Partial<Reply>) {
    const whole = { status: 200, headers: new Headers(), body: bytes, whole: true };
    return { url: "http://m/", reply: { ...whole, headersMs: 1, totalMs: 2, ...more } };
  }
  const flipped = bytes.map((byte, at) => (at === 700 ? byte ^ 1 : byte));
  const longer = new Uint8Array([...bytes, 0]);

  it("are right where size and hash are", () => {
    expect(judgeBytes(reply({}), file)).toEqual({ found: "right", read: file.size });
  });

  it.each<[string, Partial<Reply>, CheckResult]>([
    ["one bit is another", { body: flipped }, { found: "wrong", inBody: true }],
    ["they go on", { body: longer }, { found: "wrong", inBody: true }],
    ["some are missing", { body: bytes.subarray(1) }, { found: "wrong", inBody: true }],
    ["they break off", { body: bytes.subarray(9), whole: false }, { found: "wrong", inBody: true }],
    [
      "they are late",
      { body: bytes.subarray(9), whole: false, late: true },
      { found: "silent", inBody: true },
    ],
    [
      "they are late, and too many",
      { body: longer, whole: false, late: true },
      { found: "wrong", inBody: true },
    ],
    ["the file is missing", { status: 404, body: new Uint8Array(9) }, { found: "wrong" }],
    ["they are refused to us", { status: 403 }, { found: "wrong" }],
    ["they are a part of the file", { status: 206 }, { found: "wrong" }],
  ])("aren't where %s", (_, more, expected) => {
    const { found, inBody, said } = judgeBytes(reply(more), file);
    expect({ found, ...(inBody && { inBody }) }).toEqual(expected);
    expect(said).toContain(file.path);
  });

  it.each([
    ["unreachable", "silent"],
    ["timeout", "silent"],
    ["tls", "silent"],
    ["loop", "wrong"],
    ["downgrade", "wrong"],
    ["inside", "wrong"],
  ] as const)("that don't come, %s, are %s, though not by a body", (kind, found) => {
    const failure = { kind, detail: "No.", url: "http://m/" };
    const seen = judgeBytes({ failure }, file);
    expect(seen).toMatchObject({ found, read: 0 });
    expect(seen.inBody).toBeUndefined();
  });
});

describe("a look of two questions", () => {
  const never = new Promise<CheckResult>(() => undefined);
  const wrong: CheckResult = { found: "wrong", inBody: true, said: "No." };

  it("is right once both are", async () => {
    const late = Promise.withResolvers<CheckResult>();
    let ended = false;
    const found = firstWrong([Promise.resolve({ found: "right" }), late.promise]);
    found.then(() => {
      ended = true;
    });
    await Promise.resolve();
    expect(ended).toBe(false);
    late.resolve({ found: "right" });
    expect(await found).toEqual({ found: "right" });
  });

  it("ends with the first that isn't", async () => {
    expect(await firstWrong([never, Promise.resolve(wrong)])).toEqual(wrong);
  });

  it("rejects as they do", async () => {
    await expect(firstWrong([never, Promise.reject(new Error("bug"))])).rejects.toThrow("bug");
  });
});

describe("notes of looks", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  it("count outcomes and bytes, and tell a mirror's last failure until it is right", () => {
    const notes = new LivenessLog();
    notes.ended(1, "wrong", "The bytes are others.", now);
    notes.ended(2, "silent", "Nothing came.", now);
    notes.read(100);
    notes.read(23);
    expect(notes.lastFailure(1, now + 3400)).toBe("its last look, 3 s ago: The bytes are others.");
    expect(notes.lastFailure(3, now)).toBeUndefined();
    notes.ended(1, "right", "", now + 4000);
    expect(notes.lastFailure(1, now + 4000)).toBeUndefined();
    expect(notes.counts).toEqual({ right: 1, wrong: 1, silent: 1, bytes: 123 });
  });

  it("hold some hundred failures, the latest", () => {
    const notes = new LivenessLog();
    for (let key = 1; key <= 1000; key++) notes.ended(key, "silent", "Nothing came.", now);
    const held = Array.from({ length: 1000 }, (_, at) => notes.lastFailure(at + 1, now));
    expect(held.filter((told) => told !== undefined)).toHaveLength(256);
    expect(held.at(-1)).toBeDefined();
  });
});
