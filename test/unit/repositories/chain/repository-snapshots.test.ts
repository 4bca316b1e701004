/** When the origin is asked: one chain of alarms, which nothing that fails ends. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import {
  goOnMs,
  RepositorySnapshots,
  refreshGapMs,
} from "../../../../worker/repositories/chain/repository-snapshots.ts";
import { askedForMs, rememberedForMs } from "../../../../worker/repositories/follow-policy.ts";
import { OwnEntry } from "../../../../worker/repositories/own-entry.ts";
import { makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packages, sha256 } from "./archive.ts";

let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** An archive, and a Durable Object's alarm and KV around its keeper. */
class Chained {
  readonly archive = new Archive(key);
  alarmAt: number | null = null;
  readonly published: string[] = [];
  publishing: () => void = () => undefined;
  readonly searched: string[] = [];
  searching: () => void = () => undefined;
  readonly logged: string[] = [];
  own = new OwnEntry(this.archive.store);
  chain = this.#made();

  restart(): void {
    this.archive.restart();
    this.own = new OwnEntry(this.archive.store);
    this.chain = this.#made();
  }

  #made(): RepositorySnapshots {
    const { keeper, store } = this.archive;
    return new RepositorySnapshots({
      chain: keeper,
      store,
      purpose: "serving",
      entry: () => this.own.entry,
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
      },
      publish: async (name, json) => {
        this.publishing();
        this.published.push(`${name} ${JSON.parse(json).id}`);
      },
      search: async ({ name }, json) => {
        this.searching();
        this.searched.push(`${name} ${JSON.parse(json).id}`);
      },
      now: () => this.archive.now,
      log: (sentence) => this.logged.push(sentence),
    });
  }

  /** As the first caller after a list: what holds then is the entry of the first list. */
  ask(known = "", more: Partial<Repository> = {}): Promise<string | null> {
    this.own.configure({ ...this.archive.listed, ...more }, 1);
    return this.chain.snapshot(known);
  }

  /** The platform: the clock reaches the alarm, which is unset when it fires. */
  async fire(): Promise<void> {
    this.archive.now = Math.max(this.archive.now, this.alarmAt ?? 0);
    this.alarmAt = null;
    await this.chain.alarm();
  }
}

test("the first to ask gets the first snapshot; the alarm tells KV of it, and goes on following", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  const first = await chained.ask();
  const { id } = chained.archive.current;
  expect(JSON.parse(first ?? "")).toEqual(chained.archive.current);
  // Who asked didn't wait for KV.
  expect([chained.published, chained.alarmAt]).toEqual([[], noon + goOnMs]);
  chained.archive.origin.asked.length = 0;
  await chained.fire();
  expect(chained.published).toEqual([`r ${id}`]);
  expect(chained.archive.origin.asked).toEqual([]);
  expect(chained.alarmAt).toBe(noon + 60_000);
  expect(await chained.ask(id)).toBeNull();
  expect(chained.alarmAt).toBe(noon + 60_000);
  // Published once.
  await chained.fire();
  expect(chained.published).toHaveLength(1);
});

test("suites are told of each snapshot once, soon, and again until they have heard, whatever becomes of KV", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  await chained.ask();
  const { id } = chained.archive.current;
  chained.searching = () => {
    throw new Error("the objects are gone");
  };
  await chained.fire();
  expect([chained.published, chained.searched]).toEqual([[`r ${id}`], []]);
  expect(chained.logged).toContain("r is not told to its suites: the objects are gone.");
  chained.searching = () => undefined;
  chained.restart();
  await chained.ask(id);
  await chained.fire();
  expect(chained.archive.now - noon).toBeLessThanOrEqual(120_000);
  await chained.fire();
  expect([chained.published, chained.searched]).toEqual([[`r ${id}`], [`r ${id}`]]);
});

test("the list says how often", async () => {
  const chained = new Chained();
  await chained.ask("", { poll: 5 });
  expect(chained.alarmAt).toBe(noon + 5000);
  await chained.fire();
  expect(chained.alarmAt).toBe(noon + 10_000);
});

test("an hour after the last question it is followed seldom, three weeks after it no more; a question begins it anew", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  await chained.ask();
  await chained.fire();
  const gap = async () => {
    await chained.fire();
    return chained.alarmAt === null ? null : chained.alarmAt - chained.archive.now;
  };
  while ((await gap()) === 60_000) expect(chained.archive.now - noon).toBeLessThan(askedForMs);
  expect(chained.archive.now - noon).toBe(askedForMs);
  for (const at of [askedForMs, 8 * 86_400_000, rememberedForMs - 1]) {
    chained.archive.now = noon + at;
    // Between two such looks nothing keeps the object in memory.
    chained.restart();
    expect(await gap()).toBeGreaterThanOrEqual(10 * 60_000);
    expect((chained.alarmAt ?? 0) - chained.archive.now).toBeLessThanOrEqual(15 * 60_000);
  }
  expect(await gap()).toBeNull();
  chained.restart();
  expect(await chained.ask()).not.toBeNull();
  expect(chained.alarmAt).toBe(chained.archive.now + 60_000);

  const always = new Chained();
  await always.ask("", { follow: "always" });
  always.archive.now += 100 * askedForMs;
  await always.fire();
  expect(always.alarmAt).toBe(always.archive.now + 60_000);
});

