import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { Clients } from "../../../worker/clients/clients.ts";
import type { Locate } from "../../../worker/geo/client.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { readSettings } from "../../../worker/settings/settings.ts";
import { openRepositories } from "../../../worker/views/views.ts";
import { clientOf, open, plainDemand, plainMirror } from "../directory/rosters.ts";
import { clients, debian, from, locate, roster } from "./asking.ts";

/** Clients of one generation that no ranking was made for, of 240 bytes each. */
const generation = Math.floor(5_200_000 / 240);

describe("a new roster", () => {
  it("ranks a client anew, without looking anew where it is", () => {
    let looked = 0;
    const settings = readSettings({});
    const { ownPlace, platformPlace } = settings;
    const counting: Locate = {
      country: () => {
        looked++;
        return "DE";
      },
      asn: () => undefined,
    };
    const how = { locate: counting, platform: platformPlace, ownPlace };
    const first = new Clients(roster, settings, how);
    const was = first.of(from("8.8.8.8"));
    const next = open([plainMirror("new")]);
    first.follow(next);
    expect(first.of(from("8.8.8.8"))).toBe(was);
    expect(looked).toBe(1);
    expect(first.roster).toBe(next);
    expect(first.of(from("8.8.4.4")).client.address).toBe("8.8.4.4");
    expect(looked).toBe(2);
  });
});

describe("a client's ranking", () => {
  const near = Array.from({ length: 8 }, (_, at) => plainMirror(`near${at}`, { country: "DE" }));
  const opened = { repository: debian, slot: 0 };
  const under = (mirrors: readonly RosterMirror[], version: number, before?: OpenRoster) =>
    new OpenRoster({ version, mirrors: [...mirrors] }, latencyModel, before);

  /** The mirrors told as offered each time, and what the client is offered under each roster. */
  function told(rosters: (before: OpenRoster) => OpenRoster) {
    const first = under(near, 1);
    const offered: (readonly string[])[] = [];
    const settings = readSettings({});
    const how = { locate, platform: false, ownPlace: settings.ownPlace };
    const all = new Clients(first, settings, how, (names) => offered.push(names));
    const before = all.of(from("84.128.0.1")).top(all.roster, opened, "http", "");
    all.follow(rosters(first));
    const after = all.of(from("84.128.0.1")).top(all.roster, opened, "http", "");
    return { before, after, offered };
  }
  const namesOf = (offers: readonly { open: { resource: RosterMirror } }[]) =>
    offers.map(({ open: { resource } }) => resource.name);

  it("is that of the new roster: who fell isn't in it, and offers are the new roster's own", () => {
    let fallen = "";
    const down = (before: OpenRoster) => {
      fallen =
        namesOf(
          before.ranked(plainDemand, clientOf("84.128.0.1", {}), 1).map(({ offer }) => offer),
        )[0] ?? "";
      const mirrors = near.map((one) =>
        one.name === fallen ? { ...one, state: "down" as const } : one,
      );
      return under(mirrors, 2, before);
    };
    const { after, offered } = told(down);
    expect(namesOf(after)).not.toContain(fallen);
    expect([after.length, offered.length]).toEqual([6, 2]);
    // Nobody asked between the one in which it got worse and the next.
    const skipped = told((before) => {
      const mirrors = near.map((one) =>
        one.name === fallen ? { ...one, state: "degraded" as const } : one,
      );
      return under(mirrors, 3, under(mirrors, 2, before));
    });
    expect(namesOf(skipped.before)).toContain(fallen);
    expect(namesOf(skipped.after)).not.toContain(fallen);
    const same = told((before) => under(structuredClone(near), 2, before));
    expect(same.after).toBe(same.before);
    // Told again all the same: Fleet forgets what nobody is offered.
    expect(same.offered).toHaveLength(2);
    const listed = told((before) =>
      under(
        near.map((one) => ({
          ...one,
          carries: { debian: { ...one.carries.debian, generation: 8 } },
        })),
        2,
        before,
      ),
    );
    expect(namesOf(listed.after)).toEqual(namesOf(listed.before));
    expect(listed.after.map(({ carried }) => carried.generation)).toEqual(
      listed.after.map(() => 8),
    );
  });
});

