/**
 * The list entry of a repository's real object in workerd, while a new list travels: callers that have the old one and
 * callers that have the new one take turns.
 */
import { env, evictDurableObject, reset, runInDurableObject, SELF } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  type RepositoryObject,
  repositoryAnswers,
} from "../../worker/repositories/ask-repository.ts";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { firstToken, posted } from "../lab/operator.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
      VIEWS: KVNamespace;
      VIEWS_REFRESH_SECONDS: string;
    }
  }
}

const root = "dists/stable/InRelease";
let asked: string[];

beforeAll(() => {
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return new Response("none", { status: 404 });
  });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  env.VIEWS_REFRESH_SECONDS = "0.2";
});
beforeEach(() => {
  asked = [];
});
afterEach(() => reset());

const object = () => env.REPOSITORY.get(env.REPOSITORY.idFromName("r"));
const listed = (more: Partial<Listed>): Listed => ({
  name: "r",
  kind: "apt",
  title: "Test",
  origin: "http://old.example/r/",
  architectures: ["amd64"],
  roots: [root],
  keys: [],
  setup: {},
  ...more,
});
/** A list's entry, and that of the list after it, which differs in all that decides whom clients trust. */
const before = listed({ verify: "none" });
const after = listed({
  origin: "http://new.example/r/",
  keys: [{ file: "a.gpg", fingerprints: ["A".repeat(40)] }],
  verify: "checksums",
});

/** Has every write of the list entry noted from now on, in a table of its own. */
async function watchEntry(): Promise<void> {
  await runInDurableObject(object(), (_, { storage }) => {
    storage.sql.exec("CREATE TABLE written (value TEXT)");
    storage.sql.exec(
      `CREATE TRIGGER watch AFTER INSERT ON snapshot_state WHEN NEW.name = 'listed'
       BEGIN INSERT INTO written VALUES (NEW.value); END`,
    );
  });
}

/** What was written since `watchEntry`. */
async function written(): Promise<unknown[]> {
  return await runInDurableObject(object(), (_, { storage }) =>
    storage.sql
      .exec("SELECT value FROM written ORDER BY rowid")
      .toArray()
      .map(({ value }): unknown => JSON.parse(String(value))),
  );
}

/** An isolate whose list has this entry, or none. `calls`: what it called of the object. */
function isolateWith(version: number, entry: Listed | undefined) {
  const calls: string[] = [];
  const noted = (): RepositoryObject => {
    const stub = (call: string) => {
      calls.push(call);
      return object();
    };
    return {
      configure: (...told) => stub("configure").configure(...told),
      currentSnapshot: (...asking) => stub("snapshot").currentSnapshot(...asking),
      storeIndex: (...asking) => stub("index").storeIndex(...asking),
      followNow: (...asking) => stub("refresh").followNow(...asking),
      snapshots: () => stub("snapshots").snapshots(),
      alarms: () => stub("alarms").alarms(),
      kept: (wanted) => stub("kept").kept(wanted),
    };
  };
  const answers = repositoryAnswers(noted, () => ({ name: "r", version, entry }))("r");
  return {
    calls,
    async use(): Promise<void> {
      await answers.snapshot("");
      await answers.index("dists/stable/main/binary-amd64/Packages", "0".repeat(64));
      await answers.refresh();
    },
  };
}

/** Puts a list with this entry where edges look for it, and waits until the edge decides by it. */
async function applied(entry: Listed): Promise<number> {
  // Newer than the list in the bundle.
  const version = Date.now();
  const list = {
    roster: { version, mirrors: [] },
    catalogue: { version, repositories: [entry] },
  };
  await env.VIEWS.put(viewsKey, JSON.stringify(list));
  const inForce = async () => {
    const health: unknown = await (await SELF.fetch("http://near.example/api/v1/health")).json();
    expect(health).toMatchObject({ catalogue: { version } });
  };
  // Asking is also what makes it look, every 10 s where nothing is probed; a test before may just have made it.
  await vi.waitFor(inForce, { timeout: 30_000, interval: 100 });
  return version;
}

const alarm = () => runInDurableObject(object(), (instance) => instance.alarm());
/** Hosts that were asked since the last time. */
function hostsAsked(): Set<string> {
  return new Set(asked.splice(0).map((url) => new URL(url).host));
}

