/** Clients that ask again: the mirror is checked, and nobody is sent elsewhere without a reason. */
import { beforeEach, describe, expect, it } from "vitest";
import { avoidMs } from "../../worker/clients/doubts.ts";
import { ClientHistory } from "../../worker/clients/history.ts";
import { Liveness } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import { OwnBytes } from "../../worker/delivery/own-bytes.ts";
import { Recheck, waitMs } from "../../worker/delivery/recheck.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import type { PresentFile } from "../../worker/repositories/contents/presence/presence-index.ts";
import { openRepositories } from "../../worker/views/views.ts";
import { clients, listedFiles, makeEdge, start } from "./services.ts";
import { frankfurt, mirror, views } from "./views.ts";

const from = clients.germany;
/** Of others in the same country. */
const others = [clients.germany6, "198.18.0.1"] as const;
const livenessMs = 5000;

/** As the programs send it (docs/clients.md). */
const agents = {
  apt: "Debian APT-HTTP/1.3 (2.6.1)",
  dnf: "libdnf (Debian GNU/Linux 12; generic; Linux.x86_64)",
  dnfElsewhere: "libdnf (Fedora Linux 40; server; Linux.x86_64)",
  pacman: "pacman/6.0.2 (Linux x86_64) libalpm/13.0.2",
  curl: "curl/7.88.1",
  wget: "Wget/1.21.3",
  aria2: "aria2/1.36.0",
  browser: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
};

/** What all files are: large enough for a redirect, small enough to be compared. */
const right = new Uint8Array(300_000).map((_, at) => (at * 7) & 255);
const listed: PresentFile = {
  size: right.length,
  first: 1,
  sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", right)),
};
/** The same size, one bit off. */
const wrong = right.map((byte, at) => (at === 5 ? byte ^ 1 : byte));

/** One repository of each kind that behaves in its own way, at all mirrors. */
const kinds = { debian: "apt", fedora: "rpm", arch: "pacman", images: "images" } as const;
const repositories = Object.entries(kinds).map(
  ([name, kind]): Repository => ({
    name,
    kind,
    title: name,
    origin: `http://origin.example/${name}/`,
    architectures: ["amd64"],
    keys: [],
    setup: {},
  }),
);

/** What a server does: all is well, it lacks a file, it can't be reached, it answers HEAD alone, or that file's bytes are wrong. */
type Does =
  | "well"
  | "dead"
  | "no bytes"
  | { corrupt: string }
  | { lacks: string }
  | { after: Promise<unknown> };

/** Where mirrors are, from the nearest to the client on. */
const places = {
  far: [
    frankfurt,
    { country: "US", latitude: 38.9, longitude: -77.5 },
    { country: "JP", latitude: 35.7, longitude: 139.7 },
    { country: "BR", latitude: -23.5, longitude: -46.6 },
  ],
  near: [
    frankfurt,
    { country: "PL", latitude: 52.2, longitude: 21 },
    { country: "US", latitude: 38.9, longitude: -77.5 },
  ],
};

/** No file is asked for by two tests: a location's cache would answer. */
let test = 0;
beforeEach(() => {
  test++;
});

