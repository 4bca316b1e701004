import { afterEach, expect, test, vi } from "vitest";
import { infoHash } from "../../../worker/torrents/metainfo.ts";
import { maxBegun } from "../../../worker/torrents/torrent-maker.ts";
import { maxTorrents } from "../../../worker/torrents/torrent-store.ts";
import {
  breaksOffAfter,
  imageBytes,
  imageSha256,
  rightly,
  type Server,
  TorrentWorld,
  unit,
} from "./torrent-world.ts";

afterEach(() => vi.useRealTimers());

/** `mktorrent -d -l 18 near.iso; transmission-show near.torrent`, of the image's bytes. */
const toldInfoHash = "759564237e4fafc54768693271f735ba001774cc";

/** What a world's image has become. */
async function published(world: TorrentWorld): Promise<string> {
  const answer = await world.ask();
  return "torrent" in answer ? infoHash("near.iso", answer.torrent) : answer.none;
}

function lying(at: number): Server {
  const wrong = new Uint8Array(imageBytes);
  wrong[at] = 0;
  return rightly(wrong);
}

test("an image is read in ranges from its mirrors in turn, and its torrent is what mktorrent makes", async () => {
  const world = new TorrentWorld();
  world.servers.set("one.example", rightly());
  world.servers.set("two.example", rightly());
  expect(await world.ask()).toEqual({ none: "queued" });
  await world.ring();
  expect(world.asked).toEqual(["one.example 0", "two.example 32", "one.example 64"]);
  expect(await published(world)).toBe(toldInfoHash);
  expect(world.alarmAt).toBeNull();
  // It outlives the object.
  world.restart();
  expect(await published(world)).toBe(toldInfoHash);
  expect(world.asked).toHaveLength(3);
});

test("nothing is read before an image that nobody marked was asked for ten times", async () => {
  const world = new TorrentWorld();
  for (let asked = 1; asked < 10; asked++) {
    expect(await world.ask({ isMarked: false, network: asked })).toEqual({
      none: "unasked",
      asks: asked,
    });
  }
  await world.ring();
  // A look by HEAD is no tenth time.
  const { network: _, ...look } = world.question({ isMarked: false });
  expect(await world.maker.ask(look)).toEqual({ none: "unasked", asks: 9 });
  expect(world.asked).toEqual([]);
  expect(world.alarmAt).toBeNull();
  expect(await world.ask({ isMarked: false, network: 10 })).toEqual({ none: "queued" });
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
});

/** Right for the first range, which is the one that it was asked for. */
const late: Server = ({ last }) => rightly()({ first: 0, last });
const faults: [string, Server | undefined][] = [
  ["can't be reached", undefined],
  ["answers 404", () => new Response("none", { status: 404 })],
  ["gives the whole file for a range", () => new Response("whole")],
  ["breaks off in a range", breaksOffAfter(5 * unit + 1)],
  ["has another size", rightly(imageBytes.subarray(1))],
  ["gives another range", late],
];

test.each(faults)("a mirror that %s: the others give what is left", async (_, fault) => {
  const world = new TorrentWorld();
  if (fault !== undefined) world.servers.set("one.example", fault);
  world.servers.set("two.example", rightly());
  await world.ask({ size: imageBytes.byteLength });
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
  // Once it failed it isn't asked again, and its faults cost no second reading of the file.
  expect(world.asked.filter((one) => one.startsWith("one.example"))).toHaveLength(
    fault === late ? 2 : 1,
  );
  expect(world.asked.filter((one) => one.startsWith("origin.example"))).toEqual([]);
});

test("a mirror that stalls is left after a minute", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const world = new TorrentWorld();
  const asked = Promise.withResolvers<void>();
  world.servers.set("one.example", () => {
    asked.resolve();
    return new Promise<never>(() => {});
  });
  world.servers.set("two.example", rightly());
  await world.ask({ size: imageBytes.byteLength });
  const ringing = world.ring();
  await asked.promise;
  await vi.advanceTimersByTimeAsync(60_000);
  await ringing;
  expect(await published(world)).toBe(toldInfoHash);
});

test("where no mirror gives the file its origin does", async () => {
  const world = new TorrentWorld();
  await world.ask();
  await world.ring();
  expect(world.asked).toEqual([
    "one.example 0",
    "two.example 0",
    "origin.example 0",
    "origin.example 32",
    "origin.example 64",
  ]);
  expect(await published(world)).toBe(toldInfoHash);
});

