/**
 * A client that asks for the same file again: what that says of the mirror to which it was sent, and when the client is
 * believed though a check finds nothing wrong there.
 */

import type { OpenRepository } from "../views/views.ts";
import { type Agent, mayComeBack, tellsAgents } from "./agents.ts";
import type { RankedClient } from "./clients.ts";
import { runKey } from "./doubts.ts";
import { type ClientHistory, fromHere } from "./history.ts";
import type { Wish } from "./wish.ts";

/** What of a request for a file its judgement goes by. */
export interface AskedRequest {
  request: Pick<Request, "headers">;
  opened: OpenRepository;
  rankedClient: RankedClient;
  history: ClientHistory;
  /** The program that asks. */
  agent: Agent;
  /** What the client wishes of its mirrors; absent: nothing. */
  wish?: Wish;
  /** Unix ms. */
  now: number;
}

/** A client asks for a whole file again that it was sent to a mirror for within the last minute. */
export interface Repeat {
  /** Under which the client history knows the file. */
  file: number;
  /** The mirror, by its `nameHash`. */
  sentTo: number;
  agent: Agent;
  /** How often the client has asked for the file by now. */
  asks: number;
  /** The program comes back after a failure, and so soon: the mirror is checked by the file's own bytes as well. */
  mayComeBack: boolean;
  /** The program would be believed if no other host shows itself: only then its question waits. */
  isBelievable: boolean;
  /** What the program fetches of the repository, as `ClientDoubts` knows it. */
  run: number;
  /** Files that the client has asked for by now, in this run. */
  newFiles: number;
}

/** What to make of a question for a file that the client was sent to a mirror for before. */
export type Judged =
  /** Nothing: it is answered as if it were the first. */
  | undefined
  /** A part of a download, or a look whether anything changed: it stays with that mirror, if that still serves. */
  | { stayWith: number }
  | Repeat;

/** dnf asks for a file so often at most (observed); who asks more often is several. */
export const asksOfOne = 4;
/** dnf fetches so many files at a time, unless its configuration says otherwise. */
const atATime = 3;
/** So many files that a client came back for, and none that it got, speak of their mirror. */
export const filesBelieved = 2;

/**
 * Judges a question, and counts it.
 *
 * @param sentTo where the client was sent for the file
 * @param isExplicit the client asks for bytes in place of a redirect, as it does after a failure
 */
export function judgeRepeat(
  asked: AskedRequest,
  file: number,
  sentTo: number,
  isExplicit: boolean,
): Judged {
  const { history, opened, request, rankedClient, agent, now, wish } = asked;
  const { headers } = request;
  const range = headers.get("Range");
  if (isPart(range) || isConditional(headers)) return { stayWith: sentTo };
  const { key } = rankedClient;
  const { doubts } = history;
  const isTold = tellsAgents(opened.repository.kind);
  const before = history.remembered(key, file, now);
  // Where programs aren't told apart, the first question's isn't known, and is taken for the second's.
  if (before.agent !== agent.key && (isTold || before.agent !== 0)) {
    history.beginsAnew(key, file);
    return undefined;
  }
  if (!isTold) history.describe(key, file, agent.key, 0);
  const asks = history.askedAgain(key, file, now);
  const avoided = doubts.avoided(key, agent.key, now);
  // A second mirror can't be at fault as well, and bytes that were checked here weren't wrong.
  const isElsewhere = before.moved || sentTo === fromHere || (avoided !== 0 && avoided !== sentTo);
  if (asks > asksOfOne || isElsewhere) doubts.isSeveral(key, agent.key, now);
  if (agent.comesBack === "never" && !isExplicit) return undefined;
  // Where programs aren't told apart, who asks for bytes may be a host that never asks for anything else.
  const comesBack = isExplicit
    ? isTold
    : range === null &&
      mayComeBack(agent, before.agoMs) &&
      (isTold || agent.comesBack === "next run");
  const run = runKey(agent.key, opened.repository.name);
  const newFiles = doubts.newFiles(key, run);
  const since = newFiles - before.newFiles;
  const isIdle = isTold && comesBack && since >= 0 && since < atATime;
  if (asks === 2) {
    doubts.repeats(key, run, sentTo, now);
    if (isIdle) doubts.wasIdle(key, run, now);
  }
  // A client that wishes for mirrors is sent to those.
  const isHeard = comesBack && wish === undefined && !doubts.wasSeveral(key, agent.key, now);
  const { all, idle } = doubts.repeated(key, run, sentTo, now);
  const isOfMirror = idle > 0 && idle === all;
  const isBelievable = isHeard && (isExplicit || isOfMirror || isOfFile({ asks, agent }, all));
  const repeat = { file, sentTo, agent, asks, run, newFiles };
  return { ...repeat, mayComeBack: isHeard, isBelievable };
}

/**
 * Whether a client is believed of the file alone.
 *
 * @param repeated files that the client has asked for again at the mirror
 */
function isOfFile({ asks, agent }: Pick<Repeat, "asks" | "agent">, repeated: number): boolean {
  return asks >= agent.believedAt && repeated < filesBelieved;
}

/** What a client is believed that came back: nothing, that the mirror fails it for that file, or for all. */
export type Believed = "nothing" | "file" | "mirror";

/**
 * Whether a client is believed that its mirror fails it, though the mirror was found well: it may give wrong bytes of
 * the right size, be slow, or refuse this client's network. Called when the question has waited for a while
 * (`recheck.ts`): what others behind the same address ask meanwhile is the best sign that they are several hosts.
 */
export function believe(asked: AskedRequest, repeat: Repeat): Believed {
  const { history, rankedClient, now } = asked;
  const { doubts } = history;
  const { file, sentTo, agent, run, newFiles } = repeat;
  const { key } = rankedClient;
  if (!repeat.isBelievable || doubts.wasSeveral(key, agent.key, now)) return "nothing";
  if (history.remembered(key, file, now).asks !== repeat.asks) {
    doubts.isSeveral(key, agent.key, now);
    return "nothing";
  }
  if (doubts.avoided(key, agent.key, now) === sentTo) return "mirror";
  const { all, idle } = doubts.repeated(key, run, sentTo, now);
  if (idle >= filesBelieved && idle === all) {
    if (doubts.newFiles(key, run) === newFiles) return "mirror";
    // A program went on to another file: while one program comes back, another has got what it asked for.
    doubts.isSeveral(key, agent.key, now);
    return "nothing";
  }
  return isOfFile(repeat, all) ? "file" : "nothing";
}

/** aria2 -x asks for parts, `curl -C -` and browsers go on from where they were: all after the first byte. */
export function isPart(range: string | null): boolean {
  const start = range === null ? undefined : /^bytes=\s*(\d*)\s*-/i.exec(range)?.[1];
  if (range === null || start === undefined) return false;
  return start === "" || range.includes(",") || Number(start) !== 0;
}

function isConditional(headers: Headers): boolean {
  return (
    headers.has("If-None-Match") || headers.has("If-Modified-Since") || headers.has("If-Range")
  );
}
