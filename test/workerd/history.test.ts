/** Clients that ask again: the next mirror for them, and nothing for anybody else. */
import { describe, expect, it } from "vitest";
import { avoidedAtMost, ClientHistory } from "../../worker/clients/history.ts";
import { clients, makeEdge, start } from "./services.ts";
import { frankfurt, mirror, views } from "./views.ts";

const file = "debian/pool/main/a/apt/apt_2.6.1_amd64.deb";
const other = "debian/pool/main/b/bash/bash_5.2_amd64.deb";
const from = clients.germany;

type Origin = Parameters<typeof makeEdge>[0];

/** Mirrors of one place, an edge over them with a clock, and a client in Germany asking it. */
function setUp(count: number, origin: Origin = () => new Response("bytes")) {
  const clock = { ms: start };
  const memory = new ClientHistory();
  const list = Array.from({ length: count }, (_, at) => mirror(`m${at}.example`, frankfurt));
  const now = () => clock.ms;
  let edge = makeEdge(origin, views(list), { now, memory });

  /** Where a request is sent; its status where nowhere. */
  async function ask(path = file, init: { from?: string; range?: string; method?: string } = {}) {
    const { range, ...rest } = init;
    const headers: Record<string, string> = range === undefined ? {} : { Range: range };
    const response = await edge.fetch(`http://near.example/${path}`, { from, ...rest, headers });
    const location = response.headers.get("Location");
    return location === null ? String(response.status) : new URL(location).host;
  }

  async function links(): Promise<string> {
    const response = await edge.fetch(`http://near.example/${other}`, { from });
    return response.headers.get("Link") ?? "";
  }

  return {
    ask,
    links,
    memory,
    seconds: (more: number) => {
      clock.ms += more * 1000;
    },
    reports: () => memory.takeReports(clock.ms),
    get: (path: string, more: object = {}) =>
      edge.fetch(`http://near.example/${path}`, { from, ...more }),
    /** A new roster, and with it new visitors. */
    publish: () => {
      edge = makeEdge(origin, views(list, 2), { now, memory });
    },
  };
}

describe("a client that asks for the same file again", () => {
  it("within a minute is sent to the next mirror, and then to the next but one", async () => {
    const { ask, seconds, reports } = setUp(5);
    const sent = [await ask()];
    for (let again = 0; again < 2; again++) {
      seconds(59);
      sent.push(await ask());
    }
    expect(new Set(sent).size).toBe(3);
    expect(reports()).toEqual(
      sent.slice(0, 2).map((host) => ({
        mirror: host,
        repository: "debian",
        scheme: "http",
        networks: [expect.any(Number)],
        count: 1,
      })),
    );
  });

  it("after a minute is sent to the same, and nothing is reported", async () => {
    const { ask, seconds, reports } = setUp(5);
    const first = await ask();
    seconds(60);
    expect(await ask()).toBe(first);
    expect(reports()).toEqual([]);
  });

  it("is none who is another, with the same file, or asks for another file", async () => {
    const { ask, reports } = setUp(5);
    const first = await ask();
    // Of the same network, so sent to the same mirror.
    expect(await ask(file, { from: "5.1.2.99" })).toBe(first);
    expect(await ask(other)).toBe(first);
    expect(await ask(`${file}?x`)).not.toBe(first);
    expect(reports()).toHaveLength(1);
  });

  it("is spared that mirror for five minutes, in Link too, and for all files", async () => {
    const { ask, links, seconds } = setUp(4);
    const first = await ask();
    const second = await ask();
    expect(second).not.toBe(first);
    expect(await ask(other)).toBe(second);
    seconds(100);
    expect(await links()).not.toContain(first);
    expect(await ask("debian/pool/c_1_all.deb", { from: "5.1.2.99" })).toBe(first);
    seconds(199);
    expect(await ask("debian/pool/d_1_all.deb")).toBe(second);
    seconds(1);
    expect(await ask("debian/pool/e_1_all.deb")).toBe(first);
  });

  it("is nobody, where the address isn't known", async () => {
    const { ask, reports } = setUp(3);
    const first = await ask(file, { from: "" });
    expect(await ask(file, { from: "" })).toBe(first);
    expect(reports()).toEqual([]);
  });

  it("ends at the fourth mirror: many hosts behind one address aren't pushed through all", async () => {
    const { ask, reports } = setUp(9);
    const sent: string[] = [];
    for (let host = 0; host < 40; host++) sent.push(await ask());
    const distinct = [...new Set(sent)];
    expect(distinct).toHaveLength(avoidedAtMost + 1);
    expect(new Set(sent.slice(avoidedAtMost))).toEqual(new Set([distinct[avoidedAtMost]]));
    for (const { networks } of reports()) expect(networks).toHaveLength(1);
  });

  it("gets bytes when no mirror is left; and whatever there is when the origin is gone", async () => {
    let alive = true;
    const { ask, seconds, reports } = setUp(2, () => {
      if (alive) return new Response("bytes");
      throw new Error("connection lost");
    });
    const sent = [await ask(), await ask()];
    expect(new Set(sent).size).toBe(2);
    expect([await ask(), await ask()]).toEqual(["200", "200"]);
    // Asking again for bytes says nothing of a mirror.
    expect(reports().map(({ count }) => count)).toEqual([1, 1]);
    alive = false;
    const later = new Set<string>();
    for (let again = 0; again < 2; again++) {
      seconds(1);
      later.add(await ask(other));
    }
    expect(later).toEqual(new Set(sent));
    // Nobody else's way: for them both mirrors are as they were.
    expect(sent).toContain(await ask(other, { from: "5.1.2.99" }));
  });

  it("finds the memory as it was after the roster changed", async () => {
    const { ask, publish } = setUp(5);
    const first = await ask();
    publish();
    const second = await ask();
    expect(second).not.toBe(first);
    publish();
    expect(await ask(other)).toBe(second);
  });
});