test("what fails doesn't end the chain, and what KV lacks is tried again", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  await chained.ask();
  chained.publishing = () => {
    throw new Error("429");
  };
  await chained.fire();
  expect(chained.published).toEqual([]);
  expect(chained.logged).toEqual(["r is not told to its edges: 429."]);
  chained.archive.sqlite.breakAt(1, "throws");
  await chained.archive.publish({ date: noon + 1000 });
  await chained.fire();
  expect(chained.logged).toContain("r is not followed: database or disk is full.");
  expect(chained.alarmAt).not.toBeNull();
  chained.publishing = () => undefined;
  chained.restart();
  await chained.fire();
  expect(chained.published).toEqual([`r ${chained.archive.current.id}`]);
});

test("KV is told even where nobody follows any more", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  await chained.ask();
  chained.archive.now += rememberedForMs;
  chained.publishing = () => {
    throw new Error("429");
  };
  await chained.fire();
  expect(chained.alarmAt).toBe(chained.archive.now + 60_000);
  chained.publishing = () => undefined;
  await chained.fire();
  expect(chained.published).toHaveLength(1);
  expect(chained.alarmAt).toBeNull();
});

test("a refresh brings the alarm forward, and a flood of them no more than one a second", async () => {
  const chained = new Chained();
  await chained.archive.publish();
  await chained.ask();
  await chained.fire();
  chained.archive.now += 10;
  for (let asked = 0; asked < 100; asked++) await chained.chain.refresh();
  expect(chained.alarmAt).toBe(noon + refreshGapMs);
  await chained.archive.publish({ date: noon + 1000 });
  await chained.fire();
  expect(chained.archive.current.roots[0]?.date).toBe(noon + 1000);
  expect(chained.archive.alarms).toEqual({});
});

test("a repository that isn't followed sets no alarm", async () => {
  for (const more of [{ keys: [] }, { roots: [] }]) {
    const chained = new Chained();
    expect(await chained.ask("", more)).toBeNull();
    expect(chained.alarmAt).toBeNull();
  }
});

test("what is left to do is gone on with soon, without asking the origin again before its time", async () => {
  const chained = new Chained();
  const { archive } = chained;
  await archive.publish({ indexes: { [indexName]: packages("a") } });
  await chained.ask();
  await chained.fire();
  const follows = chained.alarmAt;
  const { id } = archive.current;
  archive.now += 1000;
  expect(await chained.chain.index(indexPath, sha256(packages("a")))).toBe("stored");
  expect(chained.alarmAt).toBe(archive.now + goOnMs);
  archive.origin.asked.length = 0;
  await chained.fire();
  expect(archive.origin.asked).toEqual([]);
  expect(archive.current.id).not.toBe(id);
  expect(chained.published).toEqual([`r ${id}`, `r ${archive.current.id}`]);
  expect(chained.alarmAt).toBe(follows);
  await chained.fire();
  expect(archive.origin.asked).not.toEqual([]);
  expect(chained.alarmAt).toBe(archive.now + 60_000);
});

test("a refresh isn't held up by what is gone on with", async () => {
  const chained = new Chained();
  const { archive } = chained;
  await archive.publish({ indexes: { [indexName]: packages("a") } });
  await chained.ask();
  await chained.fire();
  archive.now += 10_000;
  await chained.chain.index(indexPath, sha256(packages("a")));
  await chained.chain.refresh();
  await archive.publish({ date: noon + 1000 });
  await chained.fire();
  expect(archive.current.roots[0]?.date).toBe(noon + 1000);
});

test("what waits to be published keeps the chain going, however long nobody asks", async () => {
  const chained = new Chained();
  const { archive } = chained;
  await archive.publish();
  await chained.ask("", { publish: { when: 1, atMost: 6 * 3600 } });
  await chained.fire();
  await archive.publish({ date: noon + 1000 });
  await chained.fire();
  expect(archive.keeper.waiting).toBe(true);
  for (archive.now += 2 * askedForMs; archive.keeper.waiting; archive.now += askedForMs) {
    await chained.fire();
    expect(chained.alarmAt).toBe(archive.now + 60_000);
  }
  expect(archive.current.roots[0]?.date).toBe(noon + 1000);
  expect(archive.now - noon).toBeGreaterThanOrEqual(6 * 3_600_000);
});
