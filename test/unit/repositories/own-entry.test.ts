/** Whose list entry an object goes by, while lists of several ages are about; and what that costs its callers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { Origins } from "../../../worker/health/origins.ts";
import { askRepository, type KnownEntry } from "../../../worker/repositories/ask-repository.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { SnapshotStore } from "../../../worker/repositories/chain/snapshot-store.ts";
import { type Answered, OwnEntry } from "../../../worker/repositories/own-entry.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { repository } from "./origin.ts";

let sqlite: BreakableSqlite;
let rowsWritten: number;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "own-entry-"));
  sqlite = new BreakableSqlite(join(folder, "repository.sqlite"));
  rowsWritten = 0;
  onTestFinished(() => {
    sqlite.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** What the object has after another start over the same data. */
function restarted(): OwnEntry {
  const { exec, transaction } = sqlite.sql;
  const counted: typeof exec = (query, ...values) => {
    const done = exec(query, ...values);
    rowsWritten += done.rowsWritten;
    return done;
  };
  return new OwnEntry(new SnapshotStore({ exec: counted, transaction }));
}

/** An object that answers each question with the origin and the verification it goes by, and counts calls. */
class Answering {
  own = restarted();
  calls = 0;

  async configure(entry: Repository, version: number): Promise<number> {
    this.calls++;
    return this.own.configure(entry, version);
  }

  async told(version: number): Promise<Answered<string>> {
    this.calls++;
    return this.own.answer(version, ({ origin, keys, verify }) =>
      JSON.stringify([origin, keys, verify]),
    );
  }
}

/** The entry in a list; all that decides whom clients trust differs between two lists. */
const entryOf = (version: number): Repository =>
  repository({
    origin: `http://origin-${version}.example/`,
    keys: [{ file: "a.gpg", fingerprints: [String(version).padStart(40, "0")] }],
    verify: version % 2 === 0 ? "signed" : "checksums",
  });
const knownIn = (version: number): KnownEntry => ({ name: "r", version, entry: entryOf(version) });
const ask = (object: Answering, known: KnownEntry): Promise<string> =>
  askRepository(
    () => object,
    known,
    (one, version) => one.told(version),
  );
const tellsOf = (version: number) => {
  const { origin, keys, verify } = entryOf(version);
  return JSON.stringify([origin, keys, verify]);
};

describe("callers of several lists in any order", () => {
  it("never see an older entry than one that was seen, for one write and one call more a list at most", async () => {
    const random = seeded(12);
    const object = new Answering();
    let newest = 0;
    let asked = 0;
    for (let turn = 0; turn < 2000; turn++) {
      // A list travels: for a while some have it and some don't.
      const version = oneOf(random, [1, 2, 3, 4, 5].slice(0, 1 + Math.floor(turn / 400)));
      newest = Math.max(newest, version);
      asked++;
      expect(await ask(object, knownIn(version))).toBe(tellsOf(newest));
      if (random() < 0.01) object.own = restarted();
    }
    expect(newest).toBe(5);
    // Of each of five lists: it was told, and asked again.
    expect(object.calls).toBe(asked + 5 * 2);
    expect(rowsWritten).toBe(5);
  });

  it("that come at the same time, each told to configure, leave the newest", async () => {
    const object = new Answering();
    const versions = [3, 1, 4, 2];
    const answers = await Promise.all(versions.map((version) => ask(object, knownIn(version))));
    expect(answers.at(0)).toBe(tellsOf(4));
    expect(object.own.entry).toEqual(entryOf(4));
  });

  it("with an equal entry under a newer version change nothing but the version", async () => {
    const object = new Answering();
    await ask(object, knownIn(1));
    const same = { ...knownIn(1), version: 2 };
    expect(await ask(object, same)).toBe(tellsOf(1));
    const { calls } = object;
    await ask(object, same);
    await ask(object, knownIn(1));
    expect(object.calls).toBe(calls + 2);
    expect(rowsWritten).toBe(2);
  });
});

