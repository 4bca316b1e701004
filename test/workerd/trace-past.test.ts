/** `?trace&at=`: the decision by the roster and the snapshot of then, and what is said where they can't be had. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RosterThen } from "../../worker/health/roster-history.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import { packRoster } from "../../worker/mirrors/roster-codec.ts";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { PastRosters } from "../../worker/views/past-rosters.ts";
import { clients, start } from "./services.ts";
import { SnapshotWorld, stable } from "./snapshot-services.ts";
import { frankfurt, mirror } from "./views.ts";

const path = "pool/main/a/a_1_all.deb";
const minute = 60_000;
const hour = 60 * minute;

let world: SnapshotWorld;
/** How Fleet answers, and what it was asked. */
let fleet: (time: number) => RosterThen;
let asked: number[];

type KeptRosterThen = Extract<RosterThen, { roster: string }>;

function rosterOf(mirrors: RosterMirror[], more: Partial<KeptRosterThen> = {}): RosterThen {
  const view = { version: start, list: 9, mirrors };
  return {
    roster: JSON.stringify(packRoster(view)),
    version: start,
    from: start,
    until: start + hour,
    oldest: start - hour,
    coarse: null,
    ...more,
  };
}

/** Then one mirror was up that is unknown now, and one was down that is up now. */
const then = [
  mirror("gone.example", frankfurt, {
    carries: { debian: { http: "http://gone.example/debian/", generation: 1 } },
  }),
  mirror("frankfurt.example", frankfurt, { state: "down" }),
];

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  world = new SnapshotWorld();
  await world.publish([stable(1)], { payload: { [path]: "x".repeat(defaultMinSize) } });
  world.now = start + 2 * hour;
  await world.publish([stable(2)], { payload: { "pool/other.deb": "y" } });
  world.now = start + 3 * hour;
  asked = [];
  fleet = () => rosterOf(then);
  world.past = new PastRosters(async (time) => {
    asked.push(time);
    return fleet(time);
  });
});

const ask = async (query: string) => world.get(`${path}?trace=json&${query}`);
const told = async (query: string) => {
  const { status, text } = await ask(query);
  expect([status, text[0]]).toEqual([200, "{"]);
  return JSON.parse(text);
};

describe("?trace&at=", () => {
  it("decides by the roster and the snapshot of then, asking no server, and says what isn't known", async () => {
    const at = new Date(start + 10 * minute).toISOString();
    const trace = await told(`at=${at}`);
    expect(trace).toMatchObject({
      roster: start,
      file: { size: defaultMinSize, first: 1 },
      decision: { redirect: ["gone.example"] },
      past: {
        at: `${at.slice(0, 19)}Z`,
        from: new Date(start).toISOString(),
        until: new Date(start + hour).toISOString(),
        list: 9,
        oldest: new Date(start - hour).toISOString(),
        snapshot: { generation: 1, at: new Date(start).toISOString() },
      },
    });
    expect(trace.past.unknown.join()).toMatch(/HEAD.*isolate.*client/);
    expect(trace.past.coarse).toBeUndefined();
    expect(trace.avoids).toBeUndefined();
    expect(trace.mirrors).toEqual([
      expect.objectContaining({ mirror: "gone.example", rank: 1, proof: "generation" }),
      expect.objectContaining({ mirror: "frankfurt.example", excluded: "is down" }),
    ]);
    expect(world.originAsked).toEqual([]);
    const now = await told("");
    expect(now.file).toMatchObject({ size: defaultMinSize });
    expect(now.past).toBeUndefined();
    expect(now.mirrors.map((one: { mirror: string }) => one.mirror)).toContain("ashburn.example");
    const wished = await told(`at=${at}&ip=${clients.japan}&country=DE`);
    expect(wished).toMatchObject({ client: { country: "JP" }, wished: ["gone.example"] });
  });

  it("takes a time ago, and moments as people write them", async () => {
    for (const at of [
      "150m",
      "2026-03-01T12:30Z",
      "2026-03-01%2013:30%2B01:00",
      "2026-03-01T12:30",
    ]) {
      expect((await told(`at=${at}`)).past.at).toBe("2026-03-01T12:30:00Z");
    }
    expect(asked).toEqual([start + 30 * minute]);
  });

  it.each([
    ["yesterday", "neither a moment nor a duration. Write a date"],
    ["2026-02-30T10:00Z", "neither a moment nor a duration"],
    ["99999999w", "neither a moment nor a duration"],
    ["2026-03-02T12:00Z", "it is 2026-03-01T15:00:00Z now. Give a moment that is past"],
  ])("at=%s is 400", async (at, says) => {
    const { status, text } = await ask(`at=${at}`);
    expect([status, text]).toEqual([400, expect.stringContaining(says)]);
    expect(asked).toEqual([]);
  });

  it.each<[number, string, () => RosterThen]>([
    [
      410,
      "oldest moment that can be explained is 2026-03-01T11:00:00.000Z",
      () => ({ before: start - hour }),
    ],
    [404, "no roster has been published", () => ({ before: null })],
    [503, "Too many", () => "busy"],
    [
      503,
      "gave no answer",
      () => {
        throw new Error("it is gone");
      },
    ],
  ])("is %i where Fleet has none: %s", async (status, says, answers) => {
    fleet = answers;
    const answered = await ask("at=2h");
    expect([answered.status, answered.text]).toEqual([status, expect.stringContaining(says)]);
    expect(answered.headers.get("Cache-Control")).toBe("no-store");
  });

  it("is 404 where nothing is probed", async () => {
    world.past = undefined;
    expect((await ask("at=2h")).text).toContain("nothing is probed");
    expect((await ask("at=2h")).status).toBe(404);
  });

  it("says where the roster isn't known for sure, and where no snapshot is kept", async () => {
    fleet = () => rosterOf(then, { coarse: { since: start + minute, publications: 12 } });
    world.kept.shift();
    const trace = await told("at=150m");
    expect(trace.past.coarse).toEqual({ since: "2026-03-01T12:01:00.000Z", publications: 12 });
    expect(trace.past.unknown.at(-1)).toContain("no snapshot of then is kept");
    expect(trace.file).toBeUndefined();
    const page = await world.get(`${path}?trace=html&at=150m`);
    expect(page.text).toContain("12 publications since");
    expect(page.text).toMatch(/name="at" value="2026-03-01T12:30:00Z"/);
    const text = await world.get(`${path}?trace=text&at=150m`);
    expect(text.text).toContain(
      "at 2026-03-01T12:30:00Z, by the roster from 2026-03-01T12:00:00.000Z",
    );
    world.objectGone = true;
    world.newIsolate();
    expect((await told("at=149m")).past.snapshot).toBeUndefined();
  });

  it("opens one roster for all moments in which it was in force, and few of them a minute", async () => {
    for (const at of ["121m", "130m", "179m"]) await told(`at=${at}`);
    expect(asked.length).toBe(1);
    fleet = (time) => rosterOf(then, { from: time, until: time + 1 });
    const answers = [];
    for (let ago = 0; ago < 20; ago++) answers.push((await ask(`at=${60 - ago}m`)).status);
    expect(answers.filter((status) => status === 200).length).toBe(5);
    expect(answers.at(-1)).toBe(503);
    world.now += 2000;
    expect((await ask("at=30m")).status).toBe(200);
  });
});
