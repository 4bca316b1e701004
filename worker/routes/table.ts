/**
 * Every URL this service answers, in one table: the map of the site. `answer.ts` goes by it, `docs/api.md` tells
 * it to people, and a test holds it against what the Worker really answers. `image-form-routes.ts` and
 * `package-routes.ts` have a part of it each.
 */
import { type Alarms, collectAlarms } from "../api/alarms.ts";
import { health } from "../api/health.ts";
import { images } from "../api/images.ts";
import { metrics } from "../api/metrics.ts";
import { mirror, mirrors } from "../api/mirrors.ts";
import {
  keptSnapshots,
  refresh,
  repositories,
  repository as repositoryAnswer,
} from "../api/repositories.ts";
import { stats } from "../api/stats.ts";
import { clientsList, metalink, mirrorlist } from "../delivery/lists/serve-repository-list.ts";
import type { PageQuestion } from "../pages/frame/held-pages.ts";
import { serveImages } from "../pages/images/serve-images.ts";
import {
  type PageSources,
  serveAbout,
  serveHome,
  serveMirror,
  serveMirrors,
  servePrivacy,
  serveProbes,
  serveRepository,
} from "../pages/serve-pages.ts";
import { setupAnswer } from "../pages/setup/setup-answer.ts";
import { serveStatistics } from "../pages/statistics/serve-statistics.ts";
import { fileAgain } from "./file-again.ts";
import { foreseeing } from "./foreseeing.ts";
import { imageFormRoutes } from "./image-form-routes.ts";
import { imageLink } from "./image-link.ts";
import { packageRoutes } from "./package-routes.ts";
import type { Asked, PageRoute } from "./page-route.ts";
import { pinnedFile } from "./pinned-file.ts";
import { repositoryFile } from "./repository-file.ts";
import type { Services } from "./services.ts";

/** All alarms that are on; of the last second where the isolate holds them. */
function alarmsOf(services: Services): Promise<Alarms> {
  return services.alarms?.collect(services) ?? collectAlarms(services);
}

/** A page as it is asked for. */
function question({ list, path, query, base }: Asked, { now, machine }: Services): PageQuestion {
  const asked = { request: list.request, path, query, base, now: now() };
  return machine === undefined ? asked : { ...asked, compresses: true };
}

function pageSources(services: Services): PageSources {
  const { views, fleet, snapshots } = services;
  const alarms = async () => (await alarmsOf(services)).all;
  return { views, alarms, ...(fleet && { fleet }), ...(snapshots && { snapshots }) };
}

const name = ({ params }: Asked) => params.name ?? "";

