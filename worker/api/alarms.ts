/**
 * Everything that wants an operator's eye, collected in one place: what Fleet says of Probers, what each repository keeps
 * out of its snapshots, origins that can't be reached, a mirror list that was refused. Health, metrics and the page at
 * `/` read it.
 */
import type { FleetHealth } from "../health/fleet-answers.ts";
import { answerOrReason, type FleetAnswers } from "../health/fleet-questions.ts";
import { ownSegments } from "../http/own-segments.ts";
import type { ReachableFetch } from "../outbound/reachable-fetch.ts";
import { serverOf } from "../outbound/unreachable-servers.ts";
import type { SnapshotAlarm } from "../repositories/chain/snapshot-alarms.ts";
import { verificationOf } from "../repositories/follow-policy.ts";
import { inTime } from "../runtime/deadline.ts";
import type { OpenViews } from "../views/views.ts";
import { type MachineState, machineAlarms } from "./machine.ts";

/** Something that is wrong at the moment. */
export interface Alarm {
  /** Stays the same for as long as the alarm is on: `blind weur-0`, `root debian dists/trixie/InRelease`. */
  name: string;
  /** Unix ms; absent: not known. */
  since?: number;
  /** A few words or a sentence: what is wrong, and what it means. */
  detail: string;
  /** Absent: it concerns the service, or a Prober. */
  repository?: string;
}

export interface Alarms {
  /** Those of the service first, then by repository. */
  all: readonly Alarm[];
  /** What Fleet says of itself, or why it doesn't; undefined: nothing is probed here. */
  fleet: { answer: FleetHealth } | { reason: string } | undefined;
  /** Absent: the service doesn't run on a machine of its own, or it isn't known. */
  machine?: MachineState;
}

/** Where alarms come from. */
export interface AlarmSources {
  views: OpenViews;
  fleet?: FleetAnswers;
  /** Absent: no snapshots are made here. */
  snapshots?: { object(repository: string): { alarms(): Promise<readonly SnapshotAlarm[]> } };
  payload: { bytes: { reachable?: Pick<ReachableFetch, "unreachableSince"> } };
  /** Unix ms. */
  now(): number;
  /** Views that came and were not taken. */
  refusedViews?(): { since: number; detail: string } | undefined;
  /** What is wrong with the IP databases. */
  databaseAlarms?: readonly Alarm[];
  /** What `npm start` says of the list on disk; `null`: nothing. */
  listProblem?(): Promise<string | null>;
  /** How the machine stands, where the service runs on one. */
  machine?(): Promise<MachineState | undefined>;
}

/** A repository's object has this long to tell its alarms, ms: it reads them from its own database. */
const objectDeadlineMs = 3000;
/** Objects asked at a time: a Worker may have six questions waiting. */
const objectsAtOnce = 4;
/** Alarms of one repository that are told; a suite has hundreds of indexes, and the first say what is wrong. */
const maxOfRepository = 20;
/**
 * Views that are refused for this long are told, ms. A service that is started again has a newer list than `Fleet` has
 * published, which follows within 3 s (measured).
 */
const refusedMs = 15_000;
/** What was collected is told again for so long, ms: anybody may ask, and each collection asks all objects. */
const heldMs = 1000;

/** Holds what was collected, so that questions don't multiply. */
export class AlarmBoard {
  #held: { at: number; alarms: Promise<Alarms> } | undefined;

  /** As `collectAlarms`, of the last seconds. */
  async collect(sources: AlarmSources): Promise<Alarms> {
    const now = sources.now();
    const held = this.#held;
    if (held !== undefined && Math.abs(now - held.at) < heldMs) {
      // Another request's work may end with that request; then this one collects for itself.
      const alarms = await inTime(held.alarms, objectDeadlineMs).catch(() => undefined);
      if (alarms !== undefined) return alarms;
    }
    const alarms = collectAlarms(sources);
    this.#held = { at: now, alarms };
    return alarms;
  }
}

