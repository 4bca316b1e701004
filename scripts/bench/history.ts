/**
 * `npm run bench -- --history`: what the history of rosters takes. A week of changes of the real list is simulated with a
 * storm in it; then past rosters are asked for, and decisions made by them, as the edge does.
 */
import { join } from "node:path";
import { placeOfCountry, recognise } from "../../worker/geo/client.ts";
import { latencyModel } from "../../worker/geo/latency.ts";
import { rosterMirrors } from "../../worker/health/compose-roster.ts";
import { FleetStore } from "../../worker/health/fleet-store.ts";
import { RosterHistory, type RosterThen } from "../../worker/health/roster-history.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { explain } from "../../worker/mirrors/explain.ts";
import { OpenRoster } from "../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import { unpackRoster } from "../../worker/mirrors/unpack-roster.ts";
import { publishedText } from "../../worker/views/views-text.ts";
import { compileMirrorList } from "../mirrors/compile.ts";
import { memorySql } from "../probe/memory-sql.ts";
import { seeded } from "../random.ts";
import { afterAll, day, drawnDays, type Happening, minute } from "./history-events.ts";
import { spread } from "./summary.ts";

/** Between two publications, ms, as in `publish-roster.ts`. */
const tickMs = 1100;
/** A day more than is kept: from then on the oldest is dropped. */
const days = 8;
/** In the fifth day all states change each second, ms. */
const stormAt = 4.5 * day;
const stormMs = 10 * minute;
const begin = Date.parse("2026-11-22T00:00:00Z");

export interface HistoryFigures {
  mirrors: number;
  /** Within the days, without the storm. */
  publications: number;
  changes: number;
  /** In the storm, and how many of them are kept as they were. */
  stormPublications: number;
  stormKept: number;
  /** Longest time without a kept roster from the storm's beginning on, s. */
  coarseSeconds: number;
  rowsKept: number;
  checkpoints: number;
  /** On disk, all of it. */
  bytes: number;
  /** Rows that a publication writes more than without a history. */
  rowsPerPublication: number;
  /** Processor time of a publication of fresh objects, ms each: composing and encoding, and the history. */
  publishMs: number[];
  historyMs: number[];
  /** Processor time, ms: Fleet makes the roster; the edge unpacks, opens and explains. */
  fleetMs: number[];
  edgeMs: number[];
}

export async function measureHistory(root: string): Promise<HistoryFigures> {
  const { views } = await compileMirrorList(join(root, "mirror-list"), 1);
  if (views === undefined) {
    throw new Error("the mirror list has errors; see npm run mirrors -- check");
  }
  const random = seeded(16);
  const kinds = new Map(views.catalogue.repositories.map(({ name, kind }) => [name, kind]));
  const kindOf = (name: string) => kinds.get(name) ?? "files";
  const week = simulated(views, drawnDays(views.roster.mirrors, kindOf, days, random));
  return {
    ...week.figures,
    ...(await publishing(views, week.mirrors)),
    ...asking(views, week.history, week.now, random),
  };
}

function simulated(views: Views, happenings: readonly Happening[]) {
  const sql = memorySql();
  const store = new FleetStore(sql);
  const history = new RosterHistory(store.rosters, (said) => {
    throw new Error(said);
  });
  let { mirrors }: { mirrors: readonly RosterMirror[] } = views.roster;
  let [publications, stormPublications, next] = [0, 0, 0];
  const publish = (at: number) => {
    const view = { version: begin + at, list: views.roster.version, mirrors: [...mirrors] };
    store.together(history.published(view, begin + at));
  };
  publish(0);
  for (let at = tickMs; at < days * day; at += tickMs) {
    const isStorm = at >= stormAt && at < stormAt + stormMs;
    const from = next;
    while ((happenings[next]?.at ?? Number.POSITIVE_INFINITY) <= at) next++;
    if (!isStorm && from === next) {
      if (at % minute < tickMs) {
        const same = { version: 0, list: views.roster.version, mirrors: [...mirrors] };
        store.together(() => history.unchanged(same, begin + at));
      }
      continue;
    }
    mirrors = afterAll(mirrors, happenings.slice(from, next));
    if (isStorm) {
      stormPublications++;
      // Never what it was before.
      const becomes = { generation: 100_000 + stormPublications };
      mirrors = afterAll(
        mirrors,
        mirrors.map((_, mirror) => ({ at, mirror, becomes })),
      );
    } else publications++;
    publish(at);
  }
  const count = (query: string) => Number(Object.values(sql.exec(query).toArray()[0] ?? {})[0]);
  const storm = [begin + stormAt, begin + stormAt + stormMs].join(" AND ");
  const inStorm = `FROM roster_change WHERE at BETWEEN ${storm}`;
  const coarse = `SELECT max(at - skipped_since) FROM roster_change WHERE at > ${begin + stormAt}`;
  return {
    history,
    mirrors,
    now: begin + days * day,
    figures: {
      mirrors: mirrors.length,
      publications,
      changes: happenings.length,
      stormPublications,
      stormKept: count(`SELECT count(*) ${inStorm}`),
      coarseSeconds: count(coarse) / 1000,
      rowsKept: count("SELECT count(*) FROM roster_change"),
      checkpoints: count("SELECT count(*) FROM roster_checkpoint"),
      bytes: count("PRAGMA page_count") * count("PRAGMA page_size"),
      rowsPerPublication: store.rowsWritten / (publications + stormPublications),
    },
  };
}

