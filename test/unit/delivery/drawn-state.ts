/** Drawn states of roster, presence, liveness and client, each opened as often as is needed: an edge with what it holds. */
import { oneOf } from "../../../scripts/random.ts";
import { RankedClient } from "../../../worker/clients/clients.ts";
import { ClientHistory, secondOf } from "../../../worker/clients/history.ts";
import { AnyMirror } from "../../../worker/delivery/any-mirror.ts";
import type { CheckedBody } from "../../../worker/delivery/check-bytes.ts";
import { CheckedBytes } from "../../../worker/delivery/checked-bytes.ts";
import { type FileCheck, isLive, provenMs, refutedMs } from "../../../worker/delivery/choice.ts";
import { FileChecks } from "../../../worker/delivery/file-checks.ts";
import type { FileRequest } from "../../../worker/delivery/file-request.ts";
import { failedMs, Liveness, livenessKey } from "../../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../../worker/delivery/liveness-checks.ts";
import type { PayloadServices } from "../../../worker/delivery/payload.ts";
import type { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import type { NotHad } from "../../../worker/outbound/not-had.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import type { PresentFile } from "../../../worker/repositories/contents/presence/presence-index.ts";
import { clientOf, randomMirror } from "../directory/rosters.ts";

type Random = () => number;

export const path = "pool/main/x/x_1_all.deb";
export const served = 9;
/** From one state to the next, ms: of what was held in the one before nothing counts any more. */
const betweenMs = 3_600_000;
const start = Date.parse("2026-03-01T12:00:00Z");
const origin = "https://origin.example/debian/";
/** Of the file where it is large, bytes. */
export const size = 1_000_000;
export const minSize = 1000;

const repository: Repository = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin,
  architectures: ["amd64", "arm64"],
  keys: [],
  setup: {},
  redirect: { minSize },
};

/** Made once: in Node that takes longer than all else of a state. */
const requests = {
  http: new Request(`http://near.example/debian/${path}`),
  https: new Request(`https://near.example/debian/${path}`),
};

/** What a server answers: a size, or why there is none. */
type Answer = number | "absent" | "wrong" | "unreachable";
/** What was found out before: by all of its bytes too. */
type Said = Answer | "corrupt";

/** All that is drawn: plain values, so that a failing one can be printed. */
export interface State {
  /** Unix ms. */
  now: number;
  mirrors: readonly RosterMirror[];
  address: string;
  country: string;
  scheme: "http" | "https";
  listed: PresentFile | null;
  /** By base URL: what was said, and how long ago, ms. */
  said: Record<string, { answer: Said; agoMs: number }>;
  /** By base URL: what a server answers now. */
  answers: Record<string, Answer>;
  /** By mirror: what its last check found, and how long ago, ms. */
  checked: Record<string, { was: "right" | "by HEAD" | "wrong" | "wrong bytes"; agoMs: number }>;
  /** By mirror: what its small file's bytes are now; absent, as all: none is read. */
  bytes: Record<string, "right" | "wrong" | "silent">;
  /** At most one: a client avoids one mirror at a time. */
  avoided: string[];
  /** What the origin's bytes are. */
  originGives: "bytes" | NotHad["kind"];
}

/** Mirrors that more often than `randomMirror`'s carry the repository and are proven. */
export function drawnMirrors(random: Random): RosterMirror[] {
  return Array.from({ length: 1 + Math.floor(random() * 14) }, (__, at) => {
    const mirror = randomMirror(random, `m${at}`);
    if (random() < 0.3) return mirror;
    const generation = oneOf(random, [3, 5, 8, 9, 9, 9, 9, 10, 0]);
    const urls = { http: `http://m${at}.example/debian/`, https: `https://m${at}.example/debian/` };
    const debian = { ...urls, ...(generation > 0 && { generation }) };
    const state = oneOf(random, ["up", "up", "up", "up", "drained", "degraded"] as const);
    const { scope: _, private: _private, ...open } = mirror;
    return { ...open, state, carries: { debian } };
  });
}

