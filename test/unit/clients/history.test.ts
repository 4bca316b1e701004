import { describe, expect, it } from "vitest";
import {
  avoidMs,
  ClientDoubts,
  isWithin,
  runKey,
  severalHostsMs,
  togetherMs,
} from "../../../worker/clients/doubts.ts";
import {
  againMs,
  ClientHistory,
  clientKey,
  fileKey,
  secondOf,
} from "../../../worker/clients/history.ts";
import { isPart } from "../../../worker/clients/repeat.ts";
import { maxNetworks, maxReports, reportSeconds } from "../../../worker/health/repeat-reports.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const start = secondOf(now);
const ann = clientKey("5.1.2.3");
const bob = clientKey("5.1.2.4");
const file = fileKey("debian", "pool/a.deb");
const other = fileKey("debian", "pool/b.deb");
const [one, two] = [0x80000001, 2];
const [dnf, curl] = [0x90000001, 7];

describe("where a client was sent", () => {
  it("is remembered for that client, that file and a minute", () => {
    const history = new ClientHistory();
    expect(history.recall(ann, file, now)).toBe(0);
    history.remember(ann, file, one, now);
    for (const [client, path, after, mirror] of [
      [ann, file, 0, one],
      [ann, file, againMs - 1, one],
      [ann, file, againMs, 0],
      // The clock was set back by an hour.
      [ann, file, -3_600_000, 0],
      [bob, file, 0, 0],
      [ann, other, 0, 0],
    ] as const) {
      expect(history.recall(client, path, now + after)).toBe(mirror);
    }
    history.remember(ann, file, two, now + 1);
    expect(history.recall(ann, file, now + 1)).toBe(two);
  });

  it("is counted for as long as each question comes within a minute", () => {
    const history = new ClientHistory();
    history.remember(ann, file, one, now);
    history.describe(ann, file, dnf, 3);
    expect(history.askedAgain(ann, file, now + 50_000)).toBe(2);
    history.remember(ann, file, two, now + 50_000);
    expect(history.remembered(ann, file, now + 90_000)).toEqual({
      agoMs: 40_000,
      asks: 2,
      agent: dnf,
      newFiles: 3,
      moved: false,
    });
    history.moved(ann, file);
    expect(history.remembered(ann, file, now + 90_000).moved).toBe(true);
    history.remember(ann, file, one, now + 50_000 + againMs);
    expect(history.remembered(ann, file, now + 50_000 + againMs)).toEqual({
      agoMs: 0,
      asks: 1,
      agent: 0,
      newFiles: 0,
      moved: false,
    });
  });

  it("is where the client says that it failed, until it is sent elsewhere", () => {
    const history = new ClientHistory();
    history.remember(ann, file, one, now);
    expect(history.saidToFail(ann, file, now)).toBe(0);
    history.saysFailed(ann, file);
    history.remember(ann, file, one, now + 1);
    expect(history.saidToFail(ann, file, now + againMs)).toBe(one);
    expect(history.saidToFail(ann, file, now + 1 + againMs)).toBe(0);
    expect(history.saidToFail(bob, file, now)).toBe(0);
    history.remember(ann, file, two, now + 2);
    expect(history.saidToFail(ann, file, now + 2)).toBe(0);
  });

  it("begins anew for another program", () => {
    const history = new ClientHistory();
    history.remember(ann, file, one, now);
    history.describe(ann, file, dnf, 1);
    history.beginsAnew(ann, file);
    expect(history.recall(ann, file, now)).toBe(0);
    history.remember(ann, file, one, now);
    expect(history.remembered(ann, file, now)).toMatchObject({ asks: 1, agent: 0 });
  });

  it("is lost for another's at worst, and never taken for it, however many there are", () => {
    const history = new ClientHistory();
    const count = 100_000;
    for (let at = 1; at <= count; at++) history.remember(clientKey(`c${at}`), at, at, now);
    let kept = 0;
    for (let at = 1; at <= count; at++) {
      const recalled = history.recall(clientKey(`c${at}`), at, now);
      expect(recalled === 0 || recalled === at, `client ${at}`).toBe(true);
      if (recalled !== 0) kept++;
    }
    // Of n slots written m times at random, n (1 - e^(-m/n)) hold something: 51,300 of 65,536.
    expect(kept).toBeGreaterThan(50_000);
    expect(kept).toBeLessThan(52_500);
  });

  it("is never taken for the same client's other file, though a few of these share its slot", () => {
    const history = new ClientHistory();
    history.remember(ann, file, one, now);
    const taken: number[] = [];
    for (let at = 1; at < 500_000; at++) {
      if (at !== file && history.recall(ann, at, now) !== 0) taken.push(at);
    }
    expect(taken).toEqual([]);
  });

  it("keeps a repository's name and its paths apart", () => {
    expect(fileKey("debian", "x/y")).not.toBe(fileKey("debianx", "y"));
    expect(fileKey("debian", "pool/a.deb")).not.toBe(fileKey("ubuntu", "pool/a.deb"));
  });

  it("knows nobody without an address", () => {
    expect(clientKey("")).toBe(0);
    const { doubts } = new ClientHistory();
    expect(doubts.avoidsAny(0, now)).toBe(false);
    expect(doubts.avoided(0, 0, now)).toBe(0);
    expect(doubts.avoidedBy(0, now)).toBeUndefined();
  });
});

