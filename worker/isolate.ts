/** What an isolate holds between requests, and how that is made of the platform's bindings. */
import { waitUntil } from "cloudflare:workers";
import shipped from "../mirror-list/built/edge.txt";
import { type Alarm, AlarmBoard } from "./api/alarms.ts";
import { askMachine } from "./api/machine.ts";
import { r2Blobs } from "./blobs/r2-blobs.ts";
import { Clients } from "./clients/clients.ts";
import { ClientHistory } from "./clients/history.ts";
import { AnyMirror } from "./delivery/any-mirror.ts";
import { CheckedBytes } from "./delivery/checked-bytes.ts";
import { FileChecks } from "./delivery/file-checks.ts";
import { defaultLivenessSeconds, Liveness } from "./delivery/liveness.ts";
import { LivenessChecks } from "./delivery/liveness-checks.ts";
import { OwnBytes } from "./delivery/own-bytes.ts";
import type { PayloadServices } from "./delivery/payload.ts";
import { Recheck } from "./delivery/recheck.ts";
import { TorrentsAtEdge } from "./delivery/torrents-at-edge.ts";
import { Traffic } from "./delivery/traffic.ts";
import type { Recognition } from "./geo/client.ts";
import { type DatabaseFault, openDatabases } from "./geo/databases.ts";
import { ReadDatabases } from "./geo/read-databases.ts";
import type { ProbeSettings } from "./health/settings.ts";
import type { BytesContext } from "./outbound/bytes-context.ts";
import { comingThrough } from "./outbound/cdn-loop.ts";
import type { Own } from "./outbound/own.ts";
import { ReachableFetch } from "./outbound/reachable-fetch.ts";
import type { RefusedHost } from "./outbound/refused-host.ts";
import { repositoryAnswers } from "./repositories/ask-repository.ts";
import {
  type RepositoryAnswers,
  SnapshotsAtEdge,
} from "./repositories/reader/snapshots-at-edge.ts";
import type { Services } from "./routes/services.ts";
import {
  readOwn,
  readOwnNames,
  readProbeSettings,
  readRefusedHost,
  readSettings,
  type Settings,
  type Variables,
} from "./settings/settings.ts";
import { FirstLook } from "./views/first-look.ts";
import { PastRosters } from "./views/past-rosters.ts";
import { CurrentViews } from "./views/views.ts";
import { listProblemKey } from "./views/views-key.ts";
import { newerViews, type Sources } from "./views/views-sources.ts";
import { type Bindings, fleetStub, operationsStub } from "./watchers/bindings.ts";
import { openStatistics, type StatisticsAtEdge } from "./watchers/open-statistics.ts";

/** What the platform hands the Worker. */
export interface Env extends Variables, Bindings {}

/** Names of offered mirrors held between two messages to Fleet; a place has 48 candidates a demand. */
const maxOffered = 2048;

/** What an isolate holds between requests. Nothing of a request stays in it. */
export class Isolate {
  readonly settings: Settings;
  readonly probes: ProbeSettings;
  readonly #own: Own;
  readonly #ownNames: ReturnType<typeof readOwnNames>;
  readonly #refusedHost: RefusedHost | undefined;
  readonly views = new CurrentViews(shipped);
  /** Those that the first requests have to wait for; absent: they are bindings, or there are none. */
  readonly databases: ReadDatabases | undefined;
  readonly history = new ClientHistory();
  /**
   * When the latest request came, Unix ms. Asked of the platform once a request: it is a call out of the engine, and
   * the clock stands still between I/O anyway.
   */
  now = 0;
  /** A repository's object, asked with the list at hand; absent: there are none, or no snapshots are made. */
  readonly repository: ((name: string) => RepositoryAnswers) | undefined;
  readonly #snapshots: SnapshotsAtEdge | undefined;
  readonly #payload: PayloadServices;
  readonly #recognition: Recognition;
  readonly #offered = new Set<string>();
  readonly #alarms = new AlarmBoard();
  /** A few at most: a database tells each of its faults once. */
  readonly #databaseAlarms: Alarm[] = [];
  readonly #traffic = new Traffic();
  readonly #firstLook: FirstLook;
  /** Absent: nothing is probed. */
  readonly #past: PastRosters | undefined;
  /** Absent: nobody adds up redirects. */
  readonly statistics: StatisticsAtEdge | undefined;
  #services: Services;

