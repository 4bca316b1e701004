/**
 * What a Prober does: takes assignments, probes in rounds, judges whether what it saw is to be believed, and reports.
 * Free of the platform: the Durable Object around it hands in storage, alarm, network, clock and randomness.
 */
import { architectureOf } from "../formats/classify.ts";
import type { Ask } from "../outbound/ask.ts";
import { userAgent } from "../outbound/user-agent.ts";
import type { Background } from "../runtime/background.ts";
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import type { Assignment } from "./assignment.ts";
import { Blindness } from "./blindness.ts";
import type { Connect } from "./certificates/certificate.ts";
import { Certificates } from "./certificates/certificates.ts";
import { OriginLacks } from "./http/origin-lacks.ts";
import { probeTarget } from "./http/probe.ts";
import { ConnectionMeter } from "./nearness/connection-meter.ts";
import type { Observation } from "./observation.ts";
import { type OriginObject, Origins } from "./origins.ts";
import { ProbeRounds } from "./probe-rounds.ts";
import type { ProberStore } from "./prober-store.ts";
import { Reachability } from "./reachability.ts";
import type { Orders, Report, Seen, Work } from "./report.ts";
import { ReportQueue } from "./report-queue.ts";
import { RequestBudget } from "./request-budget.ts";
import type { ProbeSettings } from "./settings.ts";
import { hostWide } from "./states.ts";
import { isLeftOut } from "./target.ts";
import { lacksFile, WatchList } from "./watch-list.ts";
import { suspectsAfter, type Watched, wentBack } from "./watched.ts";

/** Requests that the last question of a probe may add by being redirected. */
const requestsOfRedirects = 4;
/** A repository's baseline is asked for again after this share of the interval. */
const baselineShare = 0.5;