/** Pages, lists and the API. No repository can have the first segment of one of them (`own-segments.ts`). */
export const pageRoutes: readonly PageRoute[] = [
  {
    path: "/",
    method: "GET",
    compresses: true,
    // The front page: what is served here, and how to use it.
    answer: (asked, services) => serveHome(question(asked, services), pageSources(services)),
  },
  {
    path: "/repositories/{name}",
    method: "GET",
    compresses: true,
    // How to use a repository, its state and what trust in it rests on.
    answer: (asked, services) =>
      serveRepository(question(asked, services), name(asked), pageSources(services)),
  },
  {
    path: "/mirrors",
    method: "GET",
    compresses: true,
    // The state of the service: what is wrong, all mirrors by country, all repositories.
    answer: (asked, services) => serveMirrors(question(asked, services), pageSources(services)),
  },
  {
    path: "/mirrors/{name}",
    method: "GET",
    compresses: true,
    // One mirror: uptime, freshness and latency in pictures, what it carries.
    answer: (asked, services) =>
      serveMirror(question(asked, services), name(asked), pageSources(services)),
  },
  {
    path: "/about",
    method: "GET",
    compresses: true,
    // What this is, and with whose data it is made.
    answer: (asked, services) => serveAbout(question(asked, services), services.views),
  },
  {
    path: "/privacy",
    method: "GET",
    compresses: true,
    // What is kept of clients.
    answer: (asked, services) => servePrivacy(question(asked, services), services.views),
  },
  {
    path: "/statistics",
    method: "GET",
    // Where clients are redirected to, in plots and tables.
    answer: (asked, services) => serveStatistics(question(asked, services), services),
  },
  {
    path: "/images",
    method: "GET",
    compresses: true,
    // All images: filtered, with how to get and check each.
    answer: (asked, services) =>
      serveImages(
        { ...asked, request: asked.list.request, foresee: foreseeing(asked, services) },
        services,
        asked.list.background,
      ),
  },
  {
    path: "/setup/{name}",
    method: "GET",
    // A script that points a host's package manager at this service.
    answer: (asked, { views }) => setupAnswer(name(asked), views.repositories, asked.base, asked),
  },
  {
    path: "/setup/{name}/bytes",
    method: "GET",
    // The same for a host that takes no bytes from mirrors.
    answer: (asked, { views }) =>
      setupAnswer(name(asked), views.repositories, asked.base, { ...asked, bytes: true }),
  },
  {
    path: "/mirrorlist",
    method: "GET",
    // The places of an rpm repository, as dnf and zypper read them.
    answer: ({ list }) => mirrorlist(list),
  },
  {
    path: "/metalink",
    method: "GET",
    // The same as Metalink 3, with the hash of repomd.xml.
    answer: ({ list }) => metalink(list),
  },
  {
    path: "/mirrorlist/{kind}/{name}",
    method: "GET",
    // The places of an apt or pacman repository, as their clients read them.
    answer: (asked) => clientsList(asked.params.kind ?? "", name(asked), asked.list),
  },
  {
    path: "/probes",
    method: "GET",
    compresses: true,
    // For operators of mirrors: who probes them, how often, how to stop it.
    answer: (asked, services) =>
      serveProbes(question(asked, services), services.views, services.rules),
  },
  {
    path: "/metrics",
    method: "GET",
    // Figures for Prometheus.
    answer: async (_, services) => {
      const { views, fleet, payload, traffic, statistics, now } = services;
      const { all, machine } = await alarmsOf(services);
      return metrics({
        views,
        fleet,
        counts: payload.counts,
        checks: payload.livenessChecks?.counts,
        traffic: traffic?.counts ?? [],
        statistics,
        alarms: all,
        machine,
        now: now(),
      });
    },
  },
  {
    path: "/api/v1/health",
    method: "GET",
    // The service itself: roster, Probers, alarms.
    answer: async (_, services) => health(services.views, await alarmsOf(services), services.now()),
  },
  {
    path: "/api/v1/mirrors",
    method: "GET",
    // All mirrors with their states, in pages.
    answer: ({ list }, { views, fleet, now }) => mirrors(list, views, fleet, now()),
  },
  {
    path: "/api/v1/mirrors/{name}",
    method: "GET",
    // One mirror: what each region sees, evidence, history.
    answer: (asked, { views, fleet, now }) =>
      mirror({ name: name(asked), query: asked.query }, views, fleet, now()),
  },
  {
    path: "/api/v1/repositories",
    method: "GET",
    // All repositories with the snapshots they are served from.
    answer: (_, { views, snapshots }) => repositories(views, snapshots),
  },
  {
    path: "/api/v1/repositories/{name}",
    method: "GET",
    // One repository: its current snapshot, and what is kept out of it.
    answer: (asked, { views, snapshots, now }) =>
      repositoryAnswer(name(asked), views, snapshots, now()),
  },
  {
    path: "/api/v1/repositories/{name}/snapshots",
    method: "GET",
    // The snapshots that are kept, each with its pinned URL.
    answer: (asked, { views, snapshots }) =>
      keptSnapshots(name(asked), asked.base, views, snapshots),
  },
  {
    path: "/api/v1/repositories/{name}/refresh",
    method: "POST",
    isAllowedByOperators: true,
    // Has the origin asked at once, for push mirroring.
    answer: (asked, { views, snapshots }) => refresh(name(asked), views, snapshots),
  },
  ...imageFormRoutes,
  ...packageRoutes,
  {
    path: "/api/v1/images",
    method: "GET",
    // The image catalogue: filtered, with counts, in pages.
    answer: (asked, services) =>
      images({ ...asked, request: asked.list.request }, services, asked.list.background),
  },
  {
    path: "/api/v1/stats",
    method: "GET",
    // Redirects and expected bytes: by mirror, repository, country or class, an hour or a day each.
    answer: ({ query, list }, services) => stats({ query, request: list.request }, services),
  },
  {
    path: "/robots.txt",
    method: "GET",
    // Crawlers may read the front page. `wget -r` obeys it as well, and is somebody's who wants a folder.
    answer: () =>
      new Response(
        "User-agent: Wget\nDisallow:\n\nUser-agent: wget2\nDisallow:\n\nUser-agent: *\nDisallow: /\nAllow: /$\n",
      ),
  },
];

/**
 * Paths inside repositories, for GET and HEAD; `{path}` stands for the rest. They are nearly all requests, so the first
 * is found by one look-up, before any pattern.
 */
export const repositoryRoutes = {
  plain: {
    path: "/{repository}/{path}",
    // Metadata and folders as bytes, payload as a redirect; behind a file's name its lists.
    serve: repositoryFile,
  },
  again: {
    path: "/again/{repository}/{path}",
    // The second place: payload as checked bytes, for clients that a mirror failed.
    serve: fileAgain,
  },
  pinned: {
    path: "/{repository}@{snapshot}/{path}",
    // The same as of a kept snapshot, by its id or a time.
    serve: pinnedFile,
  },
  image: {
    path: "/images/{path}",
    // Permanent links: an image by distribution, version, architecture and type.
    serve: imageLink,
  },
} as const;
