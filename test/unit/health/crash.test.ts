/** Fleet's ledger and a Prober's store, failing and ending at every step of their writing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { FleetStore } from "../../../worker/health/fleet-store.ts";
import { Ledger } from "../../../worker/health/ledger.ts";
import { ProberStore } from "../../../worker/health/prober-store.ts";
import { isTargetRecord } from "../../../worker/health/states.ts";
import { readViews } from "../../../worker/views/views.ts";
import { BreakableSqlite, Died, type Mishap } from "../runtime/sqlite.ts";
import { start } from "./events.ts";
import { failing, listedMirror, listOf, reportOf, seenAt, settings } from "./fleet-parts.ts";

const folder = mkdtempSync(join(tmpdir(), "nearmirror-crash-"));
let files = 0;
const opened: BreakableSqlite[] = [];

beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function database(): BreakableSqlite {
  const made = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  opened.push(made);
  return made;
}

const names = ["a.example", "b.example", "c.example"];
const shipped = listOf(
  100,
  names.map((name) => listedMirror(name)),
);
const drained = { is: "drained", by: "ops@example.org", why: "moving" } as const;
const minute = 60_000;
const at = (minutes: number) => start + minutes * minute;

function ledgerOver(sqlite: BreakableSqlite, now = start): Ledger {
  return new Ledger(new FleetStore(sqlite.sql), settings, { shipped, readList: readViews }, now);
}

/** One thing told to a ledger; told again, it changes nothing more. */
interface Step {
  says: string;
  take(ledger: Ledger): void;
}

const missingFile = (path: string, ok: boolean) => ({
  files: [
    {
      path,
      hashed: false,
      ...(!ok && {
        failure: { kind: "status", status: 404, detail: "it was 404", url: "http://x/" } as const,
      }),
    },
  ],
});

const steps: Step[] = [
  {
    says: "the first report: three mirrors are up and fresh",
    take: (ledger) => {
      const freshness = { is: "fresh", lagSeconds: 0, root: "dists/stable/InRelease" } as const;
      const seen = names.flatMap((name) => [
        seenAt(name, at(1), { freshness }),
        seenAt(name, at(1), {}, { repositoryName: "extra" }),
      ]);
      ledger.report(reportOf(at(1), seen), at(1));
    },
  },
  {
    says: "a Prober took its assignment",
    take: (ledger) => ledger.gave("weur-0", "a", at(1)),
  },
  {
    says: "two mirrors fall, one lacks files, and the Prober was blind before",
    take: (ledger) => {
      const seen = [
        seenAt("a.example", at(2), failing, { run: 3 }),
        seenAt("a.example", at(2), failing, { run: 3, repositoryName: "extra" }),
        seenAt("b.example", at(2), failing, { run: 3 }),
        seenAt("c.example", at(2), missingFile("pool/x.deb", false)),
        seenAt("c.example", at(2.2), missingFile("pool/y.deb", false)),
      ];
      ledger.report(reportOf(at(2.2), seen, { blind: "it was" }), at(2.2));
    },
  },
  {
    says: "a newer list drains one mirror, drops another and adds a third",
    take: (ledger) => {
      const mirrors = [listedMirror("a.example"), listedMirror("c.example", drained)];
      ledger.takeList(listOf(200, [...mirrors, listedMirror("d.example")]), at(4));
    },
  },
  {
    says: "a mirror comes back",
    take: (ledger) => {
      const seen = [
        seenAt("a.example", at(5), {}, { run: 2 }),
        seenAt("a.example", at(5), {}, { run: 2, repositoryName: "extra" }),
      ];
      ledger.report(reportOf(at(5), seen), at(5));
    },
  },
  {
    says: "a day passes: files are released, a Prober is silent, figures are written",
    take: (ledger) => {
      ledger.tick(at(26 * 60));
    },
  },
  {
    says: "the Prober isn't needed any more",
    take: (ledger) => ledger.gave("weur-0", "", at(26 * 60)),
  },
];

/** All that must not be lost, as it is in the database. */
function written(sqlite: BreakableSqlite) {
  const rows = (query: string) => sqlite.sql.exec(query).toArray();
  const targets = rows("SELECT key, record FROM target ORDER BY key").map(({ key, record }) => {
    const known: unknown = JSON.parse(String(record));
    if (!isTargetRecord(known)) throw new Error(`${key} is no record`);
    return { key: String(key), known };
  });
  return {
    list: rows("SELECT version, text FROM list"),
    targets,
    history: rows("SELECT * FROM history ORDER BY id"),
    probers: rows("SELECT name FROM prober ORDER BY name"),
    alarms: rows("SELECT * FROM alarm ORDER BY name"),
  };
}