describe("a caller", () => {
  it("whose list has the repository no more is told so, and tells the object nothing", async () => {
    const object = new Answering();
    const gone = { name: "r", version: 2, entry: undefined };
    await expect(ask(object, gone)).rejects.toThrow("r is not in the mirror list any more");
    expect(object.own.entry).toBeUndefined();
    await ask(object, knownIn(2));
    expect(await ask(object, gone)).toBe(tellsOf(2));
  });

  it("gives up where the object doesn't take the entry, and doesn't ask for good", async () => {
    const object = new Answering();
    vi.spyOn(object, "told").mockResolvedValue({ configure: true });
    await expect(ask(object, knownIn(2))).rejects.toThrow("did not take its entry of list 2");
    expect(object.told).toHaveBeenCalledTimes(2);
  });

  it("takes a new stub for each call", async () => {
    const object = new Answering();
    const stub = vi.fn(() => object);
    await askRepository(stub, knownIn(1), (one, version) => one.told(version));
    expect(stub).toHaveBeenCalledTimes(3);
  });
});

describe("what is stored", () => {
  it("is gone by only once it is written", () => {
    const own = restarted();
    own.configure(entryOf(1), 1);
    sqlite.breakAt(1, "throws");
    expect(() => own.configure(entryOf(2), 2)).toThrow("database or disk is full");
    expect(own.entry).toEqual(entryOf(1));
    expect(restarted().entry).toEqual(entryOf(1));
    expect(own.configure(entryOf(2), 2)).toBe(2);
    expect(restarted().configure(entryOf(1), 1)).toBe(2);
  });

  it("by a version of this program without lists' versions is taken over, and older than any list", async () => {
    new SnapshotStore(sqlite.sql).setState("listed", JSON.stringify(entryOf(7)));
    const object = new Answering();
    expect(object.own.entry).toEqual(entryOf(7));
    expect(await object.told(0)).toEqual({ answer: tellsOf(7) });
    expect(await object.told(1)).toEqual({ configure: true });
    expect(await object.configure(entryOf(6), 0)).toBe(0);
    expect(object.own.entry).toEqual(entryOf(7));
    expect(await ask(object, knownIn(1))).toBe(tellsOf(1));
  });

  it.each([
    "{",
    "5",
    "null",
    "{}",
    '{"version":3}',
    '{"version":"3","entry":{}}',
    `{"version":"3","entry":${JSON.stringify(entryOf(3))}}`,
  ])("but isn't an entry is told anew: %s", async (json) => {
    new SnapshotStore(sqlite.sql).setState("listed", json);
    const object = new Answering();
    expect(object.own.entry).toBeUndefined();
    expect(await ask(object, knownIn(1))).toBe(tellsOf(1));
  });

  it.each([Number.NaN, -1, 1.5, 2 ** 60])("never has the version %s", (version) => {
    expect(() => restarted().configure(entryOf(1), version)).toThrow(RangeError);
    expect(restarted().entry).toBeUndefined();
  });
});

describe("a Prober", () => {
  it("asks for references and bytes by its assignment's list, and counts each call", async () => {
    const own = restarted();
    own.configure(entryOf(1), 1);
    let calls = 0;
    const origins = new Origins(
      () => ({
        configure: async (entry, version) => own.configure(entry, version),
        originReference: (version) =>
          own.answer(version, ({ name, origin }) => ({
            repository: name,
            origin,
            askedAt: 0,
            roots: [],
            samples: [],
          })),
        originRange: (version, _, first, last) =>
          own.answer(version, () => Uint8Array.of(first, last)),
      }),
      0,
      () => calls++,
      () => 1_800_000_000_000,
    );
    const of = (version: number) => ({ entry: entryOf(version), version });
    const originOf = async (version: number) => (await origins.baseline(of(version))).origin;
    expect(await originOf(0)).toBe(entryOf(1).origin);
    expect(calls).toBe(1);
    expect(await originOf(2)).toBe(entryOf(2).origin);
    expect(calls).toBe(4);
    expect(await originOf(1)).toBe(entryOf(2).origin);
    expect(await origins.range(of(1), "a", 3, 4)).toEqual(Uint8Array.of(3, 4));
    expect(calls).toBe(6);
  });
});
