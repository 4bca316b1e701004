/** What a repository's object gives after a pause: it looks at its origin first, and those who ask wait, not for long. */
import type { PrivateKey } from "openpgp";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { RepositorySnapshots } from "../../../../worker/repositories/chain/repository-snapshots.ts";
import { day, makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, packagesOf, poolPath, type Suite } from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});
afterEach(() => {
  vi.useRealTimers();
});

const hour = 3_600_000;

/** An object whose alarms don't fire by themselves: nobody but those who ask makes it look at its origin. */
class Asked {
  readonly archive: Archive;
  alarmAt: number | null = null;
  chain: RepositorySnapshots;

  constructor(more: Partial<Repository> = {}) {
    // An index at a step.
    this.archive = new Archive(key, { listed: more, readAtOnce: 1 });
    this.chain = this.#made();
  }

  restart(): void {
    this.archive.restart();
    this.chain = this.#made();
  }

  #made(): RepositorySnapshots {
    const { keeper, store } = this.archive;
    return new RepositorySnapshots({
      chain: keeper,
      store,
      purpose: "serving",
      entry: () => this.archive.listed,
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
      },
      now: () => this.archive.now,
      log: (sentence) => this.archive.logged.push(sentence),
    });
  }

  /** The clock goes on, and the origin publishes a state of that moment. */
  async later(ms: number, more: Suite = {}): Promise<void> {
    this.archive.now += ms;
    const { now } = this.archive;
    await this.archive.publish({ date: now, signedAt: now, ...more });
  }

  /** The date of the state that is answered with, as time since noon; undefined: there is none. */
  async ask(): Promise<number | undefined> {
    const json = await this.chain.snapshot("");
    const roots: { date: number }[] = json === null ? [] : JSON.parse(json).roots;
    return roots[0] === undefined ? undefined : roots[0].date - noon;
  }

  /** How often the origin was asked since it was last told. */
  looks(): number {
    const { asked } = this.archive.origin;
    return asked.splice(0).filter(({ url }) => url.endsWith("/InRelease")).length;
  }
}

const otherName = indexName.replace("amd64", "arm64");

/** Two indexes, each of one package. */
function two(first: string, second: string): Record<string, Uint8Array> {
  return { [indexName]: packagesOf([first]), [otherName]: packagesOf([second]) };
}

/** As clients' use does: they are read with each later state. */
async function pullBoth(archive: Archive, indexes: Record<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of Object.entries(indexes)) {
    expect(await archive.index(`dists/trixie/${name}`, bytes)).toBe("stored");
  }
  expect(await archive.settle()).toBeGreaterThan(1);
}

/** An object that gave the state of noon. */
async function asked(more: Partial<Repository> = {}, suite: Suite = {}): Promise<Asked> {
  const object = new Asked(more);
  await object.later(0, suite);
  expect(await object.ask()).toBe(0);
  // It looks no more, as it isn't due, and tells KV.
  await object.chain.alarm();
  object.looks();
  return object;
}

test.each([60_000, 12 * 60_000, 30 * day])(
  "%i ms after the last look a question gets the newest state",
  async (pause) => {
    const object = await asked();
    await object.later(pause);
    expect(await object.ask()).toBe(pause);
    expect(object.alarmAt).toBeLessThanOrEqual(object.archive.now + 60_000);
    expect(object.looks()).toBe(1);
  },
);

test("a question within the poll asks nobody, also after a restart", async () => {
  const object = await asked({ poll: 600 });
  await object.later(599_000);
  object.restart();
  expect(await object.ask()).toBe(0);
  expect(object.looks()).toBe(0);
  object.archive.now += 1000;
  expect(await object.ask()).toBe(599_000);
});

test("a question has the alarm look by its time where it was to look later", async () => {
  const object = await asked();
  object.archive.now += 20_000;
  object.alarmAt = object.archive.now + 12 * 60_000;
  await object.ask();
  expect(object.alarmAt).toBe(noon + 60_000);
});

test("all who ask meanwhile wait for one look", async () => {
  const object = await asked();
  await object.later(hour);
  expect(await Promise.all(Array.from({ length: 20 }, () => object.ask()))).toEqual(
    Array.from({ length: 20 }, () => hour),
  );
  expect(object.looks()).toBe(1);
});

test("a new state whose indexes have to be read first is waited for as well", async () => {
  const object = await asked({}, { indexes: two("a", "b") });
  const { archive } = object;
  await pullBoth(archive, two("a", "b"));
  await object.later(hour, { indexes: two("c", "d") });
  expect(await object.ask()).toBe(hour);
  for (const name of ["c", "d"]) expect(await archive.present(poolPath(name))).toBeDefined();
});