/** @param where the second mirror is: on another continent, or a few hundred kilometres farther */
function setUp(
  where: keyof typeof places = "far",
  { pause = async (_ms: number) => {}, isListed = true } = {},
) {
  const clock = { ms: start };
  const history = new ClientHistory();
  const does = new Map<string, Does>();
  const list = places[where].map((place, at): RosterMirror => {
    const name = `m${at}.example`;
    const carries = Object.fromEntries(
      Object.keys(kinds).map((each) => [each, { http: `http://${name}/${each}/` }]),
    );
    return mirror(name, place, { carries });
  });
  const edge = makeEdge(
    async ({ url, method }) => {
      const { host, pathname } = new URL(url);
      const what = does.get(host) ?? "well";
      if (typeof what === "object" && "after" in what) await what.after;
      if (what === "dead" || (what === "no bytes" && method === "GET")) {
        throw new Error("Network connection lost.");
      }
      if (typeof what === "object" && "lacks" in what && pathname.includes(what.lacks)) {
        return new Response(null, { status: 404 });
      }
      const isCorrupt =
        typeof what === "object" && "corrupt" in what && pathname.includes(what.corrupt);
      return new Response(method === "HEAD" ? null : isCorrupt ? wrong : right, {
        headers: { "Content-Length": String(right.length), ETag: '"x"' },
      });
    },
    { ...views(list), ...openRepositories(repositories) },
    { now: () => clock.ms, history, files: listedFiles(() => (isListed ? listed : null)) },
  );
  const { fileChecks } = edge.payload;
  const livenessChecks = new LivenessChecks(new Liveness(livenessMs), fileChecks);
  edge.payload.livenessChecks = livenessChecks;
  edge.payload.recheck = new Recheck({
    checks: livenessChecks,
    ownBytes: new OwnBytes(fileChecks),
    pause,
  });

  /** Where a client is sent for a file of a repository; `here`: it gets the bytes. */
  async function ask(
    path: string,
    init: { from?: string; agent?: string; method?: string; headers?: Record<string, string> } = {},
  ): Promise<string> {
    const { agent, headers = {}, ...rest } = init;
    const response = await edge.fetch(`http://near.example/${named(path)}`, {
      from,
      ...rest,
      headers: { ...headers, ...(agent !== undefined && { "User-Agent": agent }) },
    });
    const location = response.headers.get("Location");
    if (location !== null) return new URL(location).host.replace(".example", "");
    expect(response.status).toBe(200);
    return "here";
  }

  return {
    ask,
    does,
    edge,
    history,
    /** Of the same client, one after the other, so many ms apart. */
    async asks(path: string, pauses: readonly number[], init: Parameters<typeof ask>[1] = {}) {
      const sent = [await ask(path, init)];
      for (const ms of pauses) {
        clock.ms += ms;
        sent.push(await ask(path, init));
      }
      return sent.join(" ");
    },
    seconds(more: number) {
      clock.ms += more * 1000;
    },
    reports: () =>
      history
        .takeReports(clock.ms)
        .map(({ mirror: name, networks }) => [name, networks.length, (networks[0] ?? 0) < 0]),
    /** Requests sent since the last time, as `HEAD m0.example`. */
    asked: () => edge.asked.splice(0).map(({ method, url }) => `${method} ${new URL(url).host}`),
    get: (path: string, more: object = {}) =>
      edge.fetch(`http://near.example/${named(path)}`, { from, ...more }),
  };
}

/** `fedora/a`: a file of that repository and of this test. */
function named(path: string): string {
  const [, repository = "", rest = ""] = /^((?:again\/)?[a-z]+)\/(.*)$/.exec(path) ?? [];
  const [name = "", query] = rest.split("?");
  const inside = {
    debian: `pool/main/t/t${test}/${name}_1_amd64.deb`,
    fedora: `Packages/t${test}/${name}-1.noarch.rpm`,
    arch: `os/x86_64/t${test}-${name.replace(".sig", "")}-1-any.pkg.tar.zst${name.endsWith(".sig") ? ".sig" : ""}`,
    images: `t${test}/${name}.iso`,
  };
  const path_ = Object.entries(inside).find(([each]) => repository.endsWith(each))?.[1];
  return `${repository}/${path_}${query === undefined ? "" : `?${query}`}`;
}

const twelve = Array<string>(12).fill("m0").join(" ");
const elevenTimes = (ms: number) => Array<number>(11).fill(ms);

