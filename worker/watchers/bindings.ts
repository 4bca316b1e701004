/** What the platform hands the Worker besides its variables. Everything is optional: the bundle alone serves. */
import { suiteObjectName } from "../search/suite/suite-states.ts";
import type { Fleet } from "./fleet.ts";
import type { Operations } from "./operations.ts";
import type { PackageSearch } from "./package-search.ts";
import type { Prober } from "./prober.ts";
import type { Repository } from "./repository.ts";
import type { Statistics } from "./statistics.ts";
import type { Torrents } from "./torrents.ts";

export interface Bindings {
  /** Applied mirror lists and published views, keys in `views-key.ts`; last known good for a new isolate. */
  VIEWS?: KVNamespace;
  /** Metadata by its hash, of every snapshot; without it repositories' metadata comes from their origins. */
  BLOBS?: R2Bucket;
  /** How the machine stands on which the service runs by itself; the platform has none. */
  MACHINE?: Fetcher;
  /** The watchers; without them nothing is probed. */
  FLEET?: DurableObjectNamespace<Fleet>;
  PROBER?: DurableObjectNamespace<Prober>;
  REPOSITORY?: DurableObjectNamespace<Repository>;
  /** Without it there are no accounts, and nothing can be changed through the API. */
  OPERATIONS?: DurableObjectNamespace<Operations>;
  /** Without it no torrents are made. */
  TORRENTS?: DurableObjectNamespace<Torrents>;
  /** Without it nobody adds up what the isolates redirect. */
  STATISTICS?: DurableObjectNamespace<Statistics>;
  /** Objects of suites, named by `suiteObjectName`; without it no packages are read. */
  SEARCH?: DurableObjectNamespace<PackageSearch>;
  /** The watchers' entrypoint `Packages`, for the edge alone; without it nothing is answered about packages. */
  PACKAGES?: Fetcher;
  /** Gets what is counted as data points, where the platform has it (Analytics Engine). */
  ANALYTICS?: AnalyticsEngineDataset;
}

/** The object of the suite that a root is. A new stub for each call, as for Fleet. @param root path of it */
export function suiteStub(
  namespace: DurableObjectNamespace<PackageSearch>,
  repository: string,
  root: string,
): DurableObjectStub<PackageSearch> {
  return namespace.get(namespace.idFromName(suiteObjectName(repository, root)));
}

/** The one Fleet. A stub whose call failed fails for good: take a new one for each call. */
export function fleetStub(namespace: DurableObjectNamespace<Fleet>): DurableObjectStub<Fleet> {
  return namespace.get(namespace.idFromName("fleet"));
}

/** The one object of operators. A new stub for each call, as for Fleet. */
export function operationsStub(
  namespace: DurableObjectNamespace<Operations>,
): DurableObjectStub<Operations> {
  return namespace.get(namespace.idFromName("operations"));
}

/** The one object that adds up redirects; a stub for each call, too. */
export function statisticsStub(
  namespace: DurableObjectNamespace<Statistics>,
): DurableObjectStub<Statistics> {
  return namespace.get(namespace.idFromName("statistics"));
}