describe("what a client avoids", () => {
  it("is one mirror, avoided by that client's program alone, for some minutes", () => {
    const doubts = new ClientDoubts();
    doubts.avoid(ann, dnf, one, now);
    const last = now + avoidMs - 1;
    expect([doubts.avoidsAny(ann, last), doubts.avoided(ann, dnf, last)]).toEqual([true, one]);
    expect([doubts.avoided(ann, curl, last), doubts.avoided(bob, dnf, last)]).toEqual([0, 0]);
    expect(doubts.avoidedBy(ann, now + 5000)).toEqual({ nameHash: one, untilMs: now + avoidMs });
    const over = now + avoidMs;
    expect([doubts.avoidsAny(ann, over), doubts.avoided(ann, dnf, over)]).toEqual([false, 0]);
    expect(doubts.avoidedBy(ann, over)).toBeUndefined();
    doubts.avoid(ann, dnf, one, now);
    doubts.avoid(ann, dnf, two, now + 1);
    expect(doubts.avoided(ann, dnf, now + 1)).toBe(two);
  });

  it("is nothing any more when the client turns out to be several", () => {
    const doubts = new ClientDoubts();
    doubts.avoid(ann, dnf, one, now);
    doubts.isSeveral(ann, curl, now);
    expect(doubts.avoided(ann, dnf, now)).toBe(one);
    doubts.isSeveral(ann, dnf, now);
    expect(doubts.avoidsAny(ann, now)).toBe(false);
    const last = now + severalHostsMs - 1;
    expect([dnf, curl].map((agent) => doubts.wasSeveral(ann, agent, last))).toEqual([true, false]);
    expect(doubts.wasSeveral(bob, dnf, last)).toBe(false);
    expect(doubts.wasSeveral(ann, dnf, last + 1)).toBe(false);
  });

  it("is never taken for another client's whose slot it is", () => {
    const doubts = new ClientDoubts();
    const rival = ann ^ 0x10000000;
    doubts.avoid(ann, dnf, one, now);
    doubts.avoid(rival, dnf, two, now);
    expect(doubts.avoided(rival, dnf, now)).toBe(two);
    expect(doubts.avoidsAny(ann, now)).toBe(false);
    doubts.isSeveral(rival, dnf, now);
    doubts.avoid(ann, dnf, one, now);
    expect(doubts.wasSeveral(rival, dnf, now)).toBe(false);
    expect(doubts.wasSeveral(ann, dnf, now)).toBe(false);
  });
});

