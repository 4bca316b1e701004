import { describe, expect, it } from "vitest";
import {
  againSeconds,
  avoidedAtMost,
  avoidSeconds,
  ClientHistory,
  clientKey,
  fileKey,
  secondOf,
} from "../../../worker/clients/history.ts";
import { segmentOf } from "../../../worker/clients/repeat.ts";
import { maxNetworks, maxReports, reportSeconds } from "../../../worker/health/repeat-reports.ts";

const start = secondOf(Date.parse("2026-03-01T12:00:00Z"));
const ann = clientKey("5.1.2.3");
const bob = clientKey("5.1.2.4");
const file = fileKey("debian", "pool/a.deb");
const other = fileKey("debian", "pool/b.deb");
const [one, two, three, four] = [0x80000001, 2, 3, 4];

describe("where a client was sent", () => {
  it("is remembered for that client, that file and a minute", () => {
    const memory = new ClientHistory();
    expect(memory.recall(ann, file, start)).toBe(0);
    memory.remember(ann, file, one, start);
    for (const [client, path, after, mirror] of [
      [ann, file, 0, one],
      [ann, file, againSeconds - 1, one],
      [ann, file, againSeconds, 0],
      [ann, file, -1, 0],
      [bob, file, 0, 0],
      [ann, other, 0, 0],
    ] as const) {
      expect(memory.recall(client, path, start + after)).toBe(mirror);
    }
    memory.remember(ann, file, two, start + 1);
    expect(memory.recall(ann, file, start + 1)).toBe(two);
    memory.remember(ann, file, 0, start + 1);
    expect(memory.recall(ann, file, start + 1)).toBe(0);
  });

  it("is lost for another's at worst, and never taken for it, however many there are", () => {
    const memory = new ClientHistory();
    const count = 100_000;
    for (let at = 1; at <= count; at++) memory.remember(clientKey(`c${at}`), at, at, start);
    let kept = 0;
    for (let at = 1; at <= count; at++) {
      const recalled = memory.recall(clientKey(`c${at}`), at, start);
      expect(recalled === 0 || recalled === at, `client ${at}`).toBe(true);
      if (recalled !== 0) kept++;
    }
    // Of n slots written m times at random, n (1 - e^(-m/n)) hold something: 51,300 of 65,536.
    expect(kept).toBeGreaterThan(50_000);
    expect(kept).toBeLessThan(52_500);
  });

  it("is never taken for the same client's other file, though a few of these share its slot", () => {
    const memory = new ClientHistory();
    memory.remember(ann, file, one, start);
    const taken: number[] = [];
    for (let at = 1; at < 500_000; at++) {
      if (at !== file && memory.recall(ann, at, start) !== 0) taken.push(at);
    }
    expect(taken).toEqual([]);
  });

  it("keeps a repository's name and its paths apart", () => {
    expect(fileKey("debian", "x/y")).not.toBe(fileKey("debianx", "y"));
    expect(fileKey("debian", "pool/a.deb")).not.toBe(fileKey("ubuntu", "pool/a.deb"));
  });

  it("knows nobody without an address", () => {
    expect(clientKey("")).toBe(0);
    expect(new ClientHistory().avoidsAny(0, start)).toBe(false);
    expect(new ClientHistory().avoids(0, 0, start)).toBe(false);
  });
});

describe("what a client avoids", () => {
  it("is avoided by that client alone, for some minutes", () => {
    const memory = new ClientHistory();
    memory.avoid(ann, one, start);
    const last = start + avoidSeconds - 1;
    expect([memory.avoidsAny(ann, last), memory.avoids(ann, one, last)]).toEqual([true, true]);
    expect([memory.avoids(ann, two, last), memory.avoidsAny(bob, last)]).toEqual([false, false]);
    expect(memory.avoidedBy(ann, start)).toEqual([
      { nameHash: one, untilMs: (start + avoidSeconds) * 1000 },
    ]);
    const over = start + avoidSeconds;
    expect([memory.avoidsAny(ann, over), memory.avoids(ann, one, over)]).toEqual([false, false]);
    expect(memory.avoidedBy(ann, over)).toEqual([]);
  });

  it("is a few mirrors at most, others again when the first are over", () => {
    const memory = new ClientHistory();
    [one, two, two, three, four].forEach((mirror, at) => {
      memory.avoid(ann, mirror, start + at);
    });
    const names = (second: number) => memory.avoidedBy(ann, second).map((each) => each.nameHash);
    expect(new Set(names(start + 5))).toEqual(new Set([one, two, three]));
    expect(names(start + 5)).toHaveLength(avoidedAtMost);
    // The second time did not prolong anything.
    const over = start + 1 + avoidSeconds;
    expect(names(over)).toEqual([three]);
    memory.avoid(ann, four, over);
    expect(new Set(names(over))).toEqual(new Set([three, four]));
  });

  it("is never taken for another client's whose slot it is", () => {
    const memory = new ClientHistory();
    const rival = ann ^ 0x10000000;
    memory.avoid(ann, one, start);
    memory.avoid(rival, two, start);
    expect(memory.avoidedBy(rival, start).map((each) => each.nameHash)).toEqual([two]);
    expect(memory.avoidsAny(ann, start)).toBe(false);
  });
});

describe("reports", () => {
  const debian = { mirror: "m", repository: "debian", scheme: "http" } as const;

  it("are counted by mirror, repository and scheme, with each network once, until they are taken", () => {
    const memory = new ClientHistory();
    for (const network of [7, 8, 7]) memory.report(debian, network, start);
    memory.report({ ...debian, scheme: "https" }, 7, start);
    memory.report({ ...debian, repository: "ubuntu" }, 9, start);
    expect(memory.takeReports(start * 1000)).toEqual([
      { ...debian, networks: [7, 8], count: 3 },
      { ...debian, scheme: "https", networks: [7], count: 1 },
      { ...debian, repository: "ubuntu", networks: [9], count: 1 },
    ]);
    expect(memory.takeReports(start * 1000)).toEqual([]);
  });

  it("are bounded in mirrors and networks, and forgotten when they are old", () => {
    const memory = new ClientHistory();
    for (let at = 0; at < 2 * maxReports; at++) {
      memory.report({ ...debian, mirror: `m${at}` }, 1, start);
    }
    for (let network = 0; network < 100; network++) {
      memory.report({ ...debian, mirror: "m3" }, network, start + 1);
    }
    const taken = memory.takeReports((start + reportSeconds) * 1000);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ mirror: "m3", count: 101 });
    expect(taken[0]?.networks).toHaveLength(maxNetworks);
    for (let at = 0; at < 2 * maxReports; at++) {
      memory.report({ ...debian, mirror: `m${at}` }, 1, start);
    }
    expect(memory.takeReports(start * 1000)).toHaveLength(maxReports);
  });
});

describe("a part of a file", () => {
  it.each([null, "bytes=0-", "bytes=0-99", "Bytes= 0-", "bytes=00-", "lines=5-", "nonsense"])(
    "is not asked for with %j",
    (range) => {
      expect(segmentOf(range)).toBeUndefined();
    },
  );

  it("is told by where it starts", () => {
    const parts = ["bytes=1-", "bytes=10-", "bytes=-5", "bytes=-6", "bytes=0-1,5-6"].map(segmentOf);
    expect(parts).not.toContain(undefined);
    expect(new Set(parts).size).toBe(parts.length);
    expect(segmentOf("bytes=10-19")).toBe(segmentOf("bytes=10-"));
  });
});
