/** A Prober without a platform, for the tests of what it decides. */
import type { Assignment } from "../../../worker/health/assignment.ts";
import { ProberStore } from "../../../worker/health/prober-store.ts";
import { Probing, type ProbingOptions } from "../../../worker/health/probing.ts";
import type { Orders, Report } from "../../../worker/health/report.ts";
import { readProbeSettings } from "../../../worker/settings/settings.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { Clock, contentSha256, TestAlarm, TestBackground, TestNetwork } from "./watcher-parts.ts";

const second = 1000;
const samples = ["far.iso", "near.iso"].map((path) => ({ path, size: 3, sha256: contentSha256 }));

/** An assignment of mirrors with one repository of two small files. */
export function assignmentOf(version: string, hosts: readonly string[]): Assignment {
  return {
    version,
    mirrors: hosts.map((name) => ({
      name,
      own: true,
      targets: [
        {
          mirror: name,
          repository: "images",
          scheme: "http",
          family: "any",
          base: `http://${name}/images/`,
        },
      ],
    })),
    repositories: [
      {
        name: "images",
        kind: "images",
        title: "Images",
        origin: "http://origin.example/images/",
        architectures: [],
        roots: ["SHA256SUMS"],
        keys: [],
        setup: {},
      },
    ],
    listVersion: 7,
  };
}

/** A Prober over a database, with what it told Fleet. */
export class TestProber {
  readonly clock = new Clock();
  readonly alarm = new TestAlarm(this.clock);
  readonly background = new TestBackground();
  readonly network = new TestNetwork();
  readonly reports: Report[] = [];
  /** Versions of the list by which the repository's object was asked. */
  readonly askedBy: number[] = [];
  readonly logged: string[] = [];
  /** With 0.5 a new target is due after half an interval, and bytes are compared only where they are in doubt. */
  chance = 0.5;
  orders: Orders = {};
  fleetIsGone = false;
  readonly sqlite: BreakableSqlite;
  probing: Probing;

  constructor(sqlite: BreakableSqlite) {
    this.sqlite = sqlite;
    this.probing = this.#begin();
  }

  #begin(): Probing {
    const { clock, alarm, background, network, sqlite } = this;
    const options: ProbingOptions = {
      settings: readProbeSettings({ PROBING: "all" }),
      store: new ProberStore(sqlite.sql),
      alarm,
      background,
      ask: network.ask,
      connect: () => {
        throw new Error("no target is https");
      },
      origin: (repository) => ({
        configure: async (_, version) => version,
        originReference: async (version) => {
          this.askedBy.push(version);
          return { answer: { repository, askedAt: clock.at, roots: [], samples } };
        },
        originRange: async () => ({ answer: undefined }),
      }),
      report: async (report) => {
        if (this.fleetIsGone) throw new Error("Fleet is gone");
        this.reports.push(report);
        return this.orders;
      },
      ownHosts: [],
      now: clock.now,
      random: () => this.chance,
      log: (sentence) => this.logged.push(sentence),
    };
    return new Probing(options);
  }

  /** As after the object's end: all that it held in memory is gone. */
  restart(): void {
    this.sqlite.reopen();
    this.probing = this.#begin();
  }

  readonly ring = () => this.alarm.ring(() => this.probing.alarm());

  /** Lets alarms ring for so many seconds. */
  async pass(seconds: number): Promise<void> {
    await this.alarm.ringUntil(this.clock.at + seconds * second, () => this.probing.alarm());
  }

  /** Probes these at once, to the end. */
  async probeNow(...mirrors: string[]): Promise<void> {
    this.probing.probeNow(mirrors);
    await this.background.settled();
  }

  /** What was told since the last call, by mirror: `up`, or the failure's kind. */
  told(): [mirror: string, found: string, run: number][] {
    return this.reports
      .splice(0)
      .flatMap(({ seen }) => seen)
      .map(({ target, run, observation }) => [
        target.mirror,
        observation.failure?.kind ?? "up",
        run,
      ]);
  }

  memos() {
    return this.sqlite.sql.exec("SELECT key, ok, run FROM memo ORDER BY key").toArray();
  }
}