  constructor(env: Env) {
    this.settings = readSettings(env);
    this.probes = readProbeSettings(env);
    this.#firstLook = new FirstLook(this.settings.viewsRefreshMs);
    const tell = ({ database, detail }: DatabaseFault) => {
      console.warn(detail);
      this.#databaseAlarms.push({ name: `database ${database}`, since: Date.now(), detail });
    };
    const { COUNTRY_DATABASE: country, ASN_DATABASE: asn, IP_DATABASES } = env;
    if (IP_DATABASES !== undefined) this.databases = new ReadDatabases(IP_DATABASES, tell);
    this.#recognition = {
      locate: this.databases ?? openDatabases({ country, asn }, tell),
      platform: this.settings.platformPlace,
      ownPlace: this.settings.ownPlace,
    };
    const fleet = this.#fleet(env);
    if (fleet !== undefined) this.#past = new PastRosters(async (time) => fleet().rosterAt(time));
    this.repository = openRepositories(env, this.views);
    this.#snapshots = openSnapshots(env, this.repository);
    this.#own = readOwn(env);
    this.#ownNames = readOwnNames(env);
    this.#refusedHost = readRefusedHost(env);
    const { publicUrl } = this.probes;
    const torrents = openTorrents(env);
    this.statistics = openStatistics(env);
    this.#payload = {
      ...openPayload(this.#snapshots, this.#own, publicUrl, this.settings.livenessMs),
      ...(torrents && { torrents }),
      ...(this.statistics && { redirects: this.statistics.counts }),
    };
    this.#services = this.#makeServices(env, this.#makeClients());
  }

  /** What answering a request takes, over the current views. */
  services(env: Env): Services {
    const { views: before, clients } = this.#services;
    const views = this.views.open;
    if (before !== views) {
      clients.follow(views.roster);
      this.#services = this.#makeServices(env, clients);
    }
    return this.#services;
  }

  #makeClients(): Clients {
    const offered = (names: readonly string[]) => {
      if (this.#offered.size < maxOffered) for (const name of names) this.#offered.add(name);
    };
    return new Clients(
      this.views.open.roster,
      this.settings,
      this.#recognition,
      this.probes.probing === "asked" ? offered : undefined,
    );
  }

  #makeServices(env: Env, clients: Clients): Services {
    const views = this.views.open;
    const fleet = this.#fleet(env);
    const { VIEWS, MACHINE, OPERATIONS, PACKAGES } = env;
    return {
      views,
      alarms: this.#alarms,
      traffic: this.#traffic,
      refusedViews: () => this.views.refused,
      databaseAlarms: this.#databaseAlarms,
      ...(OPERATIONS && {
        operators: async (request) => await operationsStub(OPERATIONS).fetch(request),
      }),
      ...(PACKAGES && { packages: (request) => PACKAGES.fetch(request) }),
      ...(MACHINE && { machine: () => askMachine(MACHINE) }),
      ...(VIEWS && { listProblem: () => VIEWS.get(listProblemKey) }),
      clients,
      history: this.history,
      rules: this.probes.rules,
      ownId: this.#own.id,
      ownNames: this.#ownNames,
      ...(this.#refusedHost && { refusedHost: this.#refusedHost }),
      now: () => this.now,
      payload: this.#payload,
      ...(this.settings.labels && { labels: this.settings.labels }),
      ...(this.#snapshots && { snapshots: this.#snapshots, images: this.#snapshots.images }),
      ...(this.#past && { past: this.#past }),
      ...(this.statistics && { statistics: this.statistics.answers }),
      ...(fleet && {
        fleet: {
          // async: where even the stub can't be had, that is a rejection like any other.
          mirrors: async (filter) => await fleet().mirrors(filter),
          mirror: async (name, before) => await fleet().mirror(name, before),
          changes: async () => await fleet().changes(),
          health: async () => await fleet().health(),
          metrics: async () => await fleet().metrics(),
        },
      }),
    };
  }

  /** Where Fleet is asked, where anything is probed. A stub that failed once fails for good: one each time. */
  #fleet({ FLEET }: Env) {
    if (FLEET === undefined || this.probes.probing === "off") return undefined;
    return () => fleetStub(FLEET);
  }

  /** What the request that came now has to wait for: a look for newer views after a pause. undefined: nothing */
  get firstLook(): Promise<void> | undefined {
    return this.#firstLook.waiting(this.now);
  }

  /** Looks for newer views, and tells the watchers what this isolate has seen and counted. Never rejects. */
  async refresh(env: Env): Promise<void> {
    await this.#refreshViews(env);
    // Behind the rest: what the request counted that began this is told too, also where no other follows.
    await this.statistics?.reports.flush(Date.now());
  }

  async #refreshViews(env: Env): Promise<void> {
    const fleet = this.#fleet(env);
    const sources: Sources = {
      cache: caches.default,
      rosterAge: this.settings.rosterAgeSeconds,
      ...(fleet && { fleet: (known) => fleet().views(known) }),
      ...(env.VIEWS && { store: env.VIEWS }),
    };
    const refreshed = this.views.refresh((known) => newerViews(sources, known), Date.now());
    this.#firstLook.begun(refreshed);
    if (fleet === undefined) return refreshed;
    const told: Promise<unknown>[] = [refreshed];
    const reports = this.history.takeReports(Date.now());
    if (reports.length > 0) told.push(fleet().clients(reports));
    if (this.#offered.size > 0) {
      told.push(fleet().offered([...this.#offered]));
      this.#offered.clear();
    }
    for (const reason of await failuresOf(told)) console.warn(`Fleet not told: ${reason}`);
  }
}

/** The repositories' objects; the bindings are the isolate's, whichever request began it. */
function openRepositories({ REPOSITORY, BLOBS }: Env, views: CurrentViews) {
  if (REPOSITORY === undefined || BLOBS === undefined) return undefined;
  return repositoryAnswers(
    (name) => REPOSITORY.get(REPOSITORY.idFromName(name)),
    (name) => {
      // Both of the same views: an entry under another list's version would stay in force for good.
      const { byName, catalogueVersion: version } = views.open;
      return { name, version, entry: byName.get(name)?.repository };
    },
  );
}

/** Where metadata comes from by snapshots. */
function openSnapshots(
  { BLOBS, VIEWS }: Env,
  object: ((name: string) => RepositoryAnswers) | undefined,
): SnapshotsAtEdge | undefined {
  if (BLOBS === undefined || object === undefined) return undefined;
  return new SnapshotsAtEdge({
    cache: caches.default,
    blobs: (repository) => r2Blobs(BLOBS, repository),
    object,
    ...(VIEWS && { store: VIEWS }),
  });
}

/** Where torrents are made, which takes a file's SHA-256 of a snapshot. */
function openTorrents({ TORRENTS, BLOBS }: Env): TorrentsAtEdge | undefined {
  if (TORRENTS === undefined || BLOBS === undefined) return undefined;
  return new TorrentsAtEdge(() => TORRENTS.get(TORRENTS.idFromName("torrents")), caches.default);
}

function openPayload(
  files: SnapshotsAtEdge | undefined,
  { hosts, id }: Own,
  publicUrl: string,
  livenessMs: number,
): PayloadServices {
  const bytes: BytesContext = {
    fetch: comingThrough((url, init) => fetch(url, init), id),
    ownHosts: hosts,
    cache: caches.default,
    reachable: new ReachableFetch({ now: () => Date.now(), goOn: waitUntil }),
  };
  const fileChecks = new FileChecks({ ...bytes, publicUrl });
  // Whoever is come back from is checked, also where mirrors aren't looked at before redirects.
  const liveness = new Liveness(livenessMs > 0 ? livenessMs : defaultLivenessSeconds * 1000);
  const livenessChecks = new LivenessChecks(liveness, fileChecks, files?.current);
  return {
    ...(files && { files }),
    fileChecks,
    anyMirror: new AnyMirror(fileChecks),
    ...(livenessMs > 0 && { livenessChecks }),
    recheck: new Recheck({
      checks: livenessChecks,
      ownBytes: new OwnBytes(fileChecks),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    checked: new CheckedBytes(bytes),
    bytes,
    counts: { unproven: 0 },
  };
}

/** Waits for all of them. @returns why those failed that did */
export async function failuresOf(works: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(works);
  return settled.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
}