type Written = ReturnType<typeof written>;

/** No state without its history and no history without its state. */
function consistent({ list, targets, history }: Written): void {
  expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
  const last = new Map<string, string>();
  for (const { mirror, repository, scheme, family, axis, from, to, why, evidence } of history) {
    const path = axis === "quarantine" ? ` ${String(why).split(/[: ]/)[0]}` : "";
    const key = `${mirror} ${repository} ${scheme} ${family} ${axis}${path}`;
    const first = axis === "quarantine" ? "released" : axis === "operator" ? "" : "unknown";
    expect(from, `${key}: each entry begins where the one before ended`).toBe(
      last.get(key) ?? first,
    );
    last.set(key, String(to));
    expect(JSON.parse(String(evidence))).toBeTypeOf("object");
  }
  const kept = new Set(targets.map(({ key }) => key));
  for (const { key, known } of targets) {
    expect([key, known.state]).toEqual([key, last.get(`${key} state`) ?? "unknown"]);
    expect([key, known.freshness?.is]).toEqual([key, last.get(`${key} freshness`)]);
    const held = known.copy.quarantine.map(({ path }) => path);
    const told = [...last].flatMap(([of, to]) =>
      of.startsWith(`${key} quarantine `) && to === "quarantined" ? [of.split(" ").at(-1)] : [],
    );
    expect([key, ...held.toSorted()]).toEqual([key, ...told.toSorted()]);
  }
  const [row] = list;
  const listed = row === undefined ? [] : readViews(String(row.text)).roster.mirrors;
  for (const [of, to] of last) {
    const [mirror, , , , axis] = of.split(" ");
    const one = listed.find(({ name }) => name === mirror);
    if (axis === "operator") expect([of, one?.word?.is ?? ""]).toEqual([of, to]);
    const key = of.split(" ").slice(0, 4).join(" ");
    if (axis === "state" && one !== undefined) expect(kept.has(key), `${key} is kept`).toBe(true);
  }
}

/** The steps' outcome when nothing goes wrong, after each of them. */
function undisturbed(): Written[] {
  const sqlite = database();
  const ledger = ledgerOver(sqlite);
  return steps.map(({ take }) => {
    take(ledger);
    const is = written(sqlite);
    consistent(is);
    return is;
  });
}

/** States and history; figures that go to disk now and then may be older after a crash. */
function promised({ list, targets, history, probers, alarms }: Written) {
  const states = targets.map(({ key, known }) => [key, known.state, known.freshness?.is]);
  const held = targets.map(({ key, known }) => [key, known.copy.quarantine]);
  return { list, states, held, history, probers, alarms };
}

const isBlind = ({ name }: Record<string, unknown>) => String(name).startsWith("blind");