describe("a run of a program", () => {
  const fedora = runKey(dnf, "fedora");

  it("counts its files, by client, program and repository", () => {
    const doubts = new ClientDoubts();
    expect([1, 2, 3].map(() => doubts.newFile(ann, fedora))).toEqual([1, 2, 3]);
    expect(doubts.newFiles(ann, fedora)).toBe(3);
    expect(doubts.newFiles(ann, runKey(curl, "fedora"))).toBe(0);
    expect(doubts.newFiles(ann, runKey(dnf, "epel"))).toBe(0);
    expect(doubts.newFiles(bob, fedora)).toBe(0);
  });

  it("counts those that are asked for again at one mirror within seconds of each other", () => {
    const doubts = new ClientDoubts();
    const told = (mirror: number, after: number) =>
      Object.values(doubts.repeated(ann, fedora, mirror, now + after));
    doubts.repeats(ann, fedora, one, now);
    doubts.wasIdle(ann, fedora, now);
    doubts.repeats(ann, fedora, one, now + 4000);
    doubts.repeats(ann, fedora, one, now + 8000);
    doubts.wasIdle(ann, fedora, now + 8000);
    expect(told(one, 8000)).toEqual([3, 2]);
    expect(told(two, 8000)).toEqual([0, 0]);
    expect(told(one, 7999 + togetherMs)).toEqual([3, 2]);
    expect(told(one, 8000 + togetherMs)).toEqual([0, 0]);
    doubts.repeats(ann, fedora, two, now + 9000);
    doubts.wasIdle(ann, fedora, now + 9000);
    expect([told(one, 9000), told(two, 9000)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

it("a moment that lies a little ahead is now: a question that waits is judged by its own time", () => {
  expect([-20_000, -5000, 0, 999, 1000].map((ago) => isWithin(1000, now - ago, now))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  // As tables hold it.
  expect(isWithin(1000, now >>> 0, now + 500)).toBe(true);
});

describe("reports", () => {
  const debian = { mirror: "m", repository: "debian", scheme: "http" } as const;

  it("are counted by mirror, repository and scheme, with each network once, until they are taken", () => {
    const history = new ClientHistory();
    for (const network of [7, 8, 7]) history.report(debian, network, start);
    history.report({ ...debian, scheme: "https" }, 7, start);
    history.report({ ...debian, repository: "ubuntu" }, 9, start);
    expect(history.takeReports(start * 1000)).toEqual([
      { ...debian, networks: [7, 8], count: 3 },
      { ...debian, scheme: "https", networks: [7], count: 1 },
      { ...debian, repository: "ubuntu", networks: [9], count: 1 },
    ]);
    expect(history.takeReports(start * 1000)).toEqual([]);
  });

  it("are bounded in mirrors and networks, and forgotten when they are old", () => {
    const history = new ClientHistory();
    for (let at = 0; at < 2 * maxReports; at++) {
      history.report({ ...debian, mirror: `m${at}` }, 1, start);
    }
    for (let network = 0; network < 100; network++) {
      history.report({ ...debian, mirror: "m3" }, network, start + 1);
    }
    const taken = history.takeReports((start + reportSeconds) * 1000);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ mirror: "m3", count: 101 });
    expect(taken[0]?.networks).toHaveLength(maxNetworks);
    for (let at = 0; at < 2 * maxReports; at++) {
      history.report({ ...debian, mirror: `m${at}` }, 1, start);
    }
    expect(history.takeReports(start * 1000)).toHaveLength(maxReports);
  });
});

describe("a part of a file", () => {
  it.each([null, "bytes=0-", "bytes=0-99", "Bytes= 0-", "bytes=00-", "lines=5-", "nonsense"])(
    "is not asked for with %j",
    (range) => {
      expect(isPart(range)).toBe(false);
    },
  );

  it.each(["bytes=1-", "bytes=10-19", "bytes=-5", "bytes=0-1,5-6", "BYTES=7-"])(
    "is with %j",
    (range) => {
      expect(isPart(range)).toBe(true);
    },
  );
});
