/** What an isolate of the watchers' script holds to answer about packages, made of the platform's bindings. */
import shipped from "../../mirror-list/built/views.txt";
import { r2Blobs } from "../blobs/r2-blobs.ts";
import type { Kind } from "../formats/kinds.ts";
import { readings } from "../formats/readings.ts";
import { suiteNamings } from "../formats/suites.ts";
import { HeldPages } from "../pages/frame/held-pages.ts";
import type { PackagesPageSources } from "../pages/packages/packages-page.ts";
import { repositoryAnswers } from "../repositories/ask-repository.ts";
import { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { AskedPackages, HeldPackages } from "../search/ask/asked-packages.ts";
import { SearchedSnapshots } from "../search/ask/searched-snapshots.ts";
import { deadlineAfter } from "../search/ask/sources.ts";
import { readPackageSearch } from "../settings/settings.ts";
import { ListedRepositories } from "../views/listed-repositories.ts";
import { viewsKey } from "../views/views-key.ts";
import { suiteStub } from "./bindings.ts";
import type { PackagesEnv } from "./packages.ts";

export interface OpenPackages {
  /** What one request's pages ask, the service among it. Waits for the list where none was read yet. */
  sources(background: Background): Promise<PackagesPageSources>;
}

/** `undefined`: no packages are read here. */
export function openPackages(env: PackagesEnv): OpenPackages | undefined {
  const { VIEWS, BLOBS, REPOSITORY, SEARCH } = env;
  if (VIEWS === undefined || BLOBS === undefined) return undefined;
  if (REPOSITORY === undefined || SEARCH === undefined) return undefined;
  if (readPackageSearch(env) === "off") return undefined;
  const listed = new ListedRepositories(shipped, () => VIEWS.get(viewsKey));
  const object = repositoryAnswers(
    (name) => REPOSITORY.get(REPOSITORY.idFromName(name)),
    (name) => {
      const { version, repositories } = listed.catalogue;
      return { name, version, entry: repositories.find((one) => one.name === name) };
    },
  );
  const snapshots = new SnapshotsAtEdge({
    cache: caches.default,
    blobs: (repository) => r2Blobs(BLOBS, repository),
    object,
    store: VIEWS,
  });
  const searched = new SearchedSnapshots(snapshots, VIEWS);
  const held = new HeldPackages();
  const pages = new HeldPages();
  const now = () => Date.now();
  return {
    async sources(background) {
      await listed.refresh(now(), background);
      const { repositories } = listed.catalogue;
      const service = new AskedPackages(
        {
          ...searched.for(background, now),
          repositories: () => repositories,
          suite: (repository, root) => suiteStub(SEARCH, repository, root),
          words: wordsOf,
          now,
          deadline: deadlineAfter,
          background,
        },
        held,
      );
      return {
        service,
        pages,
        repositories: repositories.filter(({ kind }) => suiteNamings[kind] !== undefined),
        namesIn: (kind, entry) => wordsOf(kind)?.namesIn(entry) ?? [],
      };
    },
  };
}

function wordsOf(kind: Kind) {
  return readings[kind].packages;
}