describe.each<Mishap>(["throws", "dies"])("when a write %s, Fleet's ledger", (mishap) => {
  it.each(steps.map(({ says }, index) => [says, index] as const))(
    "has all or nothing, and loses nothing that is told again: %s",
    (_, index) => {
      const expected = undisturbed();
      const step = steps[index];
      if (step === undefined) throw new Error("no such step");
      let broken = 0;
      for (let nth = 1; ; nth++) {
        const sqlite = database();
        let ledger = ledgerOver(sqlite);
        for (const { take } of steps.slice(0, index)) take(ledger);
        sqlite.breakAt(nth, mishap);
        let failed: unknown;
        try {
          step.take(ledger);
        } catch (error) {
          failed = error;
        }
        if (sqlite.whole) break;
        broken++;
        expect(failed, `step ${nth}`).toBeInstanceOf(mishap === "dies" ? Died : Error);
        if (mishap === "dies") {
          sqlite.reopen();
          ledger = ledgerOver(sqlite, at(30 * 60));
        }
        consistent(written(sqlite));
        // What it tells is what is written.
        const held = new Map(written(sqlite).targets.map(({ key, known }) => [key, known]));
        for (const [key, known] of ledger.records) {
          expect([key, known.state]).toEqual([key, held.get(key)?.state ?? "unknown"]);
        }
        expect(ledger.list.roster.version).toBe(written(sqlite).list[0]?.version);
        expect([...ledger.alarms.keys()].sort()).toEqual(
          written(sqlite).alarms.map(({ name }) => name),
        );
        step.take(ledger);
        consistent(written(sqlite));
        const is = promised(written(sqlite));
        const wanted = promised(expected[index] ?? written(sqlite));
        // A Fleet that has just begun anew gives every Prober its time before it counts as silent.
        if (mishap === "dies")
          for (const one of [is, wanted]) one.alarms = one.alarms.filter(isBlind);
        expect(is).toEqual(wanted);
      }
      expect(broken, "steps tried").toBeGreaterThan(0);
    },
  );

  it("begins with its list and the words in it, or not at all", () => {
    const words = listOf(100, [listedMirror("a.example", drained), listedMirror("b.example")]);
    let broken = 0;
    for (let nth = 1; ; nth++) {
      const sqlite = database();
      const begin = () =>
        new Ledger(
          new FleetStore(sqlite.sql),
          settings,
          { shipped: words, readList: readViews },
          start,
        );
      sqlite.breakAt(nth, mishap);
      try {
        begin();
      } catch {
        broken++;
      }
      if (sqlite.whole) break;
      sqlite.reopen();
      begin();
      consistent(written(sqlite));
      expect(written(sqlite).history.map(({ to, why }) => [to, why])).toEqual([
        ["drained", "ops@example.org: moving"],
      ]);
    }
    // The list, the entry, the look for older ones, before and after the commit.
    expect(broken).toBe(mishap === "dies" ? 5 : 4);
  });

  it("keeps a Prober's assignment whole, with what it remembers of its targets", () => {
    const assignment = (version: string, mirrors: string[]) => ({
      version,
      repositories: [],
      mirrors: mirrors.map((name) => ({ name, own: true, targets: [] })),
    });
    const memo = { lastAt: start, ok: false, run: 3, downSince: start };
    let broken = 0;
    for (let nth = 1; ; nth++) {
      const sqlite = database();
      const store = new ProberStore(sqlite.sql);
      store.setAssignment("weur-0", assignment("1", ["a", "b"]), new Set(["a", "b", "c"]));
      for (const key of ["a", "b", "c"]) store.setMemo(key, memo);
      sqlite.breakAt(nth, mishap);
      try {
        store.setAssignment("weur-0", assignment("2", ["b"]), new Set(["b"]));
      } catch {
        broken++;
      }
      if (sqlite.whole) break;
      if (mishap === "dies") sqlite.reopen();
      const again = new ProberStore(sqlite.sql);
      const { json = "", name } = again.assignment() ?? {};
      const old = JSON.parse(json).version === "1";
      expect(name).toBe("weur-0");
      expect(JSON.parse(json)).toEqual(old ? assignment("1", ["a", "b"]) : assignment("2", ["b"]));
      expect([...again.memos()]).toEqual((old ? ["a", "b", "c"] : ["b"]).map((key) => [key, memo]));
      again.setAssignment("weur-0", assignment("2", ["b"]), new Set(["b"]));
      expect([...again.memos().keys()]).toEqual(["b"]);
    }
    // The assignment, two memos, before and after the commit.
    expect(broken).toBe(mishap === "dies" ? 5 : 4);
  });
});

it("history is kept 90 days, and a thousand entries of each mirror", () => {
  const sqlite = database();
  const store = new FleetStore(sqlite.sql);
  const entry = { repository: "", scheme: "", family: "", axis: "state", from: "up", to: "down" };
  const day = 24 * 60 * minute;
  for (let n = 0; n < 1005; n++) {
    store.addHistory({ ...entry, at: start + n, mirror: "flaps", why: "", evidence: "{}" });
  }
  store.addHistory({ ...entry, at: start - 91 * day, mirror: "old", why: "", evidence: "{}" });
  store.addHistory({ ...entry, at: start - 89 * day, mirror: "old", why: "", evidence: "{}" });
  expect(store.history("flaps", Number.MAX_SAFE_INTEGER, 2000).map(({ id }) => id)).toEqual(
    Array.from({ length: 1000 }, (_, index) => 1005 - index),
  );
  store.pruneHistory(start);
  expect(store.history("old", Number.MAX_SAFE_INTEGER, 10).map((one) => one.at)).toEqual([
    start - 89 * day,
  ]);
  expect(store.history("flaps", 8, 10).map(({ id }) => id)).toEqual([7, 6]);
  // Of all mirrors, the newest first.
  expect(store.latest(3)).toEqual(
    ["flaps", "old"]
      .flatMap((name) => store.history(name, Number.MAX_SAFE_INTEGER, 2000))
      .sort((one, other) => other.id - one.id)
      .slice(0, 3),
  );
});
