/**
 * `Prober`: asks the mirrors of one region and shard, and tells Fleet. A Durable Object; when to ask whom, what a
 * probe asks and whether to believe it are decided in pure files beside this one.
 */
import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
import { architectureOf } from "../formats/classify.ts";
import type { Assignment } from "../health/assignment.ts";
import type { Connect } from "../health/certificates/certificate.ts";
import { Certificates } from "../health/certificates/certificates.ts";
import { emptyGuard, judge, sawProbe } from "../health/guard.ts";
import { probeTarget } from "../health/http/probe.ts";
import type { Observation } from "../health/observation.ts";
import { ProberStore } from "../health/prober-store.ts";
import { Reachability } from "../health/reachability.ts";
import { addWork, noWork, type Seen, type Work } from "../health/report.ts";
import { chooseDue, emptyBudget, reserve, roomAt, settle } from "../health/schedule.ts";
import type { ProbeSettings } from "../health/settings.ts";
import { hostWide } from "../health/states.ts";
import { isLeftOut, targetKey } from "../health/target.ts";
import {
  afterBlindProbe,
  afterProbe,
  bytesDoubtedAfter,
  rootsAfter,
  suspectsAfter,
  type Watched,
  watchAll,
  wentBack,
} from "../health/watched.ts";
import type { Ask } from "../outbound/ask.ts";
import { askByFetch } from "../outbound/ask-by-fetch.ts";
import { comingThrough } from "../outbound/cdn-loop.ts";
import type { Own } from "../outbound/own.ts";
import { userAgent } from "../outbound/user-agent.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readOwn, readProbeSettings } from "../settings/settings.ts";
import { type Env, fleetStub } from "./bindings.ts";
import { Origins } from "./origins.ts";

/** Probes at a time: each has one request waiting, and a sixth is left for a control. The platform queues a seventh. */
const probesAtOnce = 5;
/** An alarm does what is due for this long, ms, and then lets the next go on: the platform ends one after 15 min. */
const alarmMs = 20_000;
/** What comes due within this share of the interval is done in one go: an alarm is a write and a start. */
const roundShare = 0.1;
/** Between two alarms at least, ms: what waits for a mirror's budget shall not turn them into a loop. */
const leastRestMs = 1000;
/** Observations held for a Fleet that doesn't answer; the newest are kept. */
const maxUntold = 1000;
/** Observations told at once, at most: a report stays well below what a call may carry. */
const seenPerReport = 100;
/** When a control's request has certainly been sent, ms. */
const controlMostMs = 5000;
/** Requests that the last question of a probe may add by being redirected. */
const requestsOfRedirects = 4;
/** A repository's reference is asked for again after this share of the interval. */
const referenceShare = 0.5;