test("old and new lists take turns: the entry changes once, each list costs one more call, the old origin is left alone", async () => {
  const [older, newer] = [isolateWith(8, before), isolateWith(9, after)];
  await watchEntry();
  await older.use();
  await alarm();
  expect(hostsAsked()).toEqual(new Set(["old.example"]));
  for (let turn = 0; turn < 5; turn++) {
    await newer.use();
    await older.use();
    await alarm();
    if (turn === 2) await evictDurableObject(object());
  }
  expect(await written()).toEqual([
    { version: 8, entry: before },
    { version: 9, entry: after },
  ]);
  const steady = ["snapshot", "index", "refresh"];
  const first = ["snapshot", "configure", ...steady];
  expect(newer.calls).toEqual([...first, ...Array<string[]>(4).fill(steady).flat()]);
  expect(older.calls).toEqual([...first, ...Array<string[]>(5).fill(steady).flat()]);
  expect(hostsAsked()).toEqual(new Set(["new.example"]));
});

test("an older list is answered with the version that is held, and by its entry", async () => {
  expect(await object().configure(after, 9)).toBe(9);
  expect(await object().configure(before, 8)).toBe(9);
  // As old as the one that is held, but another: the first to come holds.
  expect(await object().configure(before, 9)).toBe(9);
  expect(await object().originReference(8, 60_000)).toMatchObject({
    answer: { origin: "http://new.example/r/" },
  });
});

test("Probers with the old and the new list take turns where nothing is verified: each origin is read once", async () => {
  const [older, newer] = [listed({}), listed({ origin: "http://new.example/r/" })];
  expect(await object().originReference(8, 60_000)).toEqual({ configure: true });
  await object().configure(older, 8);
  await object().originReference(8, 60_000);
  expect(asked).toEqual([`http://old.example/r/${root}`]);
  expect(await object().originReference(9, 60_000)).toEqual({ configure: true });
  await object().configure(newer, 9);
  for (let turn = 0; turn < 5; turn++) {
    await object().originReference(9, 60_000);
    await object().originReference(8, 60_000);
  }
  expect(asked.slice(1)).toEqual([`http://new.example/r/${root}`]);
});

test("an entry that was stored without its list's version is gone by until a caller tells one", async () => {
  await runInDurableObject(object(), (_, { storage }) => {
    const query = "INSERT INTO snapshot_state (name, value) VALUES ('listed', ?)";
    storage.sql.exec(query, JSON.stringify(after));
  });
  await evictDurableObject(object());
  await watchEntry();
  await alarm();
  expect(hostsAsked()).toEqual(new Set(["new.example"]));
  // A Prober's assignment of then has no version either.
  expect(await object().originReference(0, 60_000)).toHaveProperty("answer");
  expect(await written()).toEqual([]);
  const first = isolateWith(7, after);
  await first.use();
  await first.use();
  expect(first.calls.filter((call) => call === "configure")).toHaveLength(1);
  expect(await written()).toEqual([{ version: 7, entry: after }]);
});

test("a repository that one list leaves out and a later one has again goes by the later one's entry", async () => {
  await isolateWith(3, before).use();
  await watchEntry();
  await expect(isolateWith(4, undefined).use()).rejects.toThrow(
    "r is not in the mirror list any more",
  );
  await isolateWith(3, before).use();
  expect(await written()).toEqual([]);
  await isolateWith(5, after).use();
  await isolateWith(3, before).use();
  expect(await written()).toEqual([{ version: 5, entry: after }]);
});

test("the edge tells the entry of the list that it decides by, with that list's version, whoever asks of it", async () => {
  await watchEntry();
  const token = await firstToken("http://near.example/", (url, init) => SELF.fetch(url, init));
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await SELF.fetch(`http://near.example/${path}`, init);
    await response.arrayBuffer();
    return response.status;
  };
  const first = await applied(before);
  await ask(`r/${root}`);
  const second = await applied(after);
  expect(await ask("api/v1/repositories/r/refresh", posted(token))).toBe(202);
  expect(await written()).toEqual([
    { version: first, entry: before },
    { version: second, entry: after },
  ]);
});
