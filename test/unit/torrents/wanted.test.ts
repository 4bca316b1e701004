import { expect, test } from "vitest";
import { isMarked } from "../../../worker/torrents/marked.ts";
import { maxTorrentBytes } from "../../../worker/torrents/metainfo.ts";
import { stateOf, withQuestion } from "../../../worker/torrents/question.ts";
import { saidOfTorrent } from "../../../worker/torrents/torrent-answer.ts";
import {
  type Budget,
  fitsToday,
  isTooLarge,
  networkMark,
  nextOf,
  type WantedImage,
} from "../../../worker/torrents/wanted.ts";

const image = (more: Partial<WantedImage> = {}): WantedImage => ({
  sha256: "0".repeat(64),
  repository: "debian-cd",
  path: "13/a.iso",
  origin: "http://origin.example/13/a.iso",
  sources: [],
  size: 100,
  isMarked: false,
  asks: 10,
  networks: [1, 2],
  firstAt: 1000,
  lastAt: 2000,
  notBefore: 0,
  ...more,
});
const budget = (more: Partial<Budget> = {}): Budget => ({
  perDay: 1000,
  spent: 0,
  spentAlone: 0,
  ...more,
});

test("an image is read once it was asked for ten times, or at once where the operator marks it", () => {
  expect(nextOf([image({ asks: 9 })], budget())).toBeUndefined();
  expect(nextOf([image({ asks: 10 })], budget())).toBeDefined();
  expect(nextOf([image({ asks: 1, isMarked: true })], budget())).toBeDefined();
});

test("the marked are first, then what most networks want, then who waits longest", () => {
  const rare = image({ sha256: "a", networks: [1, 2], firstAt: 1 });
  const late = image({ sha256: "b", networks: [1, 2, 3], firstAt: 3 });
  const early = image({ sha256: "c", networks: [4, 5, 6], firstAt: 2 });
  const marked = image({ sha256: "d", isMarked: true, networks: [], firstAt: 9 });
  const all = [rare, late, early, marked];
  const order: string[] = [];
  while (order.length < 4) {
    const next = nextOf(
      all.filter(({ sha256 }) => !order.includes(sha256)),
      budget(),
    );
    order.push(next?.sha256 ?? "none");
  }
  expect(order).toEqual(["d", "c", "b", "a"]);
});

test("what doesn't fit into what is left of the day waits, and a smaller one is read", () => {
  const large = image({ sha256: "large", size: 600, firstAt: 1 });
  const small = image({ sha256: "small", size: 300, firstAt: 2 });
  expect(nextOf([large, small], budget({ spent: 500 }))?.sha256).toBe("small");
  expect(nextOf([large, small], budget({ spent: 400 }))?.sha256).toBe("large");
});

test("one network alone can't use up more than half of a day's bytes", () => {
  const alone = image({ networks: [7], size: 300 });
  expect(fitsToday(alone, budget({ spent: 200, spentAlone: 200 }))).toBe(true);
  expect(fitsToday(alone, budget({ spent: 300, spentAlone: 300 }))).toBe(false);
  expect(
    fitsToday(image({ networks: [7, 8], size: 300 }), budget({ spent: 300, spentAlone: 300 })),
  ).toBe(true);
  expect(
    fitsToday(
      image({ networks: [7], isMarked: true, size: 300 }),
      budget({ spent: 300, spentAlone: 300 }),
    ),
  ).toBe(true);
  // One that is larger than its share is read all the same, as the only one of that day.
  expect(fitsToday(image({ networks: [7], size: 900 }), budget())).toBe(true);
  expect(fitsToday(image({ networks: [7], size: 900 }), budget({ spent: 1, spentAlone: 1 }))).toBe(
    false,
  );
});

test("what is larger than a day's bytes, or than a torrent, is never read", () => {
  expect(isTooLarge(1001, budget())).toBe(true);
  expect(isTooLarge(1000, budget())).toBe(false);
  expect(isTooLarge(maxTorrentBytes + 1, budget({ perDay: 1e15 }))).toBe(true);
});

test("after a refusal it takes a question that comes after the pause", () => {
  const refused = image({ isMarked: true, lastAt: 2000, notBefore: 5000, refusal: "It lied." });
  expect(nextOf([refused], budget())).toBeUndefined();
  expect(stateOf(refused, budget(), 4000)).toEqual({
    none: "refused",
    why: "It lied.",
    seconds: 1,
  });
  expect(nextOf([{ ...refused, lastAt: 5000 }], budget())).toBeDefined();
});

const question = {
  repository: "debian-cd",
  path: "13/a.iso",
  sha256: "0".repeat(64),
  origin: "http://origin.example/13/a.iso",
  sources: Array.from({ length: 20 }, (_, number) => `http://m${number}.example/a.iso`),
  isMarked: false,
};

test("questions are counted, networks once each, and what is kept is bounded", () => {
  let file: WantedImage | undefined;
  for (let asked = 0; asked < 200; asked++) {
    file = withQuestion(file, { ...question, network: asked % 50 }, 1000 + asked);
  }
  expect(file).toMatchObject({ asks: 200, firstAt: 1000, lastAt: 1199 });
  expect(file?.networks).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(file?.sources).toEqual(question.sources.slice(0, 8));
  // A look by HEAD.
  expect(withQuestion(file, question, 5000)).toMatchObject({ asks: 200, lastAt: 1199 });
});

test("of a network so little is kept that 65,536 others may be meant", () => {
  expect(networkMark(0x12345678)).toBe(networkMark(0x7fff5678));
  expect(networkMark(-1)).toBe(0xffff);
});

test("a client is told what happens, and to wait only where waiting helps", () => {
  expect(saidOfTorrent({ none: "unasked", asks: 3 })).toEqual({
    status: 404,
    text: expect.stringContaining("once it was asked for 7 more times (of 10)"),
  });
  expect(saidOfTorrent({ none: "reading", done: 50, size: 200 })).toMatchObject({
    status: 503,
    text: expect.stringContaining("25 %"),
    retryAfter: 60,
  });
  expect(saidOfTorrent({ none: "tomorrow", seconds: 0.2 })).toMatchObject({
    status: 503,
    retryAfter: 1,
  });
  for (const answer of [
    { none: "refused", why: "It lied.", seconds: 3601 } as const,
    { none: "large" } as const,
    { none: "off" } as const,
  ]) {
    const said = saidOfTorrent(answer);
    expect(said.status).toBe(404);
    expect(said.retryAfter).toBeUndefined();
  }
});

test.each([
  ["current/*/iso-cd/*-netinst.iso", "current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso", true],
  ["current/*/iso-cd/*-netinst.iso", "current/amd64/iso-cd/debian-13.2.0-amd64-DVD-1.iso", false],
  ["*.iso", "a/b.iso", false],
  ["*.iso", "b.iso", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*ab*b", "xabxb", true],
  ["*ab*b", "xab", false],
  ["a.iso", "axiso", false],
])("the pattern %s and the path %s: %s", (pattern, path, matches) => {
  expect(isMarked(["nothing", pattern], path)).toBe(matches);
});

test("a pattern of many stars takes no longer for it", () => {
  const begun = performance.now();
  expect(isMarked([`${"*a".repeat(90)}*b`], "a".repeat(2000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(200);
});