describe("who asks for a file twelve times within a minute, all mirrors well", () => {
  const { apt: _, ...runOnce } = agents;
  const repeated = Object.keys(kinds).flatMap((repository) =>
    [...Object.entries(runOnce), ["nameless", undefined] as const].map(
      ([name, agent]) => [repository, name, agent] as const,
    ),
  );
  it.each(repeated)("%s as %s is sent to the nearest each time", async (repository, _, agent) => {
    const { asks, ask, reports } = setUp();
    const init = agent === undefined ? {} : { agent };
    expect(await asks(`${repository}/a`, elevenTimes(5000), init)).toBe(twelve);
    expect(await ask(`${repository}/b`, init)).toBe("m0");
    expect(reports()).toEqual([]);
  });

  it.each([
    ["wget", "debian"],
    ["aria2", "images"],
    ["browser", "images"],
    ["curl", "images"],
  ] as const)("as %s also without any pause", async (name, repository) => {
    const { asks, reports } = setUp();
    expect(await asks(`${repository}/a`, elevenTimes(3), { agent: agents[name] })).toBe(twelve);
    expect(reports()).toEqual([]);
  });

  it.each([
    ["dnf", "fedora", 3],
    ["pacman", "arch", 3],
    ["apt", "debian", 3],
    ["apt", "debian", 5000],
  ] as const)(
    "as %s of %s every %i ms gets it from here once, and goes nowhere farther",
    async (name, repository, ms) => {
      const { asks, ask } = setUp();
      const agent = agents[name];
      const sent = (await asks(`${repository}/a`, elevenTimes(ms), { agent })).split(" ");
      expect(sent.filter((to) => to !== "m0")).toEqual(["here"]);
      // Another file, and one that is asked for again, later on.
      for (let time = 0; time < 5; time++)
        expect(await ask(`${repository}/b`, { agent })).toBe("m0");
    },
  );

  it("and wishes for a country is sent there each time", async () => {
    const { asks } = setUp();
    const init = { agent: agents.dnf };
    expect(await asks("fedora/a?country=DE", elevenTimes(3), init)).toBe(twelve);
    expect(await asks("fedora/b?avoid=m0.example", elevenTimes(3), init)).toBe(
      twelve.replaceAll("m0", "m1"),
    );
  });

  it("and is nobody known is as well", async () => {
    const { asks, reports } = setUp();
    expect(await asks("fedora/a", elevenTimes(3), { from: "", agent: agents.dnf })).toBe(twelve);
    expect(reports()).toEqual([]);
  });
});