/** A publication as Fleet makes it: all mirrors are new objects each time, and encoded twice. */
async function publishing(views: Views, mirrors: readonly RosterMirror[]) {
  const [publishMs, historyMs]: [number[], number[]] = [[], []];
  const store = new FleetStore(memorySql());
  const history = new RosterHistory(store.rosters, () => undefined);
  const composed = (number: number) =>
    rosterMirrors(mirrors, { records: new Map(), now: begin, rules: defaultRules }).map(
      (one, at) => (at % 500 === number % 500 ? { ...one, capacity: 1000 + number } : one),
    );
  for (let number = 0; number < 150; number++) {
    let began = process.cpuUsage();
    const next = composed(number);
    const view = { version: begin + number, list: 1, mirrors: next };
    await publishedText({ ...views, roster: { ...view, version: 1 } });
    const text = await publishedText({ ...views, roster: view });
    const published = cpuMs(began);
    began = process.cpuUsage();
    store.together(() => {
      store.setPublished({ version: view.version, text, stored: false });
      history.published(view, begin + number * tickMs)();
    });
    // What is measured first is compiled meanwhile.
    if (number >= 50) {
      publishMs.push(published);
      historyMs.push(cpuMs(began));
    }
  }
  return { publishMs, historyMs };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function asking(views: Views, history: RosterHistory, now: number, random: () => number) {
  const [fleetMs, edgeMs]: [number[], number[]] = [[], []];
  const current = new OpenRoster(views.roster, latencyModel);
  const client = recognise("5.9.0.1", undefined, {
    platform: false,
    locate: { country: () => "DE", asn: () => 24_940 },
    ownPlace: placeOfCountry("DE"),
  });
  const demand = {
    repository: "debian",
    scheme: "http",
    family: "ipv4",
    architecture: "amd64",
  } as const;
  const path = "pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
  for (let asked = 0; asked < 100; asked++) {
    const time = now - Math.floor(random() * 6.8 * day);
    const began = process.cpuUsage();
    // Each a minute after the other, so that the budget has one for it.
    const then: RosterThen = history.at(time, now + asked * minute);
    const fleet = cpuMs(began);
    const opening = process.cpuUsage();
    if (then === "busy" || !("roster" in then)) continue;
    const roster = new OpenRoster(unpackRoster(JSON.parse(then.roster)), latencyModel, current);
    explain(roster, demand, client, { path, decoded: path });
    fleetMs.push(fleet);
    edgeMs.push(cpuMs(opening));
  }
  return { fleetMs, edgeMs };
}

/** For people. */
export function historyLines(of: HistoryFigures): string[] {
  const mb = (of.bytes / 1e6).toFixed(1);
  return [
    `${of.mirrors} mirrors, ${days} days: ${of.publications} publications with ${of.changes} changes`,
    `kept                    ${mb} MB in ${of.rowsKept} rows and ${of.checkpoints} checkpoints`,
    `storm of ${of.stormPublications} publications ${of.stormKept} kept; ${of.coarseSeconds} s the longest time without`,
    `rows a publication      ${of.rowsPerPublication.toFixed(2)}`,
    `a publication           ${spread(of.publishMs, 1)} ms of a core`,
    `its history             ${spread(of.historyMs, 1)} ms of a core`,
    `a past roster at Fleet  ${spread(of.fleetMs, 1)} ms of a core, at most ${Math.max(...of.fleetMs).toFixed(0)}`,
    `opened and explained    ${spread(of.edgeMs, 1)} ms of a core, at most ${Math.max(...of.edgeMs).toFixed(0)}`,
  ];
}