test("a mirror that lies with a range: nothing is published of it, the origin is read, and the liar is found out", async () => {
  const world = new TorrentWorld();
  world.servers.set("one.example", rightly());
  world.servers.set("two.example", lying(40 * unit));
  const given = vi.spyOn(world.store, "publish");
  await world.ask();
  await world.ring();
  expect(given).toHaveBeenCalledTimes(1);
  expect(await published(world)).toBe(toldInfoHash);
  expect(world.asked.slice(3)).toEqual([
    "origin.example 0",
    "origin.example 32",
    "origin.example 64",
  ]);
  expect(world.said).toEqual([
    "/lab-cd/near.iso as its mirrors gave it isn't the file of its signed list.",
    "/lab-cd/near.iso has other bytes at two.example.",
  ]);
  expect(world.store.wrongHosts(world.now)).toEqual(new Set(["two.example"]));
  // The next image isn't read there.
  const other = new TorrentWorld();
  other.store.noteWrong(["two.example"], other.now);
  other.servers.set("one.example", rightly());
  await other.ask();
  await other.ring();
  expect(other.asked.every((one) => one.startsWith("one.example"))).toBe(true);
  expect(other.store.wrongHosts(other.now + 8 * 86_400_000).size).toBe(0);
});

test("where the origin's bytes are wrong, too, there is no torrent, and for a day nothing is read", async () => {
  const world = new TorrentWorld();
  for (const host of ["one.example", "two.example", "origin.example"]) {
    world.servers.set(host, lying(3));
  }
  await world.ask();
  await world.ring();
  const answer = await world.ask();
  expect(answer).toMatchObject({
    none: "refused",
    why: "Its origin's bytes aren't those of its signed list.",
    seconds: 86_400,
  });
  expect(world.asked).toHaveLength(6);
  world.now += 86_400_000 - 1000;
  await world.ask();
  await world.ring();
  expect(world.asked).toHaveLength(6);
  // The origin has the true file by now.
  world.servers.set("origin.example", rightly());
  world.now += 1000;
  await world.ask();
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
});

test("what a mirror says of the size doesn't keep the origin's file out", async () => {
  const world = new TorrentWorld();
  const short = imageBytes.subarray(0, 1000);
  world.servers.set("one.example", rightly(short));
  world.servers.set("two.example", rightly(short));
  await world.ask({ size: 1000 });
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
});

test("an image that nobody gives is tried again after an hour, when it is asked for", async () => {
  const world = new TorrentWorld();
  world.servers.clear();
  await world.ask();
  await world.ring();
  expect(await world.ask()).toMatchObject({
    none: "refused",
    why: "one.example can't be reached. two.example can't be reached. origin.example can't be reached.",
    seconds: 3600,
  });
  expect(world.alarmAt).toBeNull();
  world.servers.set("origin.example", rightly());
  world.now += 3_600_000;
  expect(await world.ask()).toEqual({ none: "queued" });
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
});

/** Rings until a range that never comes is asked for, and evicts the object. */
async function evictedAt(world: TorrentWorld, at: number): Promise<void> {
  const asked = Promise.withResolvers<void>();
  const server: Server = (range) => {
    if (range.first !== at * unit) return rightly()(range);
    asked.resolve();
    return new Promise<never>(() => {});
  };
  for (const host of ["one.example", "two.example"]) world.servers.set(host, server);
  world.alarmAt = null;
  void world.maker.alarm();
  await asked.promise;
  world.restart();
  for (const host of ["one.example", "two.example"]) world.servers.set(host, rightly());
}

test("an object that is evicted while it reads begins again, and what it has read stays spent", async () => {
  const world = new TorrentWorld();
  await world.ask();
  await evictedAt(world, 64);
  expect(await world.ask()).toMatchObject({ none: "reading" });
  const day = Math.floor(world.now / 86_400_000);
  expect(world.store.spentOn(day).spent).toBe(80 * unit);
  world.now = world.alarmAt ?? Number.NaN;
  world.asked.length = 0;
  await world.ring();
  expect(world.asked).toEqual(["one.example 0", "two.example 32", "one.example 64"]);
  expect(await published(world)).toBe(toldInfoHash);
  expect(world.store.spentOn(day).spent).toBe(160 * unit);
});

test("an image whose reading is cut off again and again is left for a day", async () => {
  const world = new TorrentWorld();
  await world.ask();
  for (let begun = 0; begun < maxBegun; begun++) await evictedAt(world, 32);
  world.now = world.alarmAt ?? Number.NaN;
  await world.ring();
  expect(await world.ask()).toMatchObject({
    none: "refused",
    why: "Reading it was cut off several times.",
  });
});

