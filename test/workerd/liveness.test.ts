/** Proven mirrors are looked at before clients are sent there: who breaks gets nobody, before any probe has seen it. */
import { describe, expect, it, vi } from "vitest";
import { ClientHistory } from "../../worker/clients/history.ts";
import { failedMs, Liveness, suspendedMs } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import { allListed, clients, listedFiles, makeEdge, start } from "./services.ts";
import { frankfurt, mirror, views } from "./views.ts";

const size = 1024 * 1024;
const livenessMs = 5000;

/** A file's number: what a location's cache has of one must not answer for another's. */
let files = 0;

/** What a server does: it has the file, answers that status, hangs until a promise is done, or can't be reached. */
type Does = "well" | "dead" | "short" | number | Promise<unknown>;

/** Mirrors that are farther one by one, all of them proven by their generation, and the origin last. */
function setUp(mirrors: readonly Does[], origin: Does = "well") {
  const names = mirrors.map((_, at) => `m${at}.example`);
  const does = new Map<string, Does>([["origin.example", origin]]);
  names.forEach((name, at) => {
    does.set(name, mirrors[at] ?? "well");
  });
  const clock = { ms: start };
  const history = new ClientHistory();
  const edge = makeEdge(
    async ({ url, method }) => {
      const what = does.get(new URL(url).host) ?? "dead";
      if (typeof what === "object") await what;
      if (what === "dead") throw new Error("Network connection lost.");
      if (typeof what === "number") return new Response("no", { status: what });
      const bytes = what === "short" ? size - 1 : size;
      return new Response(method === "HEAD" ? null : new Uint8Array(bytes), {
        headers: { "Content-Length": String(bytes), ETag: '"x"' },
      });
    },
    views(names.map((name, at) => mirror(name, { ...frankfurt, longitude: 8.7 + 25 * at }))),
    { now: () => clock.ms, history, files: listedFiles(allListed) },
  );
  edge.payload.livenessChecks = new LivenessChecks(
    new Liveness(livenessMs),
    edge.payload.fileChecks,
  );
  let hosts = 0;
  return {
    does,
    edge,
    clock,
    history,
    /** A new client asks for a new file: where it is sent; its status where nowhere. */
    async get(scheme = "http"): Promise<string> {
      const path = `debian/pool/main/s/sight/sight_${files++}_all.deb`;
      const from = `5.1.${hosts >> 8}.${1 + (hosts++ & 127)}`;
      return whereTo(await edge.fetch(`${scheme}://near.example/${path}`, { from }));
    },
    async links(): Promise<string> {
      const path = `debian/pool/main/s/sight/sight_${files++}_all.deb`;
      const got = await edge.fetch(`http://near.example/${path}`, { from: clients.germany });
      return `${got.headers.get("Location")} ${got.headers.get("Link")}`;
    },
    /** Requests sent since the last time, as `HEAD m0.example`. */
    asked: () => edge.asked.splice(0).map(({ method, url }) => `${method} ${new URL(url).host}`),
  };
}

function whereTo(response: Response): string {
  const location = response.headers.get("Location");
  const proof = response.headers.get("Nearmirror-Proof");
  const where = location === null ? String(response.status) : new URL(location).host;
  return proof === null ? where : `${where} ${proof}`;
}

