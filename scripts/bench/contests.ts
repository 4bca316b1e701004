/** Who is measured beside whom. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { bundleWorker, root } from "../service/bundle.ts";
import { databasePaths } from "../service/platform.ts";
import type { PlainOptions, PlainWorkerd, StandIns } from "../service/workerd.ts";
import {
  checkingWorker,
  constantWorker,
  sameAnswerWorker,
  sameFullAnswerWorker,
} from "./constant.ts";
import { type Asks, loadedPaths, packagesByCurl } from "./load.ts";
import { benchRosters } from "./rosters.ts";
import { fileBytes, standIns } from "./stand-ins.ts";
import { worldWorker } from "./world.ts";

export interface Contestant extends PlainOptions {
  /** A header that its redirects have: without it, it isn't what is to be measured. */
  tells?: string;
  /** What is asked of it in place of what the contest asks for. */
  asks?: Asks;
  /** Different client addresses in place of what the contest has. */
  clients?: number;
  /** Starts it in a way of its own, on that processor, and under that program. Absent: as a plain workerd of these options. */
  start?: (cpu: number, under?: readonly string[]) => Promise<PlainWorkerd>;
}

/** Servers in the order in which they are told; each is compared with the first, the constant one. */
export interface Contest {
  servers: ReadonlyMap<string, Contestant>;
  /** Servers told beside each other: the first against the second. */
  pairs: readonly (readonly [string, string])[];
  /**
   * Only the pairs count, and the two of each are loaded at once, sharing the core: whatever else the machine does
   * slows both alike, so that a difference of a percent is seen.
   */
  atOnce?: boolean;
  /** What is asked for. Absent: packages, which are redirected. */
  asks?: Asks;
}

/** The name of the server that all are compared with. */
export const constant = "constant 302";

/** The address comes in a header that the load sets, as the platform and proxies do; the place from the databases. */
const usual = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any" };
/** As wrangler.toml has it. */
const probing = { PROBING: "all", PROBE_REGIONS: "wnam,enam,weur,eeur,apac,oc,sam,afr" };

/** 20, 300 and 1,000 mirrors, asked by apt; 1,000 by curl, which gets more; and 1,000 that nobody checks. */
export async function sizes(): Promise<Contest> {
  const same = { apt: "same answer", curl: "same, to curl", checking: "same, checking" };
  const servers = constantOnly()
    .set(same.apt, { script: sameAnswerWorker })
    .set(same.curl, { script: sameFullAnswerWorker, asks: packagesByCurl });
  for (const [size, views] of await benchRosters(root)) {
    servers.set(`${size} mirrors`, await edge(views));
  }
  const most = await edge(await largest());
  const { standIns } = most;
  servers.set(same.checking, {
    script: checkingWorker(checkedHosts),
    ...(standIns && { standIns }),
  });
  servers.set("1000, to curl", { ...most, asks: packagesByCurl });
  servers.set(uncheckedName, await uncheckedEdge());
  return {
    servers,
    pairs: [
      ["1000 mirrors", same.apt],
      ["1000, to curl", same.curl],
      ["1000 mirrors", same.checking],
      ["1000 mirrors", "20 mirrors"],
      ["1000 mirrors", uncheckedName],
    ],
  };
}

/** Mirrors of 1,000 that are asked once in two seconds, where clients all over the world are sent to them. */
const checkedHosts = 760;

/** Mirrors that are trusted to live: what checks cost is the difference. */
const uncheckedName = "1000 unchecked";

/** The constant, the same answer, and 1,000 mirrors that nobody checks. */
export async function unchecked(): Promise<Contest> {
  const servers = constantOnly()
    .set("same answer", { script: sameAnswerWorker })
    .set(uncheckedName, await uncheckedEdge());
  return { servers, pairs: [[uncheckedName, "same answer"]] };
}

async function uncheckedEdge(): Promise<Contestant> {
  return { ...(await edge(await largest())), vars: { ...usual, LIVENESS_SECONDS: "0" } };
}

/**
 * A day of 1,000 mirrors: each gets the newest files of two repositories four times (Debian publishes four times a day),
 * and changes its state four times, which is much. That is 12,000 changes, one in 7.2 s.
 */
const day = { everyMs: 7_200, changed: 1, stateOnceIn: 3 };
/** As often as `fleet.ts` ever publishes, with six other states each time: all mirrors within three minutes. */
const storm = { everyMs: 1_100, changed: 3, stateOnceIn: 1 };

/**
 * What probing costs the edge. Probers and Fleet run elsewhere on the platform, and docs/reliability.md has what they
 * cost; here Fleet only hands out rosters made beforehand.
 */
export async function probed(): Promise<Contest> {
  const views = await largest();
  const unprobed = "not probed";
  const servers = new Map<string, Contestant>([[unprobed, await edge(views)]]);
  for (const [name, pace] of Object.entries({ "probed, a day": day, "probed, a storm": storm })) {
    servers.set(name, {
      ...(await edge(views)),
      vars: { ...usual, ...probing },
      standIns: await standIns(loadedPaths, { views, ...pace }),
    });
  }
  const pairs = [...servers.keys()].slice(1).map((name) => [name, unprobed] as const);
  return { servers, pairs, atOnce: true };
}

/** What counting redirects costs the edge: the same Worker with somebody who adds up, and without. */
export async function counted(): Promise<Contest> {
  const views = await largest();
  const [now, before] = ["counted", "not counted"] as const;
  const servers = new Map<string, Contestant>([
    [now, { ...(await edge(views)), standIns: await standIns(loadedPaths, undefined, true) }],
    [before, await edge(views)],
  ]);
  return { servers, pairs: [[now, before]], atOnce: true };
}

/** The Worker of another checkout beside this one's, both with 1,000 mirrors. */
export async function against(folder: string): Promise<Contest> {
  const views = await largest();
  const now = await edge(views);
  const script = await bundleWorker(views, resolve(folder));
  const { vars, data } = now;
  const before = {
    script,
    ...(vars && { vars }),
    ...(data && { data }),
    standIns: await standInsOf(resolve(folder)),
  };
  const servers = new Map<string, Contestant>([
    ["before", before],
    ["now", now],
  ]);
  return { servers, pairs: [["now", "before"]], atOnce: true };
}

/** That checkout's own, where it has them: blobs are stored in the form that its Worker reads. */
async function standInsOf(folder: string): Promise<StandIns> {
  const own = join(folder, "scripts/bench/stand-ins.ts");
  if (!existsSync(own)) return standIns(loadedPaths);
  const made: typeof import("./stand-ins.ts") = await import(pathToFileURL(own).href);
  // Older ones answer what mirrors are asked in the process that is measured.
  return { world: worldWorker(fileBytes), ...(await made.standIns(loadedPaths)) };
}

function constantOnly(): Map<string, Contestant> {
  return new Map([[constant, { script: constantWorker }]]);
}

export async function edge(views: Views): Promise<Contestant> {
  return {
    script: await bundleWorker(views),
    vars: usual,
    data: databasePaths(),
    standIns: await standIns(loadedPaths),
    // Only where the file was found in the presence index.
    tells: "Repr-Digest",
  };
}

async function largest(): Promise<Views> {
  const views = (await benchRosters(root)).get(1000);
  if (views === undefined) throw new Error("there is no roster of 1,000 mirrors");
  return views;
}
