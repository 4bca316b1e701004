/** Where newer views come from, with every source in every mood. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CurrentViews } from "../../../worker/views/views.ts";
import { publishedKey, viewsKey } from "../../../worker/views/views-key.ts";
import { newerViews, type Sources } from "../../../worker/views/views-sources.ts";
import { publishedText } from "../../../worker/views/views-text.ts";
import { listedMirror, listOf } from "../health/fleet-parts.ts";

/** A location's cache that goes by its own clock. */
class StandInCache {
  readonly held = new Map<string, { body: string; until: number }>();
  now = 0;
  broken = false;

  async match(key: string): Promise<Response | undefined> {
    if (this.broken) throw new Error("no cache here");
    const found = this.held.get(key);
    return found !== undefined && this.now < found.until ? new Response(found.body) : undefined;
  }

  async put(key: string, response: Response): Promise<void> {
    if (this.broken) throw new Error("no cache here");
    const age = /max-age=(\d+)/.exec(response.headers.get("Cache-Control") ?? "")?.[1];
    this.held.set(key, { body: await response.text(), until: this.now + Number(age) });
  }
}

const of = (version: number) => publishedText(listOf(version, [listedMirror("a.example")]));

let cache: StandInCache;
let asked: number[];
let stored: Map<string, string>;

beforeEach(() => {
  cache = new StandInCache();
  asked = [];
  stored = new Map();
});

/** Sources with a Fleet that says that, `undefined`: there is none. */
function sources(fleet?: (known: number) => Promise<string | null>): Sources {
  return {
    cache,
    rosterAge: 2,
    store: { get: async (key) => stored.get(key) ?? null },
    ...(fleet && {
      fleet: (known) => {
        asked.push(known);
        return fleet(known);
      },
    }),
  };
}

const failing = () => Promise.reject(new Error("Fleet is not there"));

describe("newer views", () => {
  it("come from the applied list where nothing is probed", async () => {
    stored.set(viewsKey, "the list");
    stored.set(publishedKey, "not this");
    expect(await newerViews(sources(), 1)).toBe("the list");
    stored.clear();
    expect(await newerViews(sources(), 1)).toBeNull();
    expect(await newerViews({ cache, rosterAge: 2 }, 1)).toBeNull();
  });

  it("come from Fleet once, then from the location's cache for its age", async () => {
    const text = await of(200);
    const from = sources(async () => text);
    expect(await newerViews(from, 100)).toBe(text);
    expect(await newerViews(from, 100), "another isolate").toBe(text);
    expect(await newerViews(from, 200), "the same isolate").toBeNull();
    expect(asked).toEqual([100]);
    cache.now = 2;
    expect(await newerViews(from, 100)).toBe(text);
    expect(asked).toEqual([100, 100]);
  });

  it("that Fleet doesn't have are not asked for again either, by those who know as much", async () => {
    const from = sources(async () => null);
    expect(await newerViews(from, 200)).toBeNull();
    expect(await newerViews(from, 200)).toBeNull();
    expect(asked).toEqual([200]);
    // Who knows less asks, as the text isn't in the cache.
    await newerViews(from, 100);
    expect(asked).toEqual([200, 100]);
  });

  it("come from KV when Fleet fails, and Fleet is asked again the next time", async () => {
    const text = await of(300);
    stored.set(publishedKey, text);
    expect(await newerViews(sources(failing), 100)).toBe(text);
    expect(await newerViews(sources(failing), 100)).toBe(text);
    expect(asked).toEqual([100, 100]);
    expect(cache.held.size, "what may be a minute old isn't spread").toBe(0);
  });

  it("are not there when all fail, and the reason is Fleet's", async () => {
    await expect(newerViews(sources(failing), 100)).rejects.toThrow("Fleet is not there");
    const broken = {
      ...sources(failing),
      store: { get: () => Promise.reject(new Error("no KV")) },
    };
    await expect(newerViews(broken, 100)).rejects.toThrow();
  });

  it("come in time from KV when Fleet never answers", async () => {
    vi.useFakeTimers();
    try {
      const text = await of(300);
      stored.set(publishedKey, text);
      const coming = newerViews(
        sources(() => new Promise(() => undefined)),
        100,
      );
      await vi.advanceTimersByTimeAsync(5000);
      expect(await coming).toBe(text);
    } finally {
      vi.useRealTimers();
    }
  });

  it("come from Fleet each time where there is no cache", async () => {
    cache.broken = true;
    const text = await of(200);
    const from = sources(async () => text);
    expect(await newerViews(from, 100)).toBe(text);
    expect(await newerViews(from, 100)).toBe(text);
    expect(asked).toEqual([100, 100]);
  });
});

describe("an isolate", () => {
  it("refuses what was cut off or is older, wherever it came from, and recovers by itself", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      const current = new CurrentViews(JSON.stringify(listOf(100, [listedMirror("a.example")])));
      const look = async (fleet: () => Promise<string | null>) => {
        cache.now += 2;
        await current.refresh((known) => newerViews(sources(fleet), known), 0);
        return current.open.roster.version;
      };
      const whole = await of(200);
      expect(await look(async () => whole.slice(0, -5))).toBe(100);
      expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/views not refreshed: .*bytes/));
      stored.set(publishedKey, (await of(150)).slice(0, 80));
      expect(await look(failing)).toBe(100);
      stored.set(publishedKey, await of(150));
      expect(await look(failing)).toBe(150);
      stored.set(publishedKey, await of(120));
      expect(await look(failing)).toBe(150);
      expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/120 is older than 150/));
      expect(await look(async () => whole)).toBe(200);
      expect(await look(async () => null)).toBe(200);
    } finally {
      warn.mockRestore();
    }
  });
});