describe("a proven mirror out of sight", () => {
  it("is asked for the client's own file first; then it is in sight for everybody", async () => {
    const { get, asked, clock, edge } = setUp(["well", "well"]);
    const file = files;
    expect(await get()).toBe("m0.example");
    expect(edge.asked.map(({ url, method }) => `${method} ${url}`)).toEqual([
      `HEAD http://m0.example/debian/pool/main/s/sight/sight_${file}_all.deb`,
    ]);
    asked();
    clock.ms += 1999;
    for (let client = 0; client < 20; client++) expect(await get()).toBe("m0.example");
    expect(asked()).toEqual([]);
    clock.ms += 60_000;
    expect(await get()).toBe("m0.example");
    expect(asked()).toEqual(["HEAD m0.example"]);
  });

  it("is told by ?trace once it failed", async () => {
    const { get, edge } = setUp(["dead", "well"]);
    expect(await get()).toBe("m1.example");
    const path = "http://near.example/debian/pool/main/s/sight/sight_any_all.deb?trace";
    const told = await (await edge.fetch(path, { from: clients.germany })).json<{
      mirrors: { mirror: string; sight?: string }[];
    }>();
    expect(told.mirrors.map(({ mirror: name, sight }) => [name, sight])).toEqual([
      [
        "m0.example",
        expect.stringMatching(
          /^failed to answer this edge lately; its last look, 0 s ago: To HEAD pool.* it doesn't answer/,
        ),
      ],
      ["m1.example", undefined],
    ]);
  });

  it("is first in no list and in no decision, once it failed", async () => {
    const { edge, asked } = setUp(["dead", "well"]);
    const file = "http://near.example/debian/pool/main/s/sight/sight_list_all.deb";
    const from = clients.germany;
    const decision = async () => {
      const answer = await edge.fetch(`${file}?trace`, { from });
      return (await answer.json<{ decision: object }>()).decision;
    };
    expect(await decision()).toEqual({ ask: ["m0.example"], for: "whether they answer" });
    expect(asked()).toEqual([]);
    const list = await (await edge.fetch(`${file}?mirrorlist`, { from })).text();
    expect(list).toMatch(/^http:\/\/m1\.example\//);
    expect(list).not.toContain("m0.example");
    expect(await decision()).toEqual({ redirect: ["m1.example"] });
    expect(whereTo(await edge.fetch(file, { from }))).toBe("m1.example");
  });

  it("is another for another scheme", async () => {
    const { get, asked } = setUp(["well"]);
    await get();
    await get("https");
    await get();
    expect(asked()).toEqual(["HEAD m0.example", "HEAD m0.example"]);
  });

  it.each<[string, Does]>([
    ["can't be reached", "dead"],
    ["is in trouble", 503],
    ["lacks the file", 404],
    ["has the file with another size", "short"],
  ])("gets nobody when it %s, and Fleet is told", async (_, broken) => {
    const { get, history, clock } = setUp([broken, "well"]);
    expect(await get()).toBe("m1.example");
    expect(history.takeReports(clock.ms)).toEqual([
      { mirror: "m0.example", repository: "debian", scheme: "http", networks: [-1], count: 1 },
    ]);
    expect(await get()).toBe("m1.example");
  });

  it("gets nobody when it is silent; the client waits no longer than the look may take", async () => {
    const gate = Promise.withResolvers<void>();
    const { get, edge } = setUp([gate.promise, "well"]);
    const began = Date.now();
    const asking = get();
    await vi.waitFor(() => expect(edge.asked).toHaveLength(2), { timeout: 3000 });
    expect(Date.now() - began).toBeLessThan(2500);
    gate.resolve();
    expect(await asking).toBe("m1.example");
  });

  it("is asked once for many who come at the same time", async () => {
    const gate = Promise.withResolvers<void>();
    const { get, edge } = setUp([gate.promise, "well"]);
    const asking = Promise.all(Array.from({ length: 20 }, () => get()));
    await vi.waitFor(() => expect(edge.asked).toHaveLength(1), 10_000);
    gate.resolve();
    expect(new Set(await asking)).toEqual(new Set(["m0.example"]));
    expect(edge.asked).toHaveLength(1);
  });
});

describe("a mirror in sight", () => {
  it("is looked at again behind the client's back, once in two seconds, and only where clients go", async () => {
    const { get, asked, clock } = setUp(["well", "well"]);
    await get();
    asked();
    let looks = 0;
    for (let ms = 0; ms < 20_000; ms += 100) {
      clock.ms += 100;
      expect(await get()).toBe("m0.example");
      const sent = asked();
      expect(sent.every((one) => one === "HEAD m0.example")).toBe(true);
      looks += sent.length;
    }
    expect(looks).toBe(10);
  });

  it("that breaks gets nobody any more two seconds later, with nobody having waited", async () => {
    const { get, does, clock } = setUp(["well", "well"]);
    await get();
    await get();
    does.set("m0.example", "dead");
    clock.ms += 2000;
    // Its look is begun by this one.
    expect(await get()).toBe("m0.example");
    // This one waits for m1, which nobody has seen yet; the next ones don't.
    for (let client = 0; client < 5; client++) expect(await get()).toBe("m1.example");
  });

  it("whose look hangs is waited for by who comes half a second later", async () => {
    const gate = Promise.withResolvers<void>();
    const { does, clock, edge, get } = setUp(["well", "well"]);
    await get();
    does.set("m0.example", gate.promise);
    clock.ms += 3000;
    const first = get();
    await vi.waitFor(() => expect(edge.asked).toHaveLength(2), 10_000);
    clock.ms += 500;
    const second = get();
    does.set("m0.example", "dead");
    expect(await second).toBe("m1.example");
    gate.resolve();
    expect(await first).toBe("m0.example");
  });

  it("is redirected to without awaiting anything", async () => {
    const { get, edge } = setUp(["well"]);
    await get();
    const { payload } = edge;
    const of = vi.spyOn(payload.fileChecks, "askNow");
    await get();
    expect(of).not.toHaveBeenCalled();
  });
});

describe("a mirror that failed", () => {
  it("is looked at while clients go to the next one, and gets them when it answers again", async () => {
    const { get, does, clock, asked } = setUp(["dead", "well"]);
    expect(await get()).toBe("m1.example");
    asked();
    clock.ms += 2000;
    expect(await get()).toBe("m1.example");
    expect(asked().sort()).toEqual(["HEAD m0.example", "HEAD m1.example"]);
    does.set("m0.example", "well");
    clock.ms += 2000;
    expect(await get()).toBe("m1.example");
    expect(await get()).toBe("m0.example");
  });

  it("is looked at once in two seconds, however many come", async () => {
    const { get, clock, asked } = setUp(["dead", "well"]);
    await get();
    let looks = 0;
    for (let ms = 0; ms < 10_000; ms += 100) {
      clock.ms += 100;
      expect(await get()).toBe("m1.example");
      looks += asked().filter((one) => one === "HEAD m0.example").length;
    }
    // The first of all is among them.
    expect(looks).toBe(6);
  });

  it("is no duplicate of one in sight", async () => {
    const { links, get, does, clock } = setUp(["dead", "dead", "well"]);
    await get();
    does.set("m0.example", "well");
    clock.ms += 2000;
    await get();
    const given = await links();
    expect(given).toMatch(/^http:\/\/m0\.example/);
    expect(given).toContain("//m2.example");
    expect(given).not.toContain("//m1.example");
  });

  it("is no duplicate either", async () => {
    const { links, get } = setUp(["dead", "well", "well"]);
    await get();
    const given = await links();
    expect(given).toMatch(/^http:\/\/m1\.example/);
    expect(given).toContain("//m2.example");
    expect(given).not.toContain("//m0.example");
  });

  it("is one of many: the one that is well is found, however far", async () => {
    const { get } = setUp(["dead", 503, "dead", 404, "dead", "dead", "well"], "dead");
    expect(await get()).toBe("m6.example");
    expect(await get()).toBe("m6.example");
  });
});

describe("where no mirror is in sight", () => {
  it("the bytes come from the origin, which is alive: it's not us who are cut off", async () => {
    const { get, edge } = setUp(["dead", "dead", "dead"]);
    for (let client = 0; client < 3; client++) expect(await get()).toBe("200");
    expect(edge.payload.counts.unproven).toBe(0);
  });

  it("and the origin gone too, all go by generation: marked first, then as ever, until one is seen", async () => {
    const { get, does, clock, asked } = setUp(["dead", "dead", "dead"], "dead");
    expect(await get()).toBe("m0.example none");
    for (let client = 0; client < 5; client++) expect(await get()).toBe("m0.example");
    asked();
    clock.ms += suspendedMs;
    expect(await get()).toBe("m0.example none");
    does.set("m1.example", "well");
    clock.ms += failedMs;
    expect(await get()).toBe("m1.example");
  });

  it("and it is one mirror alone, that is the last resort", async () => {
    const { get } = setUp(["dead"], "dead");
    expect([await get(), await get()]).toEqual(["m0.example none", "m0.example none"]);
  });
});

describe("whatever happens", () => {
  it("nobody is sent to a mirror whose last look failed while another is in sight", async () => {
    let seed = 11;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed / 0x80000000;
    };
    for (let world = 0; world < 10; world++) {
      const { get, does, clock, edge } = setUp(["well", "well", "well"]);
      /** What a look at each last said, as the servers know it. */
      const lastWell = new Map<string, boolean>();
      for (let step = 0; step < 30; step++) {
        clock.ms += Math.floor(random() * 3000);
        const name = `m${Math.floor(random() * 3)}.example`;
        does.set(name, random() < 0.5 ? "well" : "dead");
        const where = await get();
        const before = new Map(lastWell);
        for (const { url } of edge.asked.splice(0)) {
          const { host } = new URL(url);
          lastWell.set(host, does.get(host) === "well");
        }
        if (where === "200") continue;
        // A look in the background may have failed since; one that failed before may not be gone to.
        expect(before.get(where) === false && lastWell.get(where) === false).toBe(false);
      }
    }
  });
});