describe("HEAD", () => {
  it("before or after GET is no repeat, and none itself", async () => {
    const { ask, reports } = setUp(5);
    const first = await ask(file, { method: "HEAD" });
    for (const method of ["HEAD", "GET", "HEAD", "HEAD"]) {
      expect(await ask(file, { method })).toBe(first);
    }
    expect(reports()).toEqual([]);
  });

  it("is not sent to an avoided mirror either", async () => {
    const { ask } = setUp(5);
    await ask();
    const second = await ask();
    expect(await ask(other, { method: "HEAD" })).toBe(second);
  });
});

describe("parts of one download", () => {
  it("are no failures, however many, and all from the same mirror", async () => {
    const { ask, reports } = setUp(5);
    const first = await ask();
    for (const at of [1_000, 2_000, 3_000, 10_000]) {
      expect(await ask(file, { range: `bytes=${at}-${at + 999}` })).toBe(first);
    }
    expect(await ask(file, { range: "bytes=-500" })).toBe(first);
    expect(reports()).toEqual([]);
  });

  it("asked for again are, from the same start within a minute", async () => {
    const { ask, seconds, reports } = setUp(5);
    const first = await ask();
    expect(await ask(file, { range: "bytes=1000-" })).toBe(first);
    seconds(20);
    const second = await ask(file, { range: "bytes=1000-1999" });
    expect(second).not.toBe(first);
    expect(await ask(file, { range: "bytes=2000-" })).toBe(second);
    expect(reports()).toMatchObject([{ mirror: first, count: 1 }]);
    seconds(2);
    const third = await ask(file, { range: "bytes=1000-" });
    expect([first, second]).not.toContain(third);
  });

  it("asked for again at once are not, once", async () => {
    const { ask, seconds, reports } = setUp(5);
    const first = await ask();
    const part = { range: "bytes=1000-1999" };
    expect(await ask(file, part)).toBe(first);
    expect(await ask(file, part)).toBe(first);
    expect(reports()).toEqual([]);
    expect(await ask(file, part)).not.toBe(first);
    expect(reports()).toMatchObject([{ mirror: first, count: 1 }]);
    const other = { range: "bytes=5000-" };
    const second = await ask(file, other);
    seconds(2);
    expect(await ask(file, other)).not.toBe(second);
  });

  it("from the first byte on are the whole", async () => {
    const { ask } = setUp(5);
    const first = await ask(file, { range: "bytes=0-" });
    expect(await ask(file, { range: "bytes=0-999" })).not.toBe(first);
  });

  it("stay with their mirror when the roster would send a new client elsewhere", async () => {
    const memory = new ClientHistory();
    const near = mirror("near.example", frankfurt);
    const far = mirror("far.example", { country: "CZ" });
    const url = `http://near.example/${file}`;
    const before = makeEdge(undefined, views([far]), { memory });
    expect((await before.fetch(url, { from })).headers.get("Location")).toContain("//far.example");
    const after = makeEdge(undefined, views([far, near], 2), { memory });
    const part = await after.fetch(url, { from, headers: { Range: "bytes=5-" } });
    expect(part.headers.get("Location")).toContain("//far.example");
    expect(part.headers.get("Link")).toContain("//near.example");
    const drained = views([{ ...far, state: "drained" }, near], 3);
    const last = await makeEdge(undefined, drained, { memory }).fetch(url, {
      from,
      headers: { Range: "bytes=9-" },
    });
    expect(last.headers.get("Location")).toContain("//near.example");
  });
});

describe("what is told", () => {
  it("?trace tells who asks what they avoid and until when, and nobody else", async () => {
    const { ask, get } = setUp(3);
    const first = await ask();
    await ask();
    const until = new Date(start + 300_000).toISOString();
    const told = async (query: string, more = {}) =>
      (await get(`${file}?trace${query}`, more)).json<{ avoids?: unknown }>();
    expect((await told("")).avoids).toEqual([{ mirror: first, until }]);
    expect((await told("", { from: "5.1.2.99" })).avoids).toEqual([]);
    expect(await told(`&ip=${from}`, { from: "5.1.2.99" })).not.toHaveProperty("avoids");
  });

  it("?mirrorlist has the avoided behind the others, the drained behind those", async () => {
    const memory = new ClientHistory();
    const edge = makeEdge(undefined, views(), { memory });
    const list = async () => {
      const text = await (
        await edge.fetch(`https://near.example/${file}?mirrorlist`, { from })
      ).text();
      return text
        .trim()
        .split("\n")
        .map((url) => new URL(url).host);
    };
    const before = await list();
    expect(before).toHaveLength(4);
    expect(before[0]).toBe("frankfurt.example");
    expect(before[3]).toBe("drained.example");
    for (let time = 0; time < 2; time++) await edge.fetch(`https://near.example/${file}`, { from });
    expect(await list()).toEqual([before[1], before[2], before[0], before[3]]);
  });

  it("which mirrors are offered is told each time: Fleet forgets what isn't", async () => {
    const edge = makeEdge(undefined, views());
    for (const path of [file, other, file])
      await edge.fetch(`https://near.example/${path}`, { from });
    expect(edge.offered.map(([first]) => first)).toEqual(Array(3).fill("frankfurt.example"));
    await edge.fetch(`https://near.example/${other}`, { from: clients.japan });
    expect(edge.offered).toHaveLength(4);
  });
});
