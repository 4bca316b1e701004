/** What miniflare wrote is there in the embedded stores, however often the take-over is killed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { compatibilityDate } from "../../../../scripts/service/platform.ts";
import { openStore } from "../../../../scripts/service/store.ts";
import { endTakeOver, takeOverStore } from "../../../../scripts/service/take-over.ts";
import { removeUnfinishedBlobs } from "../../../../scripts/service/unfinished-blobs.ts";

const takeOverModule = new URL("../../../../scripts/service/take-over.ts", import.meta.url).href;
const texts = Array.from({ length: 20 }, (_, number) => `blob ${number}`.repeat(1000));
const now = Date.now();

function nameOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The Worker and the stores' names are those of `npm start` up to now. */
const script = `export default {
  async fetch(request, { VIEWS, BLOBS }) {
    for (const [name, text] of Object.entries(await request.json())) {
      await BLOBS.put("debian/" + name, text, { sha256: name });
    }
    await VIEWS.put("views", "x".repeat(100_000));
    await VIEWS.put("noted", "value", { expirationTtl: 1000, metadata: { of: "it" } });
    const headers = { "Cache-Control": "max-age=100" };
    await caches.default.put("http://cached.invalid/", new Response("abc", { headers }));
    return new Response("written");
  },
};`;

let written: string;

beforeAll(async () => {
  written = mkdtempSync(join(tmpdir(), "nearmirror-miniflare-"));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    enableDevRegistry: false,
    telemetry: { enabled: false },
    resourcePersistencePath: written,
    workers: [
      {
        config: {
          name: "nearmirror",
          compatibilityDate,
          manifest: {
            mainModule: "index.js",
            modulesRoot: "/",
            modules: { "index.js": { type: "esm", contents: script } },
          },
          env: {
            VIEWS: { type: "kv", id: "views" },
            BLOBS: { type: "r2", name: "blobs" },
          },
        },
        dev: { rootPath: "/" },
      },
    ],
  });
  const body = JSON.stringify(Object.fromEntries(texts.map((text) => [nameOf(text), text])));
  await (await fetch(await miniflare.ready, { method: "POST", body })).text();
  await miniflare.dispose();
  return () => rmSync(written, { recursive: true, force: true });
}, 30_000);

/** A copy of what miniflare wrote. */
function oldStore(): string {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-take-over-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(written, folder, { recursive: true });
  return folder;
}

function blobsIn(folder: string): Record<string, string> {
  const blobs = join(folder, "blobs/debian");
  const names = existsSync(blobs) ? readdirSync(blobs) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(blobs, name), "utf8")]));
}

const all = Object.fromEntries(texts.map((text) => [nameOf(text), text]));

test("blobs are files by their keys, keys are handed over, the cache goes", async () => {
  const folder = oldStore();
  const { blobs, values, problems } = takeOverStore(folder, now);
  expect({ blobs, problems }).toEqual({ blobs: texts.length, problems: [] });
  expect(blobsIn(folder)).toEqual(all);
  const told = values.map(({ bytes, ...rest }) => ({ ...rest, size: bytes.byteLength }));
  expect(told).toEqual([
    { key: "views", size: 100_000 },
    { key: "noted", size: 5, metadata: '{"of":"it"}', expiration: expect.any(Number) },
  ]);
  const [, noted] = values;
  expect(Math.abs((noted?.expiration ?? 0) - now / 1000 - 1000)).toBeLessThan(60);
  expect(existsSync(join(folder, "cache"))).toBe(false);
  expect(existsSync(join(folder, "kv"))).toBe(true);
  endTakeOver(folder);
  expect(readdirSync(folder)).toEqual(["blobs"]);
  expect(takeOverStore(folder, now)).toEqual({ blobs: 0, values: [], problems: [] });
});

