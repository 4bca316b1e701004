/** A client that asks for the same file again: a failure of the mirror it was sent to, or one part of a download. */

import { mix } from "../geo/address.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import { fnv } from "../runtime/text-hash.ts";
import type { ClientHistory } from "./history.ts";

/** Which client asked again for which file. */
export interface Repeat {
  memory: ClientHistory;
  /** Of the client and the file, as the memory knows them. */
  client: number;
  file: number;
  networkHash: number;
  repository: string;
  scheme: Scheme;
  roster: OpenRoster;
  /** The request's `Range`. */
  range: string | null;
  second: number;
}

/** How to go on. */
export interface Continuation {
  /** What the redirect is to be remembered under. */
  file: number;
  /** The mirror to stay with if it still serves, or 0. */
  stayWith: number;
}

/**
 * Judges a repeat: its mirror is avoided from now on and reported, unless the request is a part of a download
 * (aria2 -x, `curl -C -`) that wasn't asked for yet. Parts are remembered each on its own.
 *
 * aria2 1.36 sometimes asks for a part again 20 ms after its redirect, without having asked the mirror (observed):
 * so the first repeat of a part that comes at once says nothing. The second one does.
 *
 * @param sentTo where the client was sent for this file within the last minute
 */
export function judgeRepeat(repeat: Repeat, sentTo: number): Continuation {
  const { memory, client, file, second } = repeat;
  const segment = segmentOf(repeat.range);
  if (segment === undefined) {
    failed(repeat, file, sentTo);
    return { file, stayWith: 0 };
  }
  const part = mix(file ^ segment);
  const partSentTo = memory.recall(client, part, second);
  if (partSentTo === 0) return { file: part, stayWith: sentTo };
  const excused = mix(part ^ hasteSalt);
  if (
    memory.justSent(client, part, second) &&
    memory.recall(client, excused, second) !== partSentTo
  ) {
    memory.remember(client, excused, partSentTo, second);
    return { file: part, stayWith: partSentTo };
  }
  failed(repeat, part, partSentTo);
  return { file: part, stayWith: 0 };
}

/** Under which it is remembered that a part's haste was excused. */
const hasteSalt = 0x68617374;

function failed(repeat: Repeat, file: number, nameHash: number): void {
  const { memory, client, second, repository, scheme } = repeat;
  // Where no mirror is left, bytes are given, and asking again for those says nothing of the mirror.
  memory.remember(client, file, 0, second);
  const mirror = repeat.roster.named(nameHash);
  if (mirror === undefined) return;
  memory.avoid(client, nameHash, second);
  memory.report({ mirror: mirror.name, repository, scheme }, repeat.networkHash, second);
}

/**
 * What tells one part of a file from another, by where it starts; `undefined` for the whole file, from its
 * first byte to wherever. Parts of several ranges, or from the end, are distinguished by their text.
 */
export function segmentOf(range: string | null): number | undefined {
  const start = range === null ? undefined : /^bytes=\s*(\d*)\s*-/i.exec(range)?.[1];
  if (range === null || start === undefined) return undefined;
  if (start === "" || range.includes(",")) return fnv(range);
  return Number(start) === 0 ? undefined : fnv(start);
}