describe("several clients behind one address", () => {
  it("are told apart by their programs", async () => {
    const { ask, reports } = setUp();
    for (let round = 0; round < 3; round++) {
      for (const agent of [agents.dnf, agents.dnfElsewhere]) {
        for (const file of ["a", "b", "c"])
          expect(await ask(`fedora/${file}`, { agent })).toBe("m0");
      }
    }
    expect(reports()).toEqual([]);
  });

  it("are told apart where the kind's programs aren't looked at from the second question on", async () => {
    const { ask } = setUp();
    for (const agent of [agents.wget, agents.wget, agents.apt, agents.wget, agents.apt]) {
      expect(await ask("debian/a", { agent })).toBe("m0");
    }
    expect(await ask("debian/a", { agent: agents.apt })).toBe("here");
  });

  it("of the same program that begin together show themselves while the first waits", async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, reports } = setUp("far", { pause: () => gate.promise });
    const init = { agent: agents.dnf };
    const files = ["a", "b", "c"].map((name) => `fedora/${name}`);
    for (const file of files) await ask(file, init);
    const waiting = files.map((file) => ask(file, init));
    const third = files.map((file) => ask(file, init));
    await new Promise((resolve) => setTimeout(resolve));
    gate.resolve();
    expect(new Set(await Promise.all([...waiting, ...third]))).toEqual(new Set(["m0"]));
    expect(reports()).toEqual([]);
    for (const file of files) expect(await ask(file, init)).toBe("m0");
  });

  it.each([8, 11])(
    "of which the second runs apt later waits once, and has one file from here: %i s a file",
    async (pauseSeconds) => {
      const waited: number[] = [];
      const pause = async (ms: number) => {
        waited.push(ms);
      };
      const { ask, seconds } = setUp("far", { pause });
      const init = { agent: agents.apt };
      const files = Array.from({ length: 5 }, (_, at) => `debian/f${at}`);
      for (const file of files) expect(await ask(file, init)).toBe("m0");
      const sent: string[] = [];
      for (const file of files) {
        // On a slow line, so that these repeats are far from each other.
        seconds(pauseSeconds);
        sent.push(await ask(file, init));
      }
      expect(sent.join(" ")).toBe("here m0 m0 m0 m0");
      expect(waited).toEqual([waitMs]);
    },
  );

  it("that ask for a file again at the same time are several", async () => {
    const gate = Promise.withResolvers<void>();
    const { ask } = setUp("far", { pause: () => gate.promise });
    const init = { agent: agents.apt };
    await ask("debian/a", init);
    const waiting = [ask("debian/a", init), ask("debian/a", init)];
    await new Promise((resolve) => setTimeout(resolve));
    gate.resolve();
    expect(await Promise.all(waiting)).toEqual(["m0", "m0"]);
  });

  it("of which one goes on to the next file while the other's waits are several", async () => {
    const gate = Promise.withResolvers<void>();
    let waited = 0;
    const pause = () => {
      waited++;
      return gate.promise;
    };
    const { ask, reports } = setUp("far", { pause });
    const init = { agent: agents.dnf };
    const files = ["a", "b", "c"].map((name) => `fedora/${name}`);
    for (const file of files) await ask(file, init);
    const waiting = files.map((file) => ask(file, init));
    await new Promise((resolve) => setTimeout(resolve));
    expect(await ask("fedora/d", init)).toBe("m0");
    gate.resolve();
    expect(await Promise.all(waiting)).toEqual(["m0", "m0", "m0"]);
    expect(reports()).toEqual([]);
    // From now on they aren't kept waiting.
    await ask("fedora/e", init);
    expect(waited).toBe(3);
    await ask("fedora/e", init);
    expect(waited).toBe(3);
  });

  it("that come one after the other wait for nothing, and aren't believed of a file that the third asks for", async () => {
    let waited = 0;
    const pause = async () => {
      waited++;
    };
    const { ask, seconds } = setUp("far", { pause });
    const files = Array.from({ length: 6 }, (_, at) => `fedora/f${at}`);
    for (let host = 0; host < 3; host++) {
      for (const file of files) expect(await ask(file, { agent: agents.dnf })).toBe("m0");
      seconds(1);
    }
    expect(waited).toBe(0);
  });

  it("that are known to be several wait for nothing", async () => {
    const waited: number[] = [];
    const pause = async (ms: number) => {
      waited.push(ms);
    };
    const { asks, ask } = setUp("far", { pause });
    await asks("fedora/a", elevenTimes(3), { agent: agents.dnf });
    waited.length = 0;
    for (const file of ["b", "c", "b", "c", "b", "c"]) {
      expect(await ask(`fedora/${file}`, { agent: agents.dnf })).toBe("m0");
    }
    expect(waited).toEqual([]);
  });

  it("of which one is ahead aren't taken for one that fails", async () => {
    const { ask, seconds } = setUp();
    const init = { agent: agents.dnf };
    const files = Array.from({ length: 20 }, (_, at) => `fedora/f${at}`);
    for (let at = 0; at < files.length + 4; at++) {
      seconds(0.1);
      for (const file of [files[at], files[at - 4]]) {
        if (file !== undefined) expect(await ask(file, init)).toBe("m0");
      }
    }
  });

  it("that were taken for one are believed no more once they come back from a second mirror as well", async () => {
    const { ask, reports } = setUp("near");
    const init = { agent: agents.dnf };
    await Promise.all(["a", "b"].map((file) => ask(`fedora/${file}`, init)));
    const again = await Promise.all(["a", "b"].map((file) => ask(`fedora/${file}`, init)));
    expect(again).toEqual(["m1", "m1"]);
    expect(reports()).toEqual([["m0.example", 1, false]]);
    expect(await ask("fedora/c", init)).toBe("m1");
    expect(await ask("fedora/c", init)).toBe("m0");
    for (const file of ["a", "b", "c", "d", "d"])
      expect(await ask(`fedora/${file}`, init)).toBe("m0");
    expect(reports()).toEqual([]);
  });
});