export class Prober extends DurableObject<Env> {
  readonly #settings: ProbeSettings;
  readonly #own: Own;
  readonly #store: ProberStore;
  readonly #ask: Ask;
  #name = "";
  #assignment: Assignment | undefined;
  #watched = new Map<string, Watched>();
  #budget;
  #guard = emptyGuard;
  #blind: string | undefined;
  /** Keys whose probe is under way. */
  readonly #underWay = new Set<string>();
  #round: Promise<void> | undefined;
  #wakeUp: (() => void) | undefined;
  #untold: Seen[] = [];
  #telling: Promise<void> = Promise.resolve();
  #toldAt = 0;
  #work: Work = noWork;
  #subrequestsOfAlarm = 0;
  readonly #sight: Reachability;
  readonly #origins: Origins;
  readonly #certificates: Certificates;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#settings = readProbeSettings(env);
    this.#budget = emptyBudget(this.#settings.rules);
    this.#store = new ProberStore(durableSql(ctx.storage));
    this.#own = readOwn(env);
    const ask = askByFetch(comingThrough((url, init) => fetch(url, init), this.#own.id));
    this.#ask = (question) => {
      this.#countSubrequest();
      return ask(question);
    };
    const { rules, publicUrl, references } = this.#settings;
    this.#sight = new Reachability({
      ask: this.#ask,
      userAgent: userAgent(publicUrl),
      deadlineMs: rules.deadlineMs,
      references,
      spend: (mirror) => this.#spend(mirror),
    });
    const { REPOSITORY } = env;
    this.#origins = new Origins(
      REPOSITORY && ((one) => REPOSITORY.get(REPOSITORY.idFromName(one))),
      rules.healthyMs * referenceShare,
      () => this.#countSubrequest(),
    );
    const connectTo: Connect = (address) => {
      this.#countSubrequest();
      return connect(address);
    };
    this.#certificates = new Certificates(connectTo, rules.deadlineMs);
    const stored = this.#store.assignment();
    if (stored !== undefined) this.#take(stored.name, JSON.parse(stored.json));
  }

  /** Fleet gives an assignment; one without mirrors ends the probing. */
  async follow(name: string, assignment: Assignment): Promise<void> {
    if (assignment.version !== this.#assignment?.version || name !== this.#name) {
      // Written first: one that can't be is given again, and a restart must not find the one before.
      const keys = assignment.mirrors.flatMap(({ targets }) => targets.map(targetKey));
      this.#store.setAssignment(name, assignment, new Set(keys));
      this.#take(name, assignment);
    }
    if (this.#watched.size === 0) await this.ctx.storage.deleteAlarm();
    else if ((await this.ctx.storage.getAlarm()) === null) await this.#soon(Date.now());
  }

  /** Probes these mirrors at once, their bytes as well, as far as their budget lets it. */
  async probeNow(mirrors: readonly string[]): Promise<void> {
    const now = Date.now();
    for (const [key, watched] of this.#watched) {
      if (!mirrors.includes(watched.watch.mirror)) continue;
      const watch = { ...watched.watch, dueAt: now };
      this.#watched.set(key, { ...watched, watch, bytesDoubted: true });
    }
    // Not by the alarm: one that was broken off is run again by the platform only after a while, and so are those
    // that are set meanwhile.
    if (this.#round === undefined) this.ctx.waitUntil(this.#runRound());
    else this.#wakeUp?.();
  }

  override async alarm(): Promise<void> {
    await this.#runRound();
  }

  /** One round at a time; who comes during one waits for its end. */
  async #runRound(): Promise<void> {
    if (this.#watched.size === 0) return;
    this.#round ??= this.#probeDue().finally(() => {
      this.#round = undefined;
    });
    await this.#round;
  }

  #take(name: string, assignment: Assignment): void {
    const { rules } = this.#settings;
    const memos = this.#store.memos();
    this.#name = name;
    this.#assignment = assignment;
    this.#watched = watchAll(assignment, this.#watched, memos, Date.now(), rules, Math.random);
  }

  async #soon(at: number): Promise<void> {
    await this.ctx.storage.setAlarm(at);
  }

  /** Probes what is due, a few at a time, until nothing is or the alarm has had its time. */
  async #probeDue(): Promise<void> {
    const { rules } = this.#settings;
    const begun = Date.now();
    const roundMs = rules.healthyMs * roundShare;
    const running = new Set<Promise<void>>();
    let againAt = begun + rules.healthyMs;
    this.#subrequestsOfAlarm = 0;
    try {
      for (;;) {
        const now = Date.now();
        const idle = [...this.#watched.values()]
          .filter(({ watch }) => !this.#underWay.has(watch.key))
          .map(({ watch }) => ({ ...watch, dueAt: watch.dueAt - roundMs }));
        const open = now - begun < alarmMs ? probesAtOnce - running.size : 0;
        const choice = chooseDue(idle, now, this.#budget, open);
        this.#budget = choice.budget;
        for (const { key } of choice.chosen) {
          const probe: Promise<void> = this.#probe(key, now).finally(() => running.delete(probe));
          running.add(probe);
        }
        if (running.size === 0) {
          if (choice.againAt !== undefined) againAt = choice.againAt;
          break;
        }
        const woken = new Promise<void>((resolve) => {
          this.#wakeUp = resolve;
        });
        await Promise.race([...running, woken]);
        // Failures are told as they come; what is well can wait for company.
        if (this.#untold.length >= seenPerReport) this.#tell();
      }
    } finally {
      this.#wakeUp = undefined;
      const more = { alarms: 1, mostSubrequests: this.#subrequestsOfAlarm };
      this.#work = addWork(this.#work, { ...noWork, ...more });
      if (this.#untold.length > 0 || Date.now() - this.#toldAt >= rules.healthyMs / 2) this.#tell();
      await this.#telling;
      const now = Date.now();
      // A round takes what is due until the next: one a second would cost three times the alarms and reports.
      // What was asked for while this one told Fleet doesn't wait as long.
      const late = [...this.#watched.values()].some(({ watch }) => watch.dueAt <= now);
      const restMs = late ? Math.min(roundMs, leastRestMs) : roundMs;
      const due = Math.max(now + restMs, Math.min(againAt, now + rules.healthyMs));
      if (this.#watched.size > 0) await this.#soon(due);
    }
  }

  /** @param beganAt the moment at which its requests were set aside, Unix ms: `settle` finds them by it */
  async #probe(key: string, beganAt: number): Promise<void> {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#underWay.add(key);
    try {
      const observation = await this.#observe(key, watched);
      this.#budget = settle(this.#budget, watched.watch.mirror, {
        beganAt,
        requests: observation.requests,
        endedAt: Date.now(),
      });
      await this.#weigh(key, observation);
    } catch (error) {
      // Only a bug comes here; the target is tried again in its time.
      console.error(error);
      this.#set(key, (watch) => afterBlindProbe(watch, beganAt, Date.now(), this.#settings.rules));
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #observe(key: string, watched: Watched): Promise<Observation> {
    const { target, roots, suspects, watch, bytesDoubted = false } = watched;
    const { rules, publicUrl } = this.#settings;
    const repository = this.#repository(target.repository);
    if (repository === undefined) throw new Error(`${target.repository} is not assigned`);
    const assigned = { entry: repository, version: this.#assignment?.listVersion ?? 0 };
    const reference = await this.#origins.reference(assigned);
    const observation = await probeTarget(
      target,
      {
        repository,
        reference,
        leavesOut: (path) =>
          isLeftOut(target, path, architectureOf(repository.kind, path, repository.architectures)),
      },
      {
        ask: this.#ask,
        now: () => Date.now(),
        random: Math.random,
        userAgent: userAgent(publicUrl),
        deadlineMs: rules.deadlineMs,
        ownHosts: this.#own.hosts,
        content: bytesDoubted || Math.random() < 1 / rules.contentEvery,
        files: watch.changing ? rules.filesWhileChanging : rules.files,
        contents: watch.changing ? rules.contentsWhileChanging : 1,
        again: suspects.slice(0, rules.suspects),
        mostRequests: Math.max(1, this.#budget.perProbe - requestsOfRedirects),
        originRange: (path, first, last) => this.#origins.range(assigned, path, first, last),
        known: roots,
      },
    );
    const latest = this.#watched.get(key);
    if (latest !== undefined) {
      const next = suspectsAfter(suspects, observation.files, reference.samples, rules);
      this.#watched.set(key, { ...latest, suspects: next });
    }
    return await this.#certificates.added(target.base, observation);
  }

  /** Takes an observation in: is it to be believed, what does it say of others on that host, when is it due again. */
  async #weigh(key: string, observation: Observation): Promise<void> {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    const { rules } = this.#settings;
    const { failure, at } = observation;
    const { mirror, host } = watched.watch;
    const seenAt = Date.now();
    if (failure === undefined) this.#sight.answered();
    const answered =
      failure === undefined ||
      (await this.#sight.works(
        seenAt,
        host,
        [...this.#watched.values()],
        this.#repository(watched.target.repository),
      ));
    this.#guard = sawProbe(
      this.#guard,
      {
        mirror,
        target: key,
        ok: failure === undefined,
        at,
        ...(failure !== undefined && { kind: failure.kind }),
      },
      rules,
    );
    const judged = judge(
      this.#guard,
      {
        now: Date.now(),
        control: answered ? "answered" : "silent",
        watched: this.#assignment?.mirrors.length ?? 0,
      },
      rules,
    );
    this.#guard = judged.state;
    const wasBlind = this.#blind;
    this.#blind = judged.blind ? (judged.why ?? "it can't see") : undefined;
    if ((wasBlind === undefined) !== (this.#blind === undefined)) this.#tell();
    this.#work = addWork(this.#work, {
      ...noWork,
      probes: 1,
      requests: observation.requests,
      failures: failure === undefined ? 0 : 1,
      suspended: judged.blind && failure !== undefined ? 1 : 0,
    });
    if (judged.blind && failure !== undefined) {
      this.#set(key, (watch) => afterBlindProbe(watch, at, Date.now(), rules));
      return;
    }
    if (failure !== undefined && hostWide(failure)) {
      for (const [other, { watch, target }] of this.#watched) {
        const same = watch.host === host && target.scheme === watched.target.scheme;
        if (other === key || !same || this.#underWay.has(other)) continue;
        this.#believe(other, { at, failure, files: [], warnings: [], requests: 0 });
      }
    }
    this.#believe(key, observation);
    const urgent = lacksFile(observation) || wentBack(watched, observation);
    if (failure !== undefined || urgent) this.#tell();
  }

  #believe(key: string, observation: Observation): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    const { rules } = this.#settings;
    const ok = observation.failure === undefined;
    const before = watched.watch;
    const doubtedAt = lacksFile(observation) ? observation.at : watched.doubtedAt;
    const doubted = doubtedAt !== undefined && observation.at - doubtedAt < rules.settledMs;
    const watch = afterProbe(before, ok, doubted, observation.at, Date.now(), rules, Math.random);
    const { roots: _roots, ...told } = observation;
    const { generation: seen, bytesDoubted: _doubted, ...rest } = watched;
    const generation = ok ? observation.generation : seen;
    this.#watched.set(key, {
      ...rest,
      watch,
      roots: rootsAfter(watched, observation),
      ...(generation !== undefined && { generation }),
      ...(doubtedAt !== undefined && { doubtedAt }),
      ...(bytesDoubtedAfter(watched, observation) && { bytesDoubted: true }),
    });
    if (before.ok !== ok) {
      const { run, downSince } = watch;
      this.#store.setMemo(key, {
        lastAt: observation.at,
        ok,
        run,
        ...(downSince !== undefined && { downSince }),
      });
    }
    const { mirror, repository, scheme, family } = watched.target;
    const target = { mirror, repository, scheme, family };
    this.#untold.push({ target, own: watched.own, run: watch.run, observation: told });
    if (this.#untold.length > maxUntold) this.#untold.splice(0, this.#untold.length - maxUntold);
  }

  #set(key: string, change: (watch: Watched["watch"]) => Watched["watch"]): void {
    const watched = this.#watched.get(key);
    if (watched !== undefined) this.#watched.set(key, { ...watched, watch: change(watched.watch) });
  }

  /** Tells Fleet, one report after the other; what can't be told is kept for the next time. */
  #tell(): void {
    this.#telling = this.#telling.then(() => this.#tellNow());
  }

  async #tellNow(): Promise<void> {
    const { FLEET } = this.env;
    if (FLEET === undefined || this.#name === "") return;
    const seen = this.#untold.splice(0, seenPerReport);
    const work = this.#work;
    this.#work = noWork;
    this.#countSubrequest();
    try {
      const orders = await fleetStub(FLEET).report({
        prober: this.#name,
        at: Date.now(),
        assignment: this.#assignment?.version ?? "",
        mirrors: this.#assignment?.mirrors.length ?? 0,
        ...(this.#blind !== undefined && { blind: this.#blind }),
        work: { ...work, rowsWritten: this.#store.rowsWritten },
        seen,
      });
      this.#store.rowsWritten = 0;
      this.#toldAt = Date.now();
      if (orders.assignment !== undefined) await this.follow(this.#name, orders.assignment);
    } catch (error) {
      console.warn(
        `${this.#name}: Fleet not told: ${error instanceof Error ? error.message : error}`,
      );
      this.#untold.unshift(...seen);
      this.#work = addWork(work, this.#work);
    }
  }

  #repository(name: string) {
    return this.#assignment?.repositories.find((one) => one.name === name);
  }

  /** Takes one request out of a mirror's budget, where there is room. */
  #spend(mirror: string): boolean {
    const now = Date.now();
    if (roomAt(this.#budget, mirror, now) > now) return false;
    const spent = { beganAt: now, requests: 1, endedAt: now + controlMostMs };
    this.#budget = settle(reserve(this.#budget, mirror, now), mirror, spent);
    return true;
  }

  #countSubrequest(): void {
    this.#subrequestsOfAlarm++;
    this.#work = addWork(this.#work, { ...noWork, subrequests: 1 });
  }
}

/** Whether a file was missing or wrong, though the target as a whole may be well. */
function lacksFile({ files }: Observation): boolean {
  return files.some(({ failure }) => failure !== undefined);
}