test("a day's bytes are never exceeded, and the next day goes on", async () => {
  const world = new TorrentWorld(100 * unit);
  world.servers.set("one.example", rightly());
  world.servers.set("two.example", rightly());
  await world.ask();
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
  world.asked.length = 0;
  // Another image, as large: 80 of the 100 MiB are spent.
  const other = { sha256: "1".repeat(64), path: "other.iso" };
  expect(await world.ask(other)).toEqual({ none: "queued" });
  await world.ring();
  expect(world.asked).toEqual([]);
  expect(await world.ask(other)).toEqual({ none: "tomorrow", seconds: 12 * 3600 });
  expect(new Date(world.alarmAt ?? 0).toISOString()).toBe("2026-12-01T00:00:00.000Z");
  world.now = world.alarmAt ?? Number.NaN;
  await world.ring(1);
  expect(world.asked.length).toBeGreaterThan(0);
});

test("a reading that eviction made dearer than the day allows ends, and spends no more", async () => {
  const world = new TorrentWorld(150 * unit);
  await world.ask();
  await evictedAt(world, 64);
  world.now = world.alarmAt ?? Number.NaN;
  await world.ring();
  // The whole image doesn't fit any more: it isn't begun.
  const day = Math.floor(world.now / 86_400_000);
  expect(world.store.spentOn(day).spent).toBe(80 * unit);
  expect(await world.ask()).toMatchObject({ none: "tomorrow" });
  world.now = world.alarmAt ?? Number.NaN;
  await world.ring();
  expect(await published(world)).toBe(toldInfoHash);
});

test("an image of more bytes than a day's is never read, and a service without a budget makes none", async () => {
  const world = new TorrentWorld(79 * unit);
  await world.ask();
  await world.ring();
  expect(world.asked).toEqual([]);
  expect(await world.ask()).toEqual({ none: "large" });
  expect(await new TorrentWorld(0).ask()).toEqual({ none: "off" });
});

test("one image is read at a time, whoever asks meanwhile", async () => {
  const world = new TorrentWorld();
  const asked = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  world.servers.set("one.example", async (range) => {
    if (range.last > 0) {
      asked.resolve();
      await held.promise;
    }
    return rightly()(range);
  });
  world.servers.set("two.example", rightly());
  await world.ask();
  const ringing = world.ring();
  await asked.promise;
  expect(await world.ask()).toMatchObject({ none: "reading", done: 0, size: 80 * unit });
  expect(await world.ask({ sha256: "2".repeat(64), path: "other.iso" })).toEqual({
    none: "queued",
  });
  expect(world.asked).toEqual(["one.example 0"]);
  held.resolve();
  await ringing;
  expect(await published(world)).toBe(toldInfoHash);
});

test("another file at the same path takes the place of the one before", async () => {
  const world = new TorrentWorld();
  await world.ask({ sha256: "3".repeat(64) });
  await world.ask();
  expect(world.store.allWanted().map(({ sha256 }) => sha256)).toEqual([imageSha256]);
});

test("a file that nobody asked for in thirty days is forgotten, and which networks did with it", async () => {
  const world = new TorrentWorld();
  await world.ask({ sha256: "3".repeat(64), path: "a.iso", isMarked: false, network: 1 });
  const day = 86_400_000;
  world.now += 30 * day - 1;
  await world.ask({ isMarked: false, network: 1 });
  expect(world.store.allWanted()).toHaveLength(2);
  world.now += 1;
  await world.ask({ isMarked: false, network: 2 });
  expect(world.store.allWanted().map(({ sha256 }) => sha256)).toEqual([imageSha256]);
});

test("of torrents the one that was given out longest ago goes first, and wanted files are bounded", async () => {
  const world = new TorrentWorld();
  const torrent = { size: 1, pieceLength: 262_144, sha1: new Uint8Array(20) };
  for (let made = 0; made < maxTorrents; made++)
    world.store.publish(`t${made}`, { ...torrent, readAt: made });
  expect(world.store.torrent("t0", 1e9)).toBeDefined();
  world.store.publish("new", { ...torrent, readAt: maxTorrents });
  expect(world.store.torrent("t1", 1e9)).toBeUndefined();
  expect(world.store.torrent("t0", 1e9)).toBeDefined();
  for (let asked = 0; asked < 1100; asked++) {
    world.now += 1;
    await world.ask({
      sha256: `w${asked}`,
      path: `${asked}.iso`,
      isMarked: asked === 0,
      network: 1,
    });
  }
  const left = world.store.allWanted().map(({ sha256 }) => sha256);
  expect(left).toHaveLength(1000);
  expect(left).toContain("w0");
  expect(left).not.toContain("w1");
});