describe("what is no repeat", () => {
  it.each([
    ["HEAD after GET", ["HEAD", "HEAD"], {}],
    ["a part", ["GET", "GET", "GET", "GET"], { Range: "bytes=1000-1999" }],
    ["a resume", ["GET", "GET", "GET", "GET"], { Range: "bytes=1000-" }],
    ["a look whether it changed", ["GET", "GET", "GET", "GET"], { "If-None-Match": '"x"' }],
  ])("%s", async (_, methods, headers) => {
    const { ask, reports, does, seconds, asked } = setUp();
    const agent = agents.dnf;
    for (const file of ["a", "b"]) {
      expect(await ask(`fedora/${file}`, { agent })).toBe("m0");
      // Out of sight, so that a repeat would have the mirror checked by that client's file.
      seconds(3);
      for (const method of methods) {
        expect(await ask(`fedora/${file}`, { agent, method, headers })).toBe("m0");
      }
    }
    expect(reports()).toEqual([]);
    expect(asked().filter((one) => one !== "HEAD m0.example")).toEqual([]);
    does.clear();
  });

  it("parts stay with their mirror when the roster would send a new client elsewhere", async () => {
    const history = new ClientHistory();
    const near = mirror("near.example", frankfurt);
    const far = mirror("far.example", { country: "CZ" });
    const url = `http://near.example/${named("debian/a")}`;
    const before = makeEdge(undefined, views([far]), { history });
    expect((await before.fetch(url, { from })).headers.get("Location")).toContain("//far.example");
    const after = makeEdge(undefined, views([far, near], 2), { history });
    const part = await after.fetch(url, { from, headers: { Range: "bytes=5-" } });
    expect(part.headers.get("Location")).toContain("//far.example");
    expect(part.headers.get("Link")).toContain("//near.example");
    const drained = views([{ ...far, state: "drained" }, near], 3);
    const last = await makeEdge(undefined, drained, { history }).fetch(url, {
      from,
      headers: { Range: "bytes=9-" },
    });
    expect(last.headers.get("Location")).toContain("//near.example");
  });
});

describe("the mirror that a client comes back from", () => {
  it("is checked by that file before the client goes there again, and by nobody when it just was", async () => {
    const { ask, asked, seconds } = setUp();
    await ask("images/a");
    expect(asked()).toEqual(["HEAD m0.example"]);
    seconds(1);
    // All that is asked is the file's own bytes, once.
    expect(await ask("images/a")).toBe("m0");
    expect(asked()).toEqual([]);
    seconds(2);
    expect(await ask("images/a")).toBe("m0");
    expect(asked().sort()).toEqual(["GET m0.example", "HEAD m0.example"]);
  });

  it("and fails the check gets nobody, and everybody as soon as it is well", async () => {
    const { ask, does, seconds, reports } = setUp();
    expect(await ask("images/a")).toBe("m0");
    does.set("m0.example", "dead");
    seconds(3);
    expect(await ask("images/a")).toBe("m1");
    expect(reports()).toEqual([["m0.example", 1, true]]);
    expect(await ask("images/b", { from: others[0] })).toBe("m1");
    does.clear();
    seconds(2);
    await ask("images/c");
    expect(await ask("images/c")).toBe("m0");
  });

  it("and gives that file wrongly gets nobody for it, and everybody for others", async () => {
    const { ask, does, seconds, reports } = setUp();
    does.set("m0.example", { corrupt: "bad" });
    expect(await ask("images/bad")).toBe("m0");
    seconds(3);
    expect(await ask("images/bad")).toBe("m1");
    expect(reports()).toEqual([["m0.example", 1, true]]);
    seconds(120);
    expect(await ask("images/bad", { from: others[0] })).toBe("m1");
    expect(await ask("images/good")).toBe("m0");
    // A HEAD that finds the size right doesn't mend it.
    await ask("images/bad?mirrorlist");
    expect(await ask("images/bad", { from: others[1] })).toBe("m1");
    seconds(600);
    expect(await ask("images/bad", { from: others[0] })).toBe("m0");
  });

  it("and gives that file wrongly gets nobody for it though it is well, and the client isn't believed", async () => {
    const { ask, does } = setUp();
    does.set("m0.example", { corrupt: "bad" });
    const init = { agent: agents.dnf };
    // So that the mirror was just found well, and dnf went on.
    for (const file of ["bad", "a", "b", "c"]) {
      expect(await ask(`fedora/${file}`, init)).toBe("m0");
    }
    expect(await ask("fedora/bad", init)).toBe("m1");
  });

  it("and lacks that file, well as it is by others, gets nobody for it, each of several files", async () => {
    const { ask, does, seconds, reports } = setUp();
    const init = { agent: agents.dnf };
    // Proven and found well by all files, before some go.
    for (const file of ["gone-a", "gone-b", "a"])
      expect(await ask(`fedora/${file}`, init)).toBe("m0");
    does.set("m0.example", { lacks: "gone" });
    seconds(1);
    expect(await ask("fedora/c", { from: others[0], ...init })).toBe("m0");
    for (const file of ["gone-a", "gone-b"]) expect(await ask(`fedora/${file}`, init)).toBe("m1");
    // It holds for the files: somebody else goes there for another one.
    expect(await ask("fedora/a", { from: others[1], ...init })).toBe("m0");
    expect(reports().length).toBeGreaterThan(0);
  });

  it("is asked for bytes of one file in ten seconds, whoever comes back", async () => {
    const { ask, asked, seconds } = setUp();
    let bytes = 0;
    for (let at = 0; at < 30; at++) {
      await ask(`images/a${at}`);
      seconds(1);
      await ask(`images/a${at}`);
      bytes += asked().filter((one) => one === "GET m0.example").length;
    }
    expect(bytes).toBeLessThanOrEqual(4);
  });

  it("is checked for those who come next when apt asks at its second place", async () => {
    const { ask, does, seconds } = setUp();
    does.set("m0.example", { corrupt: "bad" });
    const init = { agent: agents.apt };
    expect(await ask("debian/bad", init)).toBe("m0");
    seconds(1);
    expect(await ask("again/debian/bad", init)).toBe("here");
    expect(await ask("debian/bad", { ...init, from: others[0] })).toBe("m1");
  });
});