export interface ProbingOptions {
  settings: ProbeSettings;
  store: ProberStore;
  alarm: ObjectAlarm;
  background: Background;
  ask: Ask;
  connect: Connect;
  /** A stub of a repository's object, a new one at each call. Absent: nothing is known of origins. */
  origin?: (repository: string) => OriginObject;
  /** Tells Fleet. Absent: nobody is told. */
  report?: (report: Report) => Promise<Orders>;
  /** As in `Own`. */
  ownHosts: readonly string[];
  /** Unix ms. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  log: (sentence: string) => void;
}

export class Probing {
  readonly #options: ProbingOptions;
  readonly #list: WatchList;
  readonly #reports: ReportQueue;
  readonly #budget: RequestBudget;
  readonly #rounds: ProbeRounds;
  readonly #blindness: Blindness;
  readonly #reachability: Reachability;
  readonly #origins: Origins;
  readonly #originLacks: OriginLacks;
  readonly #certificates: Certificates;
  readonly #meter: ConnectionMeter;
  readonly #ask: Ask;

  /** Goes on with what the store holds. */
  constructor(options: ProbingOptions) {
    this.#options = options;
    const { settings, store, alarm, now, random, log } = options;
    const { rules, publicUrl, controlServers } = settings;
    this.#list = new WatchList({ store, rules, now, random });
    this.#budget = new RequestBudget(rules);
    this.#blindness = new Blindness(rules);
    const reports = new ReportQueue({
      open: () => options.report !== undefined && this.#list.name !== "",
      send: (seen, work) => this.#report(seen, work),
      obey: async ({ assignment }) => {
        if (assignment !== undefined) await this.follow(this.#list.name, assignment);
      },
      name: () => this.#list.name,
      now,
      log,
    });
    this.#reports = reports;
    this.#rounds = new ProbeRounds({
      list: this.#list,
      budget: this.#budget,
      reports,
      alarm,
      rules,
      probe: (key, beganAt) => this.#probe(key, beganAt),
      now,
    });
    this.#ask = (question) => {
      reports.countSubrequest();
      return options.ask(question);
    };
    this.#reachability = new Reachability({
      ask: this.#ask,
      userAgent: userAgent(publicUrl),
      deadlineMs: rules.deadlineMs,
      controlServers,
      spend: (mirror) => this.#budget.spend(mirror, now()),
      now,
      random,
    });
    const count = () => reports.countSubrequest();
    this.#origins = new Origins(options.origin, rules.healthyMs * baselineShare, count, now);
    this.#originLacks = new OriginLacks({
      ask: this.#ask,
      userAgent: userAgent(publicUrl),
      deadlineMs: rules.deadlineMs,
      ownHosts: options.ownHosts,
      now,
    });
    const connect: Connect = (address) => {
      count();
      return options.connect(address);
    };
    this.#certificates = new Certificates(connect, rules.deadlineMs, { now, random });
    this.#meter = new ConnectionMeter({ connect, deadlineMs: rules.deadlineMs, now });
  }

  /** Fleet gives an assignment; one without mirrors ends the probing. */
  async follow(name: string, assignment: Assignment): Promise<void> {
    const { alarm, now } = this.#options;
    this.#list.follow(name, assignment);
    if (this.#list.empty) await alarm.delete();
    else if ((await alarm.get()) === null) await alarm.set(now());
  }

  /** Probes these mirrors at once, their bytes as well, as far as their budget lets it. */
  probeNow(mirrors: readonly string[]): void {
    this.#list.doubt(mirrors);
    // Not by the alarm: one that was broken off is run again by the platform only after a while, and so are those
    // that are set meanwhile.
    if (!this.#rounds.wake()) this.#options.background.waitUntil(this.#rounds.run());
  }

  /** The alarm rings: a round, or the end of the one under way. */
  async alarm(): Promise<void> {
    await this.#rounds.run();
  }

  async #probe(key: string, beganAt: number): Promise<void> {
    const watched = this.#list.get(key);
    if (watched === undefined) return;
    const { now } = this.#options;
    try {
      const observation = await this.#observe(key, watched);
      const { requests } = observation;
      this.#budget.settle(watched.watch.mirror, { beganAt, requests, endedAt: now() });
      await this.#weigh(key, observation);
    } catch (error) {
      // Only a bug comes here; the target is tried again in its time.
      console.error(error);
      this.#list.disbelieve(key, beganAt);
    }
  }

  async #observe(key: string, watched: Watched): Promise<Observation> {
    const { target, roots, suspects, watch, bytesDoubted = false } = watched;
    const { settings, ownHosts, now, random } = this.#options;
    const { rules, publicUrl } = settings;
    const repository = this.#list.repository(target.repository);
    if (repository === undefined) throw new Error(`${target.repository} is not assigned`);
    const assigned = { entry: repository, version: this.#list.listVersion };
    const baseline = await this.#origins.baseline(assigned);
    const observation = await probeTarget(
      target,
      {
        repository,
        baseline,
        leavesOut: (path) =>
          isLeftOut(target, path, architectureOf(repository.kind, path, repository.architectures)),
      },
      {
        ask: this.#ask,
        now,
        random,
        userAgent: userAgent(publicUrl),
        deadlineMs: rules.deadlineMs,
        ownHosts,
        content: bytesDoubted || random() < 1 / rules.contentEvery,
        files: watch.changing ? rules.filesWhileChanging : rules.files,
        contents: watch.changing ? rules.contentsWhileChanging : 1,
        again: suspects.slice(0, rules.suspects),
        mostRequests: Math.max(1, this.#budget.perProbe - requestsOfRedirects),
        originRange: (path, first, last) => this.#origins.range(assigned, path, first, last),
        originLacks: (path) => this.#originLacks.lacks(repository.origin, path),
        known: roots,
      },
    );
    const { samples } = baseline;
    this.#list.suspect(key, suspectsAfter(suspects, observation.files, samples, rules));
    const measured = await this.#meter.added(target.base, observation);
    return await this.#certificates.added(target.base, measured);
  }

  /** Takes an observation in: is it to be believed, what does it say of others on that host, when is it due again. */
  async #weigh(key: string, observation: Observation): Promise<void> {
    const watched = this.#list.get(key);
    if (watched === undefined) return;
    const { failure, at, requests } = observation;
    const { blind, turned } = await this.#judge(watched, observation);
    if (turned) this.#reports.tell();
    const suspended = blind && failure !== undefined;
    this.#reports.count({
      probes: 1,
      requests,
      failures: failure === undefined ? 0 : 1,
      suspended: suspended ? 1 : 0,
    });
    if (suspended) {
      this.#list.disbelieve(key, at);
      return;
    }
    if (failure !== undefined && hostWide(failure)) {
      for (const other of this.#list.sharingHost(watched)) {
        if (this.#rounds.isUnderWay(other)) continue;
        this.#believe(other, { at, failure, files: [], warnings: [], requests: 0 });
      }
    }
    this.#believe(key, observation);
    const urgent = lacksFile(observation) || wentBack(watched, observation);
    if (failure !== undefined || urgent) this.#reports.tell();
  }

  /** Whether the Prober itself is blind, now that it saw this. A failure waits for a control's answer. */
  async #judge(
    { watch, target }: Watched,
    { failure, at }: Observation,
  ): Promise<{ blind: boolean; turned: boolean }> {
    const { now } = this.#options;
    const ok = failure === undefined;
    const seenAt = now();
    if (ok) this.#reachability.answered();
    const repository = this.#list.repository(target.repository);
    const answered =
      ok || (await this.#reachability.works(seenAt, watch.host, this.#list.all(), repository));
    const { mirror, key } = watch;
    return this.#blindness.saw(
      { mirror, target: key, ok, at, ...(!ok && { kind: failure.kind }) },
      {
        now: now(),
        control: answered ? "answered" : "silent",
        watched: this.#list.mirrors,
      },
    );
  }

  #believe(key: string, observation: Observation): void {
    const seen = this.#list.believe(key, observation);
    if (seen !== undefined) this.#reports.add(seen);
  }

  async #report(seen: readonly Seen[], work: Work): Promise<Orders> {
    const { report, store, now } = this.#options;
    if (report === undefined) return {};
    const blind = this.#blindness.why;
    const orders = await report({
      prober: this.#list.name,
      at: now(),
      assignment: this.#list.version,
      mirrors: this.#list.mirrors,
      ...(blind !== undefined && { blind }),
      work: { ...work, rowsWritten: store.rowsWritten },
      seen,
    });
    store.rowsWritten = 0;
    return orders;
  }
}