/** Asks all sources. Never rejects: a source that doesn't answer is an alarm itself. */
export async function collectAlarms(sources: AlarmSources): Promise<Alarms> {
  const [fleet, list, machine, repositories] = await Promise.all([
    sources.fleet === undefined ? undefined : answerOrReason(sources.fleet.health()),
    ofList(sources),
    sources.machine?.(),
    ofRepositories(sources),
  ]);
  const refused = sources.refusedViews?.();
  return {
    all: [
      ...list,
      ...(machine === undefined ? [] : machineAlarms(machine)),
      ...(refused === undefined || sources.now() - refused.since < refusedMs
        ? []
        : [{ name: "views", ...refused }]),
      ...(sources.databaseAlarms ?? []),
      ...ofNames(sources),
      ...(fleet === undefined ? [] : ofFleet(fleet)),
      ...ofOrigins(sources),
      ...repositories,
    ],
    fleet,
    ...(machine && { machine }),
  };
}

function ofFleet(fleet: { answer: FleetHealth } | { reason: string }): Alarm[] {
  if ("reason" in fleet) {
    const detail = `${fleet.reason}: states stay as they were last published.`;
    return [{ name: "fleet", detail }];
  }
  const { alarms, published, stored, probers, probing } = fleet.answer;
  return [
    ...alarms.map(({ name, since, detail }) => ({ name, since: Date.parse(since), detail })),
    // A service that has just started has published none yet.
    ...(stored || published === null
      ? []
      : [{ name: "roster not stored", detail: "The last roster is not in KV yet." }]),
    ...(probers.length === 0 && probing === "all"
      ? [{ name: "no prober", detail: "No Prober reports." }]
      : []),
  ];
}

async function ofList({ listProblem }: AlarmSources): Promise<Alarm[]> {
  const said = await listProblem?.().catch(() => null);
  return said === null || said === undefined ? [] : [{ name: "list refused", detail: said }];
}

/**
 * Repositories with a name that the service has come to use itself since the list was published. Clients have their URLs,
 * so that the repository goes on, and the service's own pages are hidden.
 */
function ofNames({ views }: AlarmSources): Alarm[] {
  return views.repositories.flatMap(({ name }) => {
    if (!ownSegments.some((own) => own === name)) return [];
    const detail = `The repository hides what the service itself has at /${name}. Give it another name in the mirror list, and publish the list.`;
    return [{ name: `name ${name}`, detail, repository: name }];
  });
}

/** Origins that this edge could not reach a moment ago. Those of verified repositories tell more themselves. */
function ofOrigins({ views, payload, now }: AlarmSources): Alarm[] {
  const { reachable } = payload.bytes;
  if (reachable === undefined) return [];
  return views.repositories.flatMap(({ name, origin }) => {
    const since = reachable.unreachableSince(serverOf(origin), now());
    if (since === undefined) return [];
    const detail = `${origin} could not be reached from here.`;
    return [{ name: `origin ${name}`, since, detail, repository: name }];
  });
}

/** Of those that are served from snapshots, and where mirrors are probed of those that are watched for that. */
async function ofRepositories({ views, snapshots, fleet }: AlarmSources): Promise<Alarm[]> {
  if (snapshots === undefined) return [];
  const names = views.repositories
    .filter((listed) => verificationOf(listed) !== undefined || fleet !== undefined)
    .map(({ name }) => name);
  const found = new Map<string, Alarm[]>();
  const left = [...names];
  const askNext = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      found.set(name, await ofRepository(name, () => snapshots.object(name)));
    }
  };
  await Promise.all(Array.from({ length: objectsAtOnce }, askNext));
  return names.flatMap((name) => found.get(name) ?? []);
}

async function ofRepository(
  name: string,
  object: () => { alarms(): Promise<readonly SnapshotAlarm[]> },
): Promise<Alarm[]> {
  try {
    const alarms = await inTime(object().alarms(), objectDeadlineMs);
    return alarms.slice(0, maxOfRepository).map(({ kind, file, since, said }) => ({
      name: kind === "presence" ? `presence ${name}` : `${kind} ${name} ${file}`,
      since,
      detail: said,
      repository: name,
    }));
  } catch {
    const detail = `What follows ${name} could not be reached: metadata goes on by the last snapshot.`;
    return [{ name: `repository ${name}`, detail, repository: name }];
  }
}