export function drawState(random: Random, mirrors: readonly RosterMirror[], at: number): State {
  const scheme = oneOf(random, ["http", "https"] as const);
  const names = mirrors.map(({ name }) => name);
  const bases = mirrors.flatMap(({ carries }) => carries.debian?.[scheme] ?? []);
  const few = random();
  const share = oneOf(random, [0, 0.2, 0.9]);
  const some = <Value>(of: readonly string[], part: number, make: () => Value) =>
    Object.fromEntries(of.filter(() => random() < part).map((key) => [key, make()] as const));
  const answer = (): Answer =>
    oneOf(random, [size, size, size, size, 7, "absent", "wrong", "unreachable", "unreachable"]);
  const every = <Value>(make: () => Value) => some([...bases, origin], 1, make);
  return {
    now: start + at * betweenMs,
    mirrors,
    address: `81.2.${(at >> 8) & 255}.${at & 255}`,
    country: oneOf(random, ["DE", "DE", "FR", "JP"]),
    scheme,
    listed: oneOf(random, [
      { size, first: 4 },
      { size, first: 4 },
      { size, first: 9 },
      { size, first: 3, last: 6 },
      { size: 10, first: 2 },
      { first: 4 },
      null,
    ]),
    said: some([...bases, origin], few, () => ({
      answer: random() < 0.1 ? ("corrupt" as const) : answer(),
      agoMs: oneOf(random, [0, refutedMs - 1, refutedMs, provenMs]),
    })),
    answers: random() < 0.1 ? every(() => "unreachable" as const) : every(answer),
    checked: some(names, oneOf(random, [0, 0.5, 1]), () => ({
      was: oneOf(random, ["right", "right", "right", "by HEAD", "wrong", "wrong bytes"] as const),
      agoMs: oneOf(random, [0, 1999, 2000, 4999, 5000, failedMs - 1, failedMs]),
    })),
    bytes:
      random() < 0.5
        ? {}
        : some(names, 1, () => oneOf(random, ["right", "right", "wrong", "silent"] as const)),
    avoided: names.filter(() => random() < share).slice(0, 1),
    originGives: oneOf(random, ["bytes", "bytes", "absent", "wrong", "unreachable"] as const),
  };
}

/** An edge in that state, and the request of its client. */
export interface Opened {
  asked: FileRequest;
  edge: PayloadServices;
  /** What servers have said so far, by base URL: all of it, as what comes later may be of a check in the background. */
  said: ReadonlyMap<string, readonly FileCheck[]>;
  liveness: LivenessChecks;
  /** Base URLs that were asked, and `bytes` for the origin's. */
  questions: readonly string[];
}

/** What one edge holds for good. Made once for all states: that takes longer than all else of a state. */
export interface Held {
  history: ClientHistory;
  liveness: Liveness;
}

export function newlyHeld(): Held {
  return { history: new ClientHistory(), liveness: new Liveness(5000) };
}

/** @param held of the states before */
export function openState(state: State, roster: OpenRoster, { history, liveness }: Held): Opened {
  const { scheme, address, country, now } = state;
  const rankedClient = new RankedClient(clientOf(address, { country }));
  const second = secondOf(now);
  const hashOf = (name: string) =>
    roster.mirrors.find(({ resource: mirror }) => mirror.name === name)?.nameHash ?? 0;
  const agent = history.agents.of(null).key;
  for (const name of state.avoided)
    history.doubts.avoid(rankedClient.key, agent, hashOf(name), now);
  for (const [name, { was, agoMs }] of Object.entries(state.checked)) {
    const key = livenessKey(hashOf(name), scheme);
    liveness.begun(key, now - agoMs, was === "right");
    if (was === "right" || was === "by HEAD") liveness.seen(key, now - agoMs, was === "right");
    else liveness.failed(key, now - agoMs, was === "wrong bytes");
  }
  const questions: string[] = [];
  const fileChecks = new DrawnChecks(state, questions);
  const hasBytes = Object.keys(state.bytes).length > 0;
  const canary = { path: "dists/x", size: 5, sha256: "00", first: 1 };
  const snapshot = { generation: served, lookFiles: [canary] };
  const livenessChecks = new LivenessChecks(
    liveness,
    fileChecks,
    hasBytes ? { atHand: () => [{ snapshot }] } : undefined,
  );
  const context = {
    fetch: async () => {
      questions.push("bytes");
      if (state.originGives === "unreachable") throw new Error("unreachable");
      const status = { bytes: 200, absent: 404, wrong: 500 }[state.originGives];
      return new Response("x", { status });
    },
    ownHosts: [],
    cache: { match: async () => undefined, put: async () => undefined },
  };
  const asked: FileRequest = {
    request: requests[scheme],
    method: "GET",
    opened: { repository, slot: 0 },
    path,
    decoded: path,
    rankedClient,
    agent: history.agents.of(null),
    roster,
    scheme,
    history,
    now,
    second,
    background,
  };
  const edge: PayloadServices = {
    files: {
      fileAtHand: () => state.listed,
      findFile: async () => ({ file: state.listed, served }),
      served: () => served,
    },
    fileChecks,
    livenessChecks,
    anyMirror: new Nobody(fileChecks),
    checked: new DrawnBytes(context, state.originGives, questions),
    bytes: context,
    counts: { unproven: 0 },
  };
  return { asked, edge, said: fileChecks.everSaid, liveness: livenessChecks, questions };
}

