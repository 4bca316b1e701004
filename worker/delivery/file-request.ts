/** A file asked by somebody, and which mirrors may serve it to them by all but proof. */

import type { RankedClient } from "../clients/clients.ts";
import { type ClientHistory, fileKey } from "../clients/history.ts";
import { judgeRepeat } from "../clients/repeat.ts";
import type { Wish } from "../clients/wish.ts";
import { architectureOf } from "../formats/classify.ts";
import { offersPerRedirect } from "../formats/kind-names.ts";
import type { Client } from "../geo/client.ts";
import type { Scheme } from "../geo/scheme.ts";
import { type Demand, leavesOut } from "../mirrors/eligible.ts";
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
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
  visitor: RankedClient;
  /** By which it is answered, whatever comes meanwhile. */
  roster: OpenRoster;
  scheme: Scheme;
  memory: ClientHistory;
  /** Unix ms. */
  now: number;
  /** Of the clock: `secondOf` its milliseconds. */
  second: number;
  /** What the client wishes of its mirrors; absent, as nearly always: nothing. */
  wish?: Wish;
  /** With a wish: the only mirrors that may be offered, in the order wished for. */
  among?: readonly MirrorCandidate[];
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
  const fitting = ({ offer }: MirrorCandidate) => fits(offer);
  if (asked.among !== undefined) return asked.among.filter(fitting);
  const { roster } = asked;
  const { client } = asked.visitor;
  const demand = demandOf(asked, client);
  const near = roster.ranked(demand, client).filter(fitting);
  return near.length > 0 ? near : roster.rankedWhole(demand, client).filter(fitting);
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
  /** In rank order, none of them avoided; drained ones last. */
  offers: readonly MirrorOffer[];
  /** What the redirect is to be remembered under; 0: it isn't. */
  file: number;
}

/** Where this client can be sent for the file; judges a repeat, so it is asked once for each request. */
export function sendingOf(asked: FileRequest): Sending {
  const { opened, path, memory, second } = asked;
  const key = memoryKey(asked);
  const top = topOf(asked);
  // HEAD before GET is how zypper and people look at a file: neither is the other's repeat.
  const counts = key !== 0 && asked.method === "GET";
  let file = 0;
  let stayWith = 0;
  if (counts) {
    file = fileKey(opened.repository.name, path);
    const sentTo = memory.recall(key, file, second);
    if (sentTo !== 0) ({ file, stayWith } = askedAgain(asked, file, sentTo));
  }
  let offers = usableOf(asked, top);
  if (stayWith !== 0) offers = beginningWith(stayWith, offers);
  return { offers, file };
}

/** What the client is remembered by; 0: it isn't. A client that names a mirror asks it again and again, and wants no other. */
function memoryKey({ wish, visitor }: FileRequest): number {
  return wish?.mirror === undefined ? visitor.key : 0;
}

/** Where this client would be sent if it asked for the first time; judges nothing. In rank order, drained ones last. */
export function usableOf(asked: FileRequest, top = topOf(asked)): readonly MirrorOffer[] {
  const { decoded, memory, second } = asked;
  if (memory.avoidsAny(memoryKey(asked), second)) return offersThat(asked, top, isUsable(asked));
  return someLack(top, decoded) ? offersThat(asked, top, has(decoded)) : top;
}

/** The client's best offers, whatever it avoids and whether or not they have the file. */
export function topOf({
  opened,
  scheme,
  decoded,
  visitor,
  roster,
  among,
}: FileRequest): readonly MirrorOffer[] {
  if (among !== undefined) return among.slice(0, offersPerRedirect).map(({ offer }) => offer);
  const { kind, architectures } = opened.repository;
  return visitor.top(roster, opened, scheme, architectureOf(kind, decoded, architectures));
}

function askedAgain(asked: FileRequest, file: number, sentTo: number) {
  const { opened, visitor, roster, memory, scheme, second } = asked;
  const { client, key } = visitor;
  const repeat = {
    memory,
    client: key,
    file,
    networkHash: client.networkHash,
    repository: opened.repository.name,
    scheme,
    roster,
    range: asked.request.headers.get("Range"),
    second,
  };
  return judgeRepeat(repeat, sentTo);
}

/** Nothing speaks against its having the file. */
export function has(decoded: string): (offer: MirrorOffer) => boolean {
  return (offer) => !leavesOut(offer, decoded);
}

export function isAvoided(asked: FileRequest, { open }: MirrorOffer): boolean {
  return asked.memory.avoids(memoryKey(asked), open.nameHash, asked.second);
}

/** Has the file as far as is known, and the client had no failure there lately. */
function isUsable(asked: FileRequest): (offer: MirrorOffer) => boolean {
  return (offer) => !leavesOut(offer, asked.decoded) && !isAvoided(asked, offer);
}

/** The same offers, that mirror's first, if it is among them and not drained since. */
function beginningWith(nameHash: number, offers: readonly MirrorOffer[]): readonly MirrorOffer[] {
  const at = offers.findIndex(({ open, drained }) => open.nameHash === nameHash && !drained);
  const offer = offers[at];
  return at < 1 || offer === undefined ? offers : [offer, ...offers.filter((_, to) => to !== at)];
}
