/** One decision, however it is told: over drawn states, redirect, list and `?trace` say the same. */

import { expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { Clients } from "../../../worker/clients/clients.ts";
import { provenMs } from "../../../worker/delivery/choice.ts";
import { explainedPlacesOf, findFile, placesOf } from "../../../worker/delivery/lists/places.ts";
import type { Liveliness } from "../../../worker/delivery/liveness.ts";
import { servePayload } from "../../../worker/delivery/payload.ts";
import { traceOf } from "../../../worker/delivery/trace.ts";
import { placeOfCountry } from "../../../worker/geo/client.ts";
import type { MirrorOffer } from "../../../worker/mirrors/mirror-offer.ts";
import type { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import { readSettings } from "../../../worker/settings/settings.ts";
import { open } from "../directory/rosters.ts";
import {
  drawnMirrors,
  drawState,
  type Held,
  minSize,
  newlyHeld,
  type Opened,
  openState,
  type State,
  served,
  size,
} from "./drawn-state.ts";

const seed = 12;
const count = 20_000;
/** Opening a roster costs more than a state. */
const statesPerRoster = 40;

interface Told {
  decision: {
    redirect?: string[];
    though?: string;
    ask?: string[];
    bytes?: string;
    refuse?: object;
  };
  mirrors: {
    mirror: string;
    rank?: number;
    verdict?: string;
    excluded?: string;
    costMs?: number;
    why?: string;
  }[];
}

/** Where a response sends the client to, by mirror: the first, then its duplicates. */
function sentTo(response: Response): string[] {
  const links = response.headers.get("Link") ?? "";
  const urls = [response.headers.get("Location") ?? "", ...links.split(", ")];
  const [location, own, ...others] = urls.flatMap(
    (url) => /https?:\/\/(m\d+)\.example\/debian\//.exec(url)?.[1] ?? [],
  );
  // Location's own mirror is named again, as the first.
  expect(own ?? location).toBe(location);
  return location === undefined ? [] : [location, ...others];
}

/** Whether a mirror is known to have the file, said without the code under test. */
function hasFile(
  { carried, base }: MirrorOffer,
  { listed }: State,
  { said, asked }: Opened,
): boolean {
  const { generation, patchy } = carried;
  const isCorrupt = (said.get(base) ?? []).some(
    ({ failed, at }) => failed === "corrupt" && asked.now - at < provenMs,
  );
  if (isCorrupt) return false;
  if (listed !== null && listed.last === undefined && generation !== undefined && !patchy) {
    if (listed.first <= generation && generation <= served) return true;
  }
  const sizesAt = (url: string) =>
    (said.get(url) ?? []).filter(({ at }) => asked.now - at < provenMs).map((check) => check.size);
  const atMirror = sizesAt(base).filter((size) => size !== undefined);
  const byOrigin = sizesAt(asked.opened.repository.origin);
  if (listed?.size !== undefined) return atMirror.includes(listed.size);
  if (atMirror.some((size) => byOrigin.includes(size))) return true;
  const others = asked.roster.mirrors.map(
    ({ resource: mirror }) => mirror.carries.debian?.[asked.scheme] ?? "",
  );
  return others.some(
    (url) =>
      url !== base && sizesAt(url).some((size) => size !== undefined && atMirror.includes(size)),
  );
}

function offerOf(name: string, { asked }: Opened): MirrorOffer | undefined {
  const { roster, rankedClient, scheme } = asked;
  const { client } = rankedClient;
  const mirror = roster.mirrors.find((one) => one.resource.name === name);
  const demand = { repository: "debian", scheme, family: client.family, architecture: "all" };
  const judged = mirror && roster.judge(mirror, { ...demand, architecture: "" }, client);
  return typeof judged === "object" ? judged.offer : undefined;
}

/** Before anybody was asked, and by now: a check in the background may have found more since the decision. */
function livenessOf(offer: MirrorOffer, before: Opened, after: Opened): Liveliness[] {
  return [before, after].map(({ liveness, asked }) => liveness.of(offer, asked));
}

function isLive(liveness: Liveliness | undefined): boolean {
  return liveness === "seen" || liveness === "again";
}

/** What is wrong with sending this client to that mirror; `undefined`: nothing. */
function fault(
  name: string | undefined,
  state: State,
  [before, opened]: [Opened, Opened],
): string | undefined {
  const offer = offerOf(name ?? "", opened);
  if (offer === undefined) return "doesn't serve the client";
  if (offer.drained) return "is drained";
  if (state.avoided.includes(name ?? "")) return "is avoided";
  if (!hasFile(offer, state, before) && !hasFile(offer, state, opened)) {
    return "isn't proven to have the file";
  }
  const [was, is] = livenessOf(offer, before, opened);
  if (!isLive(was) && !isLive(is)) return `isn't live: ${was}, then ${is}`;
  return undefined;
}

const counts = { redirects: 0, asked: 0, bytes: 0, refused: 0, fallbacks: 0, lists: 0, reasons: 0 };

/** All that is wrong in one state. */
async function faultsOf(
  state: State,
  roster: OpenRoster,
  held: Record<"tracing" | "listing" | "plainly" | "going", Held>,
): Promise<string[]> {
  const faults: string[] = [];
  const check = (isRight: boolean, wrong: () => string) => {
    if (!isRight) faults.push(wrong());
  };
  const tracing = openState(state, roster, held.tracing);
  const how = { locate: nowhere, platform: true, ownPlace: placeOfCountry("DE") };
  const clients = new Clients(roster, settings, how);
  const answer = await traceOf(
    tracing.asked,
    { ip: undefined, kind: "payload" },
    clients,
    tracing.edge,
  );
  const told: Told = JSON.parse(JSON.stringify(answer));
  check(tracing.questions.length === 0, () => `?trace asked ${tracing.questions.join(" ")}`);
  const listing = openState(state, roster, held.listing);
  const found = await findFile(listing.asked, listing.edge);
  const places = await explainedPlacesOf(found);
  const list = places.mirrors.map(({ open: { resource: mirror } }) => mirror.name);
  // What names URLs alone.
  const plainly = openState(state, roster, held.plainly);
  const plain = await placesOf(await findFile(plainly.asked, plainly.edge));
  const urls = plain.mirrors.map(({ open: { resource: mirror } }) => mirror.name);
  check(urls.join() === list.join() && plain.unproven === places.unproven, () => {
    return `the page names ${list.join(" ")}, the metalink ${urls.join(" ")}`;
  });
  const going = openState(state, roster, held.going);
  const serving = servePayload(going.asked, going.edge);
  const response = await serving;
  const to = sentTo(response);

  // What is redirected to.
  const isBytesTried = going.questions.includes("bytes");
  const isUnproven = response.headers.get("Nearmirror-Proof") === "none";
  const isFallback = isBytesTried && state.avoided.includes(to[0] ?? "");
  if (response.status === 302 && !isUnproven && !isFallback) {
    counts.redirects++;
    const wrong = fault(to[0], state, [tracing, going]);
    check(wrong === undefined, () => `the redirect goes to ${to[0]}, which ${wrong}`);
    // While large bytes were tried in vain, a failing mirror may have been found to be well again.
    if (!isBytesTried || (state.listed?.size ?? size) < minSize) {
      check(
        list[0] === to[0],
        () => `the redirect goes to ${to[0]}, the list begins ${list.join(" ")}`,
      );
      check(!places.unproven && plain.redirects, () => "the list knows of no redirect");
    }
    for (const name of to) {
      const offer = offerOf(name, going);
      check(
        offer !== undefined && [tracing, going].some((one) => hasFile(offer, state, one)),
        () => `${name} is an unproven duplicate`,
      );
    }
  } else {
    check(!isUnproven || isBytesTried, () => "the last resort came before the bytes");
    counts[response.status < 400 ? (response.status === 302 ? "fallbacks" : "bytes") : "refused"]++;
  }

  // What ?trace says.
  const { redirect, though, ask, bytes, refuse } = told.decision;
  if (redirect !== undefined) {
    check(though === undefined, () => "?trace begins with a fallback");
    check(serving instanceof Response, () => "?trace tells a redirect, which was waited for");
    check(
      redirect.join() === to.join(),
      () => `?trace tells ${redirect.join()}, sent to ${to.join()}`,
    );
    check(list[0] === redirect[0], () => `?trace tells ${redirect[0]}, the list ${list.join(" ")}`);
  } else {
    check(
      !(serving instanceof Response),
      () => "a redirect at once, of which ?trace tells nothing",
    );
    check(
      ask !== undefined || bytes !== undefined || refuse !== undefined,
      () => "?trace tells nothing",
    );
    if (ask !== undefined) counts.asked++;
  }
  if (bytes !== undefined)
    check(isBytesTried, () => `?trace tells bytes (${bytes}), none were tried`);
  const goneTo = told.mirrors.filter(({ verdict }) => verdict === "is redirected to");
  const names = goneTo.map(({ mirror }) => mirror).join();
  check(names === (redirect?.[0] ?? ""), () => `?trace's verdicts redirect to ${names}`);
  for (const { mirror, rank, verdict } of told.mirrors) {
    check(
      (rank === undefined) === (verdict === undefined),
      () => `${mirror}'s verdict is ${verdict}`,
    );
  }

  // Whoever stands before a mirror with a lower estimate says why.
  const ranked = told.mirrors.filter(({ rank }) => rank !== undefined);
  for (const [where, order] of [
    ["?trace", ranked.map(({ mirror, costMs = 0, why }) => ({ name: mirror, costMs, why }))],
    [
      "the list",
      places.mirrors.map(({ costMs }, at) => ({
        name: list[at],
        costMs,
        why: places.reasons.why[at],
      })),
    ],
  ] as const) {
    order.forEach(({ name, costMs, why }, at) => {
      const nearer = order.slice(at + 1).find((one) => Math.round(one.costMs) < Math.round(costMs));
      if (nearer === undefined) return;
      counts.reasons++;
      check(why !== undefined, () => `${where} has ${name} before ${nearer.name}, and not why`);
    });
  }

  // What a list names.
  if (list.length > 0) counts.lists++;
  const groups = list.map((name) => {
    const offer = offerOf(name, listing);
    if (offer === undefined) return 9;
    if (!places.unproven) {
      const isProven = hasFile(offer, state, tracing) || hasFile(offer, state, listing);
      check(isProven, () => `the list names ${name}, which is unproven`);
      const liveness = livenessOf(offer, tracing, listing);
      check(
        liveness.some((one) => one !== "failed"),
        () => `the list names ${name}, which fails`,
      );
    }
    return offer.drained ? 2 : state.avoided.includes(name) ? 1 : 0;
  });
  check(
    groups.join() === groups.toSorted().join(),
    () => `the list is out of order: ${list.join(" ")}`,
  );
  check(groups[0] !== 2, () => "the list names drained mirrors alone");
  check(
    !groups.includes(9),
    () => `the list names who doesn't serve the client: ${list.join(" ")}`,
  );
  check(new Set(list).size === list.length, () => `the list names one twice: ${list.join(" ")}`);
  return faults;
}

const settings = readSettings({});
const nowhere = { country: () => undefined, asn: () => undefined };

it(`redirect, list and ?trace agree in ${count} drawn states`, { timeout: 120_000 }, async () => {
  const random = seeded(seed);
  const held = {
    tracing: newlyHeld(),
    listing: newlyHeld(),
    plainly: newlyHeld(),
    going: newlyHeld(),
  };
  for (let at = 0; at < count; ) {
    const mirrors = drawnMirrors(random);
    const roster = open(mirrors);
    for (let more = 0; more < statesPerRoster && at < count; more++, at++) {
      const state = drawState(random, mirrors, at);
      const faults = await faultsOf(state, roster, held);
      if (faults.length === 0) continue;
      throw new Error(
        `state ${at} of seed ${seed}: ${faults.join("; ")}\n${JSON.stringify(state, undefined, 1)}`,
      );
    }
  }
  // Each way was gone often enough to mean something: at least once in a hundred states.
  expect(Object.entries(counts).filter(([, times]) => times < count / 100)).toEqual([]);
});