describe("a request that goes on with the catalogue that it began with", () => {
  it("leaves its repository's ranking to none that has its slot in another catalogue", () => {
    const carrying = (name: string, repository: string) => {
      const { debian: carried, ...others } = plainMirror(name).carries;
      if (carried === undefined) throw new Error("plain mirrors carry debian");
      return plainMirror(name, {
        carries: { ...others, [repository]: { ...carried, http: `http://${name}/${repository}/` } },
      });
    };
    const roster = open([carrying("a", "debian"), carrying("b", "ubuntu")]);
    const client = clients({}).of(from("84.128.0.1"));
    const basesOf = (name: string) =>
      client
        .top(roster, { repository: { ...debian, name }, slot: 0 }, "http", "")
        .map(({ base }) => base);
    expect(basesOf("ubuntu")).toEqual(["http://b/ubuntu/"]);
    expect(basesOf("debian")).toEqual(["http://a/debian/"]);
    expect(basesOf("ubuntu")).toEqual(["http://b/ubuntu/"]);
  });
});

describe("who asked long ago", () => {
  it("keeps no roster of that time in memory", async () => {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    if (typeof collect !== "function") throw new Error("there is no gc");
    const opened = { repository: debian, slot: 0 };
    const mirrors = Array.from({ length: 8 }, (_, at) => plainMirror(`near${at}`));
    const settings = readSettings({});
    const how = { locate, platform: false, ownPlace: settings.ownPlace };
    const all = new Clients(open(mirrors), settings, how);
    const rankedClient = all.of(from("84.128.0.1"));
    rankedClient.top(all.roster, opened, "http", "");
    const first = new WeakRef(all.roster);
    for (let version = 2; version < 5; version++) {
      const next = mirrors.map((mirror) => ({ ...mirror, capacity: version }));
      all.follow(new OpenRoster({ version, mirrors: next }, latencyModel, all.roster));
      // Another one asks, so that each has something to hand on.
      all.of(from("84.128.7.1")).top(all.roster, opened, "http", "");
    }
    // A WeakRef that was made or read in this turn holds its target until the turn is over.
    await new Promise(setImmediate);
    collect();
    expect(first.deref()).toBeUndefined();
    expect(all.of(from("84.128.0.1"))).toBe(rankedClient);
  });
});

describe("two generations", () => {
  const address = (n: number) => `77.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

  it("keep who was used lately, and forget who was not", () => {
    const known = clients({});
    const regular = known.of(from("8.8.8.8"));
    const once = known.of(from("9.9.9.9"));
    for (let n = 0; n < 3 * generation; n++) {
      known.of(from(address(n)));
      // Within each generation the regular comes by.
      if (n % 4_000 === 0) expect(known.of(from("8.8.8.8")), `after ${n}`).toBe(regular);
    }
    expect(known.of(from("9.9.9.9"))).not.toBe(once);
  });

  it("keep all of the last generation", () => {
    const known = clients({});
    const all = Array.from({ length: generation + 1 }, (_, n) => known.of(from(address(n))));
    expect(known.of(from(address(0)))).toBe(all[0]);
    expect(known.of(from(address(generation - 1)))).toBe(all[generation - 1]);
  });
});

describe("a visitor's ranking", () => {
  it("is made once for each architecture and scheme, and never taken for another's", () => {
    const opened = openRepositories([{ ...debian, name: "before" }, debian]).byName.get("debian");
    if (opened === undefined) throw new Error("debian is not there");
    const known = clients({});
    const { roster } = known;
    const rankedClient = known.of(from("8.8.8.8"));
    const ask = (scheme: "http" | "https", architecture: string) =>
      rankedClient.top(roster, opened, scheme, architecture).map(({ base }) => base);
    for (let time = 0; time < 2; time++) {
      expect(ask("https", "amd64")).toEqual(["https://a.example/"]);
      expect(ask("https", "arm64")).toEqual(["https://b.example/"]);
      expect(ask("http", "amd64")).toEqual(["http://a.example/"]);
      expect(ask("http", "arm64")).toEqual([]);
      expect(ask("https", "").sort()).toEqual(["https://a.example/", "https://b.example/"]);
    }
    const again = () => rankedClient.top(roster, opened, "https", "amd64");
    expect(again()).toBe(again());
  });
});
