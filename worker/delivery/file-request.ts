/** A file asked by somebody, and which mirrors may serve it to them by all but proof. */

import { type Agent, tellsAgents } from "../clients/agents.ts";
import type { RankedClient } from "../clients/clients.ts";
import { runKey } from "../clients/doubts.ts";
import { type ClientHistory, fileKey, fromHere } from "../clients/history.ts";
import { type Judged, judgeRepeat, type Repeat } from "../clients/repeat.ts";
import type { Wish } from "../clients/wish.ts";
import { candidatesPerPlace } from "../directory/rank.ts";
import { architectureOf } from "../formats/classify.ts";
import { offersPerRedirect } from "../formats/kind-names.ts";
import { kinds } from "../formats/kinds.ts";
import type { Client } from "../geo/client.ts";
import type { Scheme } from "../geo/scheme.ts";
import { type Demand, leavesOut } from "../mirrors/eligible.ts";
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import { defaultMinSize } from "../repositories/catalogue.ts";
import type { Background } from "../runtime/background.ts";
import type { OpenRepository } from "../views/views.ts";

/** A file of a repository, asked by somebody. */
export interface FileRequest {
  request: Request;
  /** The request's, read already: each look into a request costs. */
  method: string;
  opened: OpenRepository;
  /** Inside the repository, escapes as asked, without a leading slash. */
  path: string;
  decoded: string;
  rankedClient: RankedClient;
  /** The client's program. */
  agent: Agent;
  /** By which it is answered, whatever comes meanwhile. */
  roster: OpenRoster;
  scheme: Scheme;
  history: ClientHistory;
  /** Unix ms. */
  now: number;
  /** Of the clock: `secondOf` its milliseconds. */
  second: number;
  /** Where its work goes on after the answer. */
  background: Background;
  /** What the client wishes of its mirrors; absent, as nearly always: nothing. */
  wish?: Wish;
  /** With a wish: the only mirrors that may be offered, in the order wished for. */
  among?: readonly MirrorCandidate[];
  /**
   * The client is to have nothing else: `bytes` after a mirror failed it, `redirect` (of small files too) where it
   * names the mirror. Absent, as nearly always: what is best for the file.
   */
  only?: "bytes" | "redirect";
  /** A permanent link led here: its mirror is asked for the file before the redirect (`look-first.ts`). */
  byLink?: true;
}

/** Answers depend on the client's place: no cache may keep them for another. */
export const placeDependent = { "Cache-Control": "private, no-store" };

export function demandOf(
  { opened: { repository }, decoded, scheme, wish }: FileRequest,
  client: Client,
): Demand {
  return {
    repository: repository.name,
    scheme,
    family: wish?.family ?? client.family,
    architecture: architectureOf(repository.kind, decoded, repository.architectures),
  };
}

/** All candidates that fit, in rank order; every mirror is judged anew only where none of the cheapest does. */
export function rankedFor(
  asked: FileRequest,
  fits: (offer: MirrorOffer) => boolean,
): MirrorCandidate[] {
  if (asked.only === "bytes") return [];
  const fitting = ({ offer }: MirrorCandidate) => fits(offer);
  if (asked.among !== undefined) return asked.among.filter(fitting);
  const { roster } = asked;
  const { client } = asked.rankedClient;
  const demand = demandOf(asked, client);
  const near = roster.ranked(demand, client).filter(fitting);
  return near.length > 0 ? near : roster.rankedWhole(demand, client).filter(fitting);
}

/** The offers of `rankedFor`, in the same order. */
export function rankedOffersFor(
  asked: FileRequest,
  fits: (offer: MirrorOffer) => boolean,
): readonly MirrorOffer[] {
  if (asked.only !== "bytes" && asked.among === undefined) {
    const { client } = asked.rankedClient;
    const top = asked.roster.top(demandOf(asked, client), client, candidatesPerPlace);
    const near = top.offers.filter(fits);
    if (near.length > 0) return near;
  }
  return rankedFor(asked, fits).map(({ offer }) => offer);
}

/** What the client can be sent to out of its top, or out of all candidates where that has nothing left. */
function offersThat(
  asked: FileRequest,
  top: readonly MirrorOffer[],
  fits: (offer: MirrorOffer) => boolean,
): readonly MirrorOffer[] {
  const left = top.filter(fits);
  const first = left[0];
  // What is drained is behind all others: where it is first, there is nothing else to be found.
  return first === undefined ? rankedFor(asked, fits).map(({ offer }) => offer) : left;
}

/** Whether one of them lacks the file. In every redirect's way: nearly always it looks at one field of each. */
function someLack(offers: readonly MirrorOffer[], decoded: string): boolean {
  for (const offer of offers) if (offer.selective && leavesOut(offer, decoded)) return true;
  return false;
}

/** Where a client can be sent. */
export interface Sending {
  /** In rank order; drained ones last. */
  offers: readonly MirrorOffer[];
  /** What the redirect is to be remembered under; 0: it isn't. */
  file: number;
  /** Files that the client has asked for by now, in this run; 0: its program isn't looked at. */
  newFiles: number;
  /** The client asks for the file again. */
  repeat?: Repeat;
  /** The mirror that the client avoids, by its `nameHash`; 0: none. */
  avoided: number;
  /** The client had what belongs to it from here: pacman asks for a signature where its package came from. */
  isFromHere: boolean;
}

/**
 * Counts a file that the client asks for the first time, where its program is looked at: before anything is awaited, as
 * what is asked in which order tells one client from several. @returns how many by now; 0: not the first time
 */
export function arrive(asked: FileRequest): number {
  const { opened, rankedClient, history, path, now, method, wish } = asked;
  const { kind, name } = opened.repository;
  if (!tellsAgents(kind) || method !== "GET" || wish?.mirror !== undefined) return 0;
  if (history.recall(rankedClient.key, fileKey(name, path), now) !== 0) return 0;
  return newFile(asked);
}