test("an origin that hangs: what there was after three seconds, and those who come later don't wait for it again", async () => {
  const object = await asked();
  await object.later(hour);
  const { promise, resolve } = Promise.withResolvers<void>();
  object.archive.origin.gate = promise;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const waiting = [object.ask(), object.ask()];
  let ended = 0;
  for (const one of waiting) void one.then(() => ended++);
  await vi.advanceTimersByTimeAsync(2999);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await Promise.all(waiting)).toEqual([0, 0]);
  expect(await object.ask()).toBe(0);
  expect(object.looks()).toBe(1);
  resolve();
  vi.useRealTimers();
  await vi.waitFor(async () => expect(await object.ask()).toBe(hour));
});

test("an origin that doesn't answer is asked again ten seconds later, not at each question", async () => {
  const object = await asked();
  await object.later(hour);
  object.archive.origin.gone = true;
  object.alarmAt = null;
  expect(await object.ask()).toBe(0);
  for (let second = 1; second < 10; second++) {
    object.archive.now += 1000;
    expect(await object.ask()).toBe(0);
  }
  expect(object.looks()).toBe(1);
  expect(object.alarmAt).toBe(noon + hour + 60_000);
  object.archive.origin.gone = false;
  object.archive.now += 1000;
  expect(await object.ask()).toBe(hour);
});

test("an origin that was silent is waited for a moment only, until it answers", async () => {
  const object = await asked();
  await object.later(hour);
  object.archive.origin.gone = true;
  expect(await object.ask()).toBe(0);
  object.archive.origin.gone = false;
  object.archive.now += 11_000;
  const { promise, resolve } = Promise.withResolvers<void>();
  object.archive.origin.gate = promise;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let ended = 0;
  const waiting = object.ask().finally(() => ended++);
  await vi.advanceTimersByTimeAsync(99);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await waiting).toBe(0);
  vi.useRealTimers();
  resolve();
  await vi.waitFor(async () => expect(await object.ask()).toBe(hour));
});

test("503 from what stands before the origin is no answer of it, 404 is one", async () => {
  const object = await asked();
  const root = "dists/trixie/InRelease";
  const { files } = object.archive.origin;
  for (const [status, looks] of [
    [503, 2],
    [404, 1],
  ] as const) {
    object.archive.now += hour;
    for (const path of [root, root.replace("In", ""), `${root.replace("In", "")}.gpg`]) {
      files.set(path, { body: "no", status });
    }
    expect(await object.ask()).toBe(0);
    object.archive.now += 20_000;
    expect(await object.ask()).toBe(0);
    expect([status, object.looks()]).toEqual([status, looks]);
  }
});

test("a root that has expired since the last look has the origin asked, whatever the poll; once", async () => {
  const object = await asked({ poll: 86_400 }, { validUntil: noon + 70_000 });
  await object.later(60_000, { validUntil: noon + day });
  expect(await object.ask()).toBe(0);
  object.archive.now += 10_000;
  expect(await object.ask()).toBe(60_000);
  object.looks();
  // One that is never renewed.
  const given = await asked({ poll: 86_400 }, { validUntil: noon + 70_000 });
  given.archive.now += 70_000;
  for (let second = 0; second < 30; second++) {
    expect(await given.ask()).toBe(0);
    given.archive.now += 1000;
  }
  expect(given.looks()).toBe(1);
});

test("for what clients refuse as expired a question waits fifteen seconds", async () => {
  const object = await asked({}, { validUntil: noon + 70_000 });
  await object.later(85_000, { validUntil: noon + day });
  const { promise, resolve } = Promise.withResolvers<void>();
  object.archive.origin.gate = promise;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let answered: number | undefined;
  const asking = object.ask().then((date) => {
    answered = date;
  });
  await vi.advanceTimersByTimeAsync(14_900);
  expect(answered).toBeUndefined();
  resolve();
  vi.useRealTimers();
  await asking;
  expect(answered).toBe(85_000);
});

test("what clients refuse as expired makes way at once: for a state whose indexes aren't read, and one that waits for mirrors", async () => {
  for (const policy of [undefined, { when: 1, atMost: 6 * 3600 }]) {
    const archive = new Archive(key, {
      listed: { ...(policy && { publish: policy }) },
      readAtOnce: 1,
    });
    await archive.publish({ validUntil: noon + 70_000, indexes: two("a", "b") });
    await archive.follow();
    await pullBoth(archive, two("a", "b"));
    archive.now += 85_000;
    const dated = { date: archive.now, signedAt: archive.now };
    await archive.publish({ ...dated, validUntil: noon + day, indexes: two("c", "d") });
    expect(await archive.follow()).toBe(true);
    expect(archive.current.roots[0]?.date).toBe(noon + 85_000);
    await archive.settle();
    expect(await archive.present(poolPath("d"))).toBeDefined();
  }
});
