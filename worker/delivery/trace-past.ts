/** What a decision of a past moment is explained by: the roster and the snapshot that were in force then. */
import { secondOf } from "../clients/history.ts";
import { plain, unavailable } from "../http/errors.ts";
import { momentText } from "../list/moment.ts";
import type { FoundFile, SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import type { PastRoster, PastRosterSource } from "../views/past-rosters.ts";
import { unlisted } from "./file-facts.ts";
import type { FileRequest } from "./file-request.ts";

/** A past moment with what was in force. */
export interface Past {
  /** Unix ms. */
  time: number;
  roster: PastRoster;
  /** By the snapshot of then. */
  found: FoundFile;
  told: PastTold;
}

/** The same as `?trace` tells it. Moments are in ISO 8601, UTC. */
export interface PastTold {
  at: string;
  /** When the roster was published, and when the next one: `null` where it is the newest. */
  from: string;
  until: string | null;
  /** Version of the mirror list. */
  list?: number;
  /** The oldest moment that can be explained. */
  oldest: string;
  /** Publications that weren't kept, as too much changed: another roster may have been in force. */
  coarse?: { since: string; publications: number };
  /** The snapshot that was served; absent: none of then is kept. */
  snapshot?: { id: string; at: string; generation: number };
  /** What isn't kept, so that the decision may have been another one. */
  unknown: string[];
}

/** What nobody keeps of then. */
export const unknownOfPast = [
  "what single mirrors had answered to a HEAD for this file: where the decision is to ask, it went by their answers",
  "which mirrors had failed checks of the isolate that answered",
  "which mirrors the client had been sent to before, and avoided",
  "where the client's address was taken to be then: today's databases are read",
  "the repository's entry in the mirror list of then: today's is read",
];
export const noSnapshot =
  "which files were listed then: no snapshot of then is kept, so this one is judged as a file that no index lists";

/** Where past rosters and snapshots are had. */
export interface PastSources {
  /** Absent: nothing is probed here, so no rosters are published. */
  past?: PastRosterSource;
  /** Absent: no snapshots are made here. */
  snapshots?: Pick<SnapshotsAtEdge, "fileThen">;
}

/**
 * What was in force at a moment, or the answer that says why that can't be told: 404 where no rosters are kept, 410 before
 * the oldest one, 503 where too many are asked for or Fleet gives no answer.
 *
 * @param time Unix ms, past
 */
export async function findPast(
  asked: FileRequest,
  time: number,
  { past: rosters, snapshots }: PastSources,
): Promise<Past | Response> {
  if (rosters === undefined) {
    return plain(404, "No past can be explained here: nothing is probed, so no rosters are kept.");
  }
  const { roster: current, now, background, opened, decoded } = asked;
  const [past, listed] = await Promise.all([
    rosters.at(time, now, { current, background }).catch(late("Fleet")),
    snapshots?.fileThen(opened.repository, decoded, time, background).catch(late("Repository")),
  ]);
  if (past === "busy") {
    return unavailable(
      "Too many past moments were asked for just now. Try again in a few seconds.",
    );
  }
  if (past === undefined) return unavailable("Fleet, which keeps the past, gave no answer.");
  if ("before" in past) return before(time, past.before);
  const { from, until, list, oldest, coarse } = past;
  const { snapshot } = listed ?? {};
  const told: PastTold = {
    at: momentText(time),
    from: iso(from),
    until: until === null ? null : iso(until),
    ...(list !== undefined && { list }),
    oldest: iso(oldest),
    ...(coarse !== null && {
      coarse: { since: iso(coarse.since), publications: coarse.publications },
    }),
    ...(snapshot !== undefined && {
      snapshot: {
        id: snapshot.id,
        at: iso(snapshot.snapshot.at),
        generation: snapshot.snapshot.generation,
      },
    }),
    unknown: snapshot === undefined ? [...unknownOfPast, noSnapshot] : unknownOfPast,
  };
  return { time, roster: past, found: listed?.found ?? unlisted, told };
}

/** The request as if it had come then. Of the client's own past nothing is known. */
export function askedInPast(asked: FileRequest, { time, roster }: Past): FileRequest {
  return { ...asked, roster: roster.roster, now: time, second: secondOf(time) };
}

function before(time: number, oldest: number | null): Response {
  if (oldest === null) {
    return plain(404, "No past can be explained yet: no roster has been published here.");
  }
  return plain(
    410,
    `What was in force at ${momentText(time)} isn't known. The oldest moment that can be explained is ${iso(oldest)}; rosters are kept for 7 days.`,
  );
}

function late(who: string): (error: unknown) => undefined {
  return (error) => {
    console.warn(`${who}, of the past: ${error instanceof Error ? error.message : error}`);
    return undefined;
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