/**
 * Where this client can be sent for the file; counts a repeat, so it is asked once for each request.
 *
 * @param arrived of `arrive`
 */
export function sendingOf(asked: FileRequest, arrived: number): Sending {
  const { opened, path, rankedClient, history, now } = asked;
  // A client that names a mirror asks it again and again, and wants no other.
  const key = asked.wish?.mirror === undefined ? rankedClient.key : 0;
  const top = topOf(asked);
  let file = 0;
  let newFiles = arrived;
  let judged: Judged;
  // HEAD before GET is how zypper and people look at a file: neither is the other's repeat.
  if (key !== 0 && asked.method === "GET") {
    file = fileKey(opened.repository.name, path);
    const sentTo = history.recall(key, file, now);
    if (sentTo !== 0) judged = judgeRepeat(asked, file, sentTo, isExplicit(asked));
    if (judged === undefined && arrived === 0) newFiles = newFile(asked);
  }
  const isFromHere = file !== 0 && isSignatureOfOwn(asked);
  const first = sendingAtFirst(asked, top, { file, newFiles, isFromHere });
  if (judged === undefined) return first;
  if (!("stayWith" in judged)) return { ...first, repeat: judged };
  return { ...first, offers: beginningWith(judged.stayWith, first.offers), avoided: 0 };
}

/**
 * Where this client would be sent if it asked for the first time; judges and counts nothing.
 *
 * @param known what was found of the request; absent: nothing is to be remembered of it
 */
export function sendingAtFirst(
  asked: FileRequest,
  top = topOf(asked),
  { file, newFiles, isFromHere }: Pick<Sending, "file" | "newFiles" | "isFromHere"> = nothingKnown,
): Sending {
  const { decoded } = asked;
  const offers = someLack(top, decoded) ? offersThat(asked, top, has(decoded)) : top;
  return { offers, file, newFiles, avoided: avoidedBy(asked), isFromHere };
}

const nothingKnown = { file: 0, newFiles: 0, isFromHere: false };

/** Whether it is the signature of a package that the client got from here. */
function isSignatureOfOwn({ history, rankedClient, opened, path, now }: FileRequest): boolean {
  const { kind, name } = opened.repository;
  const { signatureEnd } = kinds[kind];
  if (signatureEnd === undefined || !path.endsWith(signatureEnd)) return false;
  const signed = fileKey(name, path.slice(0, -signatureEnd.length));
  return history.recall(rankedClient.key, signed, now) === fromHere;
}

/** Counts a file that the client asks for the first time, where its program is looked at. @returns how many by now */
export function newFile(asked: FileRequest): number {
  const { history, rankedClient, opened } = asked;
  const { kind, name } = opened.repository;
  if (!tellsAgents(kind)) return 0;
  return history.doubts.newFile(rankedClient.key, runKey(asked.agent.key, name));
}

/** Bytes are asked for in place of a redirect, by a client that has just tried a mirror. */
export function isExplicit({ only, wish }: FileRequest): boolean {
  return only === "bytes" && wish === undefined;
}

/** Bytes: a smaller file isn't redirected. */
export function minSizeOf({ only, opened }: FileRequest): number {
  return only === "redirect" ? 0 : (opened.repository.redirect?.minSize ?? defaultMinSize);
}

/**
 * Remembers that the client is sent there for the file.
 *
 * @param sentTo the mirror's `nameHash`, or `fromHere`
 */
export function rememberSent(
  asked: FileRequest,
  { file, newFiles }: Pick<Sending, "file" | "newFiles">,
  sentTo: number,
): void {
  const { history, rankedClient, now } = asked;
  history.remember(rankedClient.key, file, sentTo, now);
  if (newFiles > 0) history.describe(rankedClient.key, file, asked.agent.key, newFiles);
}

/** The mirror that the client avoids; 0: none, and none where it wishes for mirrors. */
function avoidedBy(asked: FileRequest): number {
  const { history, rankedClient, now, wish } = asked;
  if (!history.doubts.avoidsAny(rankedClient.key, now) || wish !== undefined) return 0;
  return history.doubts.avoided(rankedClient.key, asked.agent.key, now);
}

/** The client's best offers, whatever it avoids and whether or not they have the file. */
export function topOf({
  opened,
  scheme,
  decoded,
  rankedClient,
  roster,
  among,
  only,
}: FileRequest): readonly MirrorOffer[] {
  if (only === "bytes") return [];
  if (among !== undefined) return among.slice(0, offersPerRedirect).map(({ offer }) => offer);
  const { kind, architectures } = opened.repository;
  return rankedClient.top(roster, opened, scheme, architectureOf(kind, decoded, architectures));
}

/** Nothing speaks against its having the file. */
export function has(decoded: string): (offer: MirrorOffer) => boolean {
  return (offer) => !leavesOut(offer, decoded);
}

/** The mirror that the client said to have failed it for that file, by its `nameHash`; 0: none. */
export function saidToFail({
  history,
  rankedClient,
  opened,
  path,
  now,
  wish,
}: FileRequest): number {
  if (wish !== undefined) return 0;
  return history.saidToFail(rankedClient.key, fileKey(opened.repository.name, path), now);
}

/** The same offers, that mirror's first, if it is among them and not drained since. */
function beginningWith(nameHash: number, offers: readonly MirrorOffer[]): readonly MirrorOffer[] {
  const at = offers.findIndex(({ open, drained }) => open.nameHash === nameHash && !drained);
  const offer = offers[at];
  return at < 1 || offer === undefined ? offers : [offer, ...offers.filter((_, to) => to !== at)];
}