/** Work after an answer fails unheard. */
const background = { waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) };

class DrawnChecks extends FileChecks {
  readonly everSaid: Map<string, FileCheck[]>;
  readonly #said: Map<string, FileCheck>;
  readonly #state: State;
  readonly #questions: string[];

  constructor(state: State, questions: string[]) {
    const cache = { match: async () => undefined, put: async () => undefined };
    const fetch = () => Promise.reject(new Error("nobody is asked"));
    super({ fetch, cache, ownHosts: [], publicUrl: "" });
    this.#state = state;
    this.#questions = questions;
    this.#said = new Map(
      Object.entries(state.said).map(([base, { answer, agoMs }]) => [
        base,
        checkOf(answer, state.now - agoMs),
      ]),
    );
    this.everSaid = new Map([...this.#said].map(([base, check]) => [base, [check]]));
  }

  override of() {
    return this.#said;
  }

  override someCorrupt(): boolean {
    return [...this.#said.values()].some(({ failed }) => failed === "corrupt");
  }

  override async ask(file: { size?: number }, server: { base: string }): Promise<FileCheck> {
    const known = this.#said.get(server.base);
    return known !== undefined && isLive(known, file.size, this.#state.now)
      ? known
      : this.askNow(file, server);
  }

  override async askNow(_: object, { base }: { base: string }): Promise<FileCheck> {
    this.#questions.push(base);
    const check = checkOf(this.#state.answers[base] ?? "unreachable", this.#state.now);
    const known = this.#said.get(base);
    // As `FileChecks` has it: what its headers say doesn't mend its bytes.
    if (known?.failed === "corrupt" && isLive(known, undefined, this.#state.now)) return check;
    this.#said.set(base, check);
    this.everSaid.set(base, [...(this.everSaid.get(base) ?? []), check]);
    return check;
  }

  override async bytesNow(_: object, { base }: { base: string }): Promise<CheckedBody> {
    const { mirrors, bytes, scheme } = this.#state;
    const mirror = mirrors.find(({ carries }) => carries.debian?.[scheme] === base);
    const found = bytes[mirror?.name ?? ""] ?? "silent";
    return found === "wrong" ? { found, inBody: true, read: 5 } : { found, read: 5 };
  }
}

function checkOf(answer: Said, at: number): FileCheck {
  return typeof answer === "number" ? { at, size: answer } : { at, failed: answer };
}

class DrawnBytes extends CheckedBytes {
  readonly #gives: State["originGives"];
  readonly #questions: string[];

  constructor(context: PayloadServices["bytes"], gives: State["originGives"], questions: string[]) {
    super(context);
    this.#gives = gives;
    this.#questions = questions;
  }

  override async whole(): Promise<Response | NotHad> {
    return this.streamed();
  }

  override async streamed(): Promise<Response | NotHad> {
    this.#questions.push("bytes");
    return this.#gives === "bytes"
      ? new Response("x")
      : { kind: this.#gives, why: "It was drawn." };
  }
}

class Nobody extends AnyMirror {
  override async urls(): Promise<string[]> {
    return [];
  }
}