describe("a program that comes back after failures, from a mirror that is well for all others", () => {
  it("is believed in the order in which it asked, whatever the edge had to wait for", async () => {
    const [slow, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { ask, does } = setUp("near", { pause: () => gate.promise, isListed: false });
    const init = { agent: agents.dnf };
    expect(await ask("fedora/a", init)).toBe("m0");
    does.set("origin.example", { after: slow.promise });
    const others = ["b", "c"].map((file) => ask(`fedora/${file}`, init));
    const again = [ask("fedora/a", init)];
    slow.resolve();
    expect(await Promise.all(others)).toEqual(["m0", "m0"]);
    again.push(...["b", "c"].map((file) => ask(`fedora/${file}`, init)));
    await new Promise((resolve) => setTimeout(resolve));
    gate.resolve();
    expect(await Promise.all(again)).toEqual(["m1", "m1", "m1"]);
  });

  it("is believed of three files at once, as dnf asks for them", async () => {
    const { ask, seconds, reports, get } = setUp("near");
    const init = { agent: agents.dnf };
    const files = ["a", "b", "c"].map((name) => `fedora/${name}`);
    expect(await Promise.all(files.map((file) => ask(file, init)))).toEqual(["m0", "m0", "m0"]);
    seconds(0.02);
    expect(await Promise.all(files.map((file) => ask(file, init)))).toEqual(["m1", "m1", "m1"]);
    expect(reports()).toEqual([["m0.example", 1, false]]);
    for (const file of ["d", "e", "f"]) expect(await ask(`fedora/${file}`, init)).toBe("m1");
    // For nobody else.
    expect(await ask("fedora/d", { agent: agents.dnfElsewhere })).toBe("m0");
    expect(await ask("fedora/d", { ...init, from: others[0] })).toBe("m0");
    const until = new Date(start + 20 + avoidMs).toISOString();
    const told = async (query: string, more = {}) =>
      (await get(`fedora/a?trace${query}`, more)).json<{ avoids?: unknown }>();
    expect((await told("")).avoids).toEqual([{ mirror: "m0.example", until }]);
    expect((await told("", { from: others[0] })).avoids).toEqual([]);
    expect(await told(`&ip=${from}`, { from: others[0] })).not.toHaveProperty("avoids");
    const listing = await get("fedora/a?mirrorlist", { headers: { "User-Agent": agents.dnf } });
    const order = (await listing.text()).match(/m\d(?=\.example)/g);
    expect(order).toEqual(["m1", "m2", "m0"]);
    seconds(avoidMs / 1000);
    expect(await ask("fedora/g", init)).toBe("m0");
  });

  it("gets the bytes from here where the next mirror is far", async () => {
    const { ask } = setUp();
    const init = { agent: agents.dnf };
    for (const file of ["a", "b", "c"]) await ask(`fedora/${file}`, init);
    const again = await Promise.all(["a", "b", "c"].map((file) => ask(`fedora/${file}`, init)));
    expect(again).toEqual(["here", "here", "here"]);
    expect(await ask("fedora/d", init)).toBe("here");
  });

  it("goes to whichever mirror there is where the bytes can't be had here", async () => {
    const { ask, does } = setUp("far", { isListed: false });
    does.set("origin.example", "no bytes");
    const init = { agent: agents.dnf };
    for (const file of ["a", "b"]) await ask(`fedora/${file}`, init);
    const again = await Promise.all(["a", "b"].map((file) => ask(`fedora/${file}`, init)));
    expect(again).toEqual(["m1", "m1"]);
  });

  it.each([
    [
      "dnf asks for it the third time",
      "fedora/a",
      { agent: agents.dnf, pauses: [20, 20, 20] },
      "m0 m0 m1 m0",
    ],
    [
      "dnf was silent for 30 s each time",
      "fedora/a",
      { agent: agents.dnf, pauses: [30_100, 30_100] },
      "m0 m0 m1",
    ],
    [
      "curl --retry has waited twice",
      "images/a",
      { agent: agents.curl, pauses: [1050, 2080, 4200] },
      "m0 m0 m1 m0",
    ],
    [
      "curl --retry-delay 2 has waited twice",
      "images/a",
      { agent: agents.curl, pauses: [2050, 2050] },
      "m0 m0 m1",
    ],
    [
      "pacman asks at its second Server line",
      "arch/a",
      { agent: agents.pacman, pauses: [30] },
      "m0 m1",
    ],
    ["somebody runs apt again", "debian/a", { agent: agents.apt, pauses: [80] }, "m0 m1"],
    [
      "curl runs in a loop",
      "images/a",
      { agent: agents.curl, pauses: [1700, 1650, 2800, 1730] },
      "m0 m0 m0 m0 m0",
    ],
    [
      "somebody runs dnf again",
      "fedora/a",
      { agent: agents.dnf, pauses: [9000, 8000, 12_000] },
      "m0 m0 m0 m0",
    ],
  ])("is believed of one file or not: %s", async (_, file, { agent, pauses }, sent) => {
    const { asks, ask, reports } = setUp("near");
    expect(await asks(file, pauses, { agent })).toBe(sent);
    expect(reports()).toEqual(sent.includes("m1") ? [["m0.example", 1, false]] : []);
    // Of that file alone.
    expect(await ask(file.replace("/a", "/b"), { agent })).toBe("m0");
  });

  it("has a package's signature from where it has the package", async () => {
    const { ask, asks } = setUp();
    const init = { agent: agents.pacman };
    expect(await asks("arch/a", [30], init)).toBe("m0 here");
    expect(await ask("arch/a.sig", init)).toBe("here");
    expect(await ask("arch/b", init)).toBe("m0");
    expect(await ask("arch/b.sig", init)).toBe("m0");
  });

  it("waits a moment for the others that may come", async () => {
    const waited: number[] = [];
    const { asks } = setUp("near", {
      pause: async (ms) => {
        waited.push(ms);
      },
    });
    await asks("fedora/a", [20, 20], { agent: agents.dnf });
    expect(waited).toEqual([waitMs, waitMs]);
  });
});

it("which mirrors are offered is told each time: Fleet forgets what isn't", async () => {
  const { edge, ask } = setUp();
  for (const file of ["debian/a", "debian/b", "debian/a"]) await ask(file);
  expect(edge.offered.map(([first]) => first)).toEqual(Array(3).fill("m0.example"));
  await ask("debian/b", { from: clients.japan });
  expect(edge.offered).toHaveLength(4);
});