/** Takes a store over in a process that is killed at the step of that number, from 0. */
async function killedAt(folder: string, step: number): Promise<NodeJS.Signals | null> {
  const script = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    let steps = 0;
    for (const name of ["renameSync", "rmSync"]) {
      const done = fs[name];
      fs[name] = (...given) => {
        if (steps++ === ${step}) process.kill(process.pid, "SIGKILL");
        return done(...given);
      };
    }
    syncBuiltinESMExports();
    const { takeOverStore } = await import(${JSON.stringify(takeOverModule)});
    takeOverStore(${JSON.stringify(folder)}, Date.now());
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  return await new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
}

test.each([0, 3, 4, 13, 23, 24, 25])(
  "killed at step %i and started again, nothing is lost",
  async (step) => {
    const folder = oldStore();
    expect(await killedAt(folder, step)).toBe("SIGKILL");
    const { values, problems } = takeOverStore(folder, now);
    expect(problems).toEqual([]);
    expect(blobsIn(folder)).toEqual(all);
    expect(values.map(({ key }) => key)).toEqual(["views", "noted"]);
    endTakeOver(folder);
    expect(readdirSync(folder)).toEqual(["blobs"]);
  },
);

test("a blob that isn't whole is told, and the others are taken", async () => {
  const folder = oldStore();
  const bytes = join(folder, "r2/blobs/blobs");
  const [first = ""] = readdirSync(bytes);
  writeFileSync(join(bytes, first), "torn");
  const { blobs, problems } = takeOverStore(folder, now);
  expect(blobs).toBe(texts.length - 1);
  expect(problems).toEqual([expect.stringContaining("1 blobs of the old store were not whole")]);
});

test("an index that can't be read is moved aside with a sentence", async () => {
  const folder = oldStore();
  for (const part of ["r2/miniflare-R2BucketObject", "kv/miniflare-KVNamespaceObject"]) {
    for (const name of readdirSync(join(folder, part))) {
      if (!name.startsWith("metadata")) writeFileSync(join(folder, part, name), "torn".repeat(99));
    }
  }
  const { blobs, values, problems } = takeOverStore(folder, Date.UTC(2026, 10, 30, 7, 0, 5));
  expect({ blobs, values }).toEqual({ blobs: 0, values: [] });
  expect(problems).toHaveLength(2);
  expect(readdirSync(join(folder, "broken")).sort()).toEqual([
    "2026-11-30T070005.000Z-kv",
    "2026-11-30T070005.000Z-r2",
  ]);
});

test("it is told, also where the older version has run once more behind this one's back", async () => {
  const folder = oldStore();
  const opened = async () => {
    const store = await openStore(folder, new Date(now));
    await store.valuesTaken();
    store.close();
    return store.tookOver;
  };
  expect(await opened()).toContain("(format 1): 20 blobs, 2 values");
  expect(await opened()).toBeUndefined();
  rmSync(join(folder, "blobs"), { recursive: true });
  cpSync(written, folder, { recursive: true });
  expect(await opened()).toContain("(format 1): 20 blobs, 2 values");
  expect(blobsIn(folder)).toEqual(all);
});

test("what a killed workerd was writing goes", () => {
  const blobs = mkdtempSync(join(tmpdir(), "nearmirror-blobs-"));
  onTestFinished(() => rmSync(blobs, { recursive: true, force: true }));
  mkdirSync(join(blobs, "debian"));
  writeFileSync(join(blobs, "debian/.0123.28469.0.tmp"), "half");
  writeFileSync(join(blobs, "debian/0123"), "whole");
  expect(removeUnfinishedBlobs(blobs)).toBe(1);
  expect(readdirSync(join(blobs, "debian"))).toEqual(["0123"]);
});

test("an old database that can't be opened as the machine is now stays where it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-taken-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // SQLite says of it what it says of one that this user may not read.
  const database = join(folder, "r2/miniflare-R2BucketObject/a.sqlite");
  mkdirSync(database, { recursive: true });
  expect(() => takeOverStore(folder, now)).toThrow(/can't be used now .*start again/);
  expect(existsSync(database)).toBe(true);
});
