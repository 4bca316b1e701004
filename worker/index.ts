/**
 * The edge's script: what requests need, and the cron that wakes the watchers, which are a script of their own
 * (`watchers/index.ts`).
 */
import { waitUntil } from "cloudflare:workers";
import shipped from "../mirror-list/built/views.txt";
import { AlarmBoard } from "./api/alarms.ts";
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
import { Traffic } from "./delivery/traffic.ts";
import type { Recognition } from "./geo/client.ts";
import { openDatabases } from "./geo/databases.ts";
import type { ProbeSettings } from "./health/settings.ts";
import { unavailable } from "./http/errors.ts";
import type { BytesContext } from "./outbound/bytes-context.ts";
import { comingThrough } from "./outbound/cdn-loop.ts";
import type { Own } from "./outbound/own.ts";
import { ReachableFetch } from "./outbound/reachable-fetch.ts";
import { repositoryAnswers } from "./repositories/ask-repository.ts";
import {
  type RepositoryAnswers,
  SnapshotsAtEdge,
} from "./repositories/reader/snapshots-at-edge.ts";
import { answer } from "./routes/answer.ts";
import type { Services } from "./routes/services.ts";
import {
  readOwn,
  readProbeSettings,
  readSettings,
  type Settings,
  type Variables,
} from "./settings/settings.ts";
import { CurrentViews } from "./views/views.ts";
import { listProblemKey } from "./views/views-key.ts";
import { newerViews, type Sources } from "./views/views-sources.ts";
import { type Bindings, fleetStub } from "./watchers/bindings.ts";

/** What the platform hands the Worker. */
interface Env extends Variables, Bindings {}
/** Names of offered mirrors held between two messages to Fleet; a place has 48 candidates a demand. */
const maxOffered = 2048;

/** What an isolate holds between requests. Nothing of a request stays in it. */
class Isolate {
  readonly settings: Settings;
  readonly probes: ProbeSettings;
  readonly #own: Own;
  readonly views = new CurrentViews(shipped);
  readonly memory = new ClientHistory();
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
  readonly #traffic = new Traffic();
  #edge: Services;

  constructor(env: Env) {
    this.settings = readSettings(env);
    this.probes = readProbeSettings(env);
    this.#recognition = {
      locate: openDatabases({ country: env.COUNTRY_DATABASE, asn: env.ASN_DATABASE }),
      platform: this.settings.platformPlace,
      ownPlace: this.settings.ownPlace,
    };
    this.repository = openRepositories(env, this.views);
    this.#snapshots = openSnapshots(env, this.repository);
    this.#own = readOwn(env);
    const { publicUrl } = this.probes;
    this.#payload = openPayload(this.#snapshots, this.#own, publicUrl, this.settings.livenessMs);
    this.#edge = this.#makeEdge(env, this.#makeVisitors());
  }

  /** The edge over the current views. */
  edge(env: Env): Services {
    const { views: before, visitors } = this.#edge;
    const views = this.views.open;
    if (before !== views) {
      visitors.follow(views.roster);
      this.#edge = this.#makeEdge(env, visitors);
    }
    return this.#edge;
  }

  #makeVisitors(): Clients {
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

  #makeEdge(env: Env, visitors: Clients): Services {
    const views = this.views.open;
    const fleet = this.#fleet(env);
    const { VIEWS } = env;
    return {
      views,
      alarms: this.#alarms,
      traffic: this.#traffic,
      refusedViews: () => this.views.refused,
      ...(VIEWS && { listProblem: () => VIEWS.get(listProblemKey) }),
      visitors,
      memory: this.memory,
      rules: this.probes.rules,
      ownId: this.#own.id,
      now: () => this.now,
      payload: this.#payload,
      ...(this.settings.labels && { labels: this.settings.labels }),
      ...(this.#snapshots && { snapshots: this.#snapshots }),
      ...(fleet && {
        fleet: {
          // async: where even the stub can't be had, that is a rejection like any other.
          mirrors: async (filter) => await fleet().mirrors(filter),
          mirror: async (name, before) => await fleet().mirror(name, before),
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

  /** Looks for newer views, and tells Fleet what this isolate has seen. Never rejects. */
  async refresh(env: Env): Promise<void> {
    const fleet = this.#fleet(env);
    const sources: Sources = {
      cache: caches.default,
      rosterAge: this.settings.rosterAgeSeconds,
      ...(fleet && { fleet: (known) => fleet().views(known) }),
      ...(env.VIEWS && { store: env.VIEWS }),
    };
    const refreshed = this.views.refresh((known) => newerViews(sources, known), Date.now());
    if (fleet === undefined) return refreshed;
    const told: Promise<unknown>[] = [refreshed];
    const reports = this.memory.takeReports(Date.now());
    if (reports.length > 0) told.push(fleet().clients(reports));
    if (this.#offered.size > 0) {
      told.push(fleet().offered([...this.#offered]));
      this.#offered.clear();
    }
    for (const { status, reason } of (await Promise.allSettled(told)).map(outcome)) {
      if (status === "rejected") console.warn(`Fleet not told: ${reason}`);
    }
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
  const sightings = new FileChecks({ ...bytes, publicUrl });
  // Whoever is come back from is checked, also where mirrors aren't looked at before redirects.
  const liveness = new Liveness(livenessMs > 0 ? livenessMs : defaultLivenessSeconds * 1000);
  const looks = new LivenessChecks(liveness, sightings, files?.current);
  return {
    ...(files && { files }),
    sightings,
    anybody: new AnyMirror(sightings),
    ...(livenessMs > 0 && { looks }),
    recheck: new Recheck({
      checks: looks,
      ownBytes: new OwnBytes(sightings),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    checked: new CheckedBytes(bytes),
    bytes,
    counts: { unproven: 0 },
  };
}

function outcome(settled: PromiseSettledResult<unknown>): { status: string; reason: string } {
  return settled.status === "fulfilled"
    ? { status: settled.status, reason: "" }
    : { status: settled.status, reason: String(settled.reason) };
}

let isolate: Isolate | undefined;

export default {
  fetch(request, env, ctx): Response | Promise<Response> {
    try {
      isolate ??= new Isolate(env);
      isolate.now = Date.now();
      if (isolate.views.due(isolate.now, isolate.settings.viewsRefreshMs)) {
        ctx.waitUntil(isolate.refresh(env));
      }
      return answer(request, isolate.edge(env), ctx);
    } catch (error) {
      // Only a wrong configuration or a bug comes here; the client can wait, the operator reads the log.
      console.error(error);
      return unavailable(
        "The service is not set up rightly; its operator finds the reason in the log.",
      );
    }
  },

  /**
   * Once a minute: Fleet goes on also where nobody asks, and begins anew after whatever stopped it; so do the
   * repositories that are to be followed always.
   */
  async scheduled(_, env): Promise<void> {
    const { FLEET } = env;
    isolate ??= new Isolate(env);
    const { repository, views } = isolate;
    const woken: Promise<unknown>[] = [];
    if (FLEET !== undefined && isolate.probes.probing !== "off")
      woken.push(fleetStub(FLEET).wake());
    if (repository !== undefined) {
      for (const { name, follow } of views.open.repositories) {
        // Being asked is what has it followed.
        if (follow === "always") woken.push(repository(name).snapshot(""));
      }
    }
    const failed = (await Promise.allSettled(woken)).map(outcome);
    for (const { status, reason } of failed) {
      if (status === "rejected") console.warn(`not woken: ${reason}`);
    }
  },
} satisfies ExportedHandler<Env>;
