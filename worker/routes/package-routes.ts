/** The rows of the table of URLs for packages: pages, our API, and what clients of other services ask. */
import { forwardToPackages } from "./forward-to-packages.ts";
import type { PageRoute } from "./page-route.ts";

const answer: PageRoute["answer"] = (asked, { packages }) => forwardToPackages(asked, packages);

export const packageRoutes: readonly PageRoute[] = [
  {
    path: "/packages",
    method: "GET",
    // Packages searched by people.
    answer,
  },
  {
    path: "/packages/{repository}",
    method: "GET",
    // The search of one repository: a redirect to the page, with the repository chosen.
    answer,
  },
  {
    path: "/packages/search/json",
    method: "GET",
    isForAnyPage: true,
    // Packages as Arch's site searches them.
    answer,
  },
  {
    path: "/packages/{repository}/{name}",
    method: "GET",
    // One package: versions, files, what it needs, the same thing elsewhere.
    answer,
  },
  {
    path: "/packages/{repository}/{name}/feed.xml",
    method: "GET",
    // New versions of a package as RSS.
    answer,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/json",
    method: "GET",
    isForAnyPage: true,
    // A package as Arch's site shows it.
    answer,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/files/json",
    method: "GET",
    isForAnyPage: true,
    // Its files.
    answer,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/sonames/json",
    method: "GET",
    isForAnyPage: true,
    // Its shared libraries.
    answer,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/download",
    method: "GET",
    isForAnyPage: true,
    // The package itself, at the nearest mirror.
    answer,
  },
  {
    path: "/api/v1/packages",
    method: "GET",
    isForAnyPage: true,
    // Packages by name, command, words, what they provide, files or package URL.
    answer,
  },
  {
    path: "/api/v1/packages",
    method: "POST",
    isForAnyPage: true,
    // Many names at once.
    answer,
  },
  {
    path: "/api/v1/packages/{name}",
    method: "GET",
    isForAnyPage: true,
    // All that is known of one name.
    answer,
  },
  {
    path: "/api/v1/packages/{name}/versions",
    method: "GET",
    isForAnyPage: true,
    // Its versions, and when they came.
    answer,
  },
  {
    path: "/api/v1/packages/{name}/files",
    method: "GET",
    isForAnyPage: true,
    // Its files.
    answer,
  },
  {
    path: "/api/v1/files",
    method: "GET",
    isForAnyPage: true,
    // Which packages have a file.
    answer,
  },
  {
    path: "/api/v1/project/{name}",
    method: "GET",
    isForAnyPage: true,
    // A project as Repology tells it.
    answer,
  },
  {
    path: "/api/v1/projects/",
    method: "GET",
    isForAnyPage: true,
    // With its slash, as Repology has it: projects by a part of their names, as Repology finds them.
    answer,
  },
  {
    path: "/api/v1/projects/{bound}",
    method: "GET",
    isForAnyPage: true,
    // The same from a name on.
    answer,
  },
  {
    path: "/madison",
    method: "GET",
    isForAnyPage: true,
    // Versions by suite, as rmadison asks.
    answer,
  },
  {
    path: "/mdapi/branches",
    method: "GET",
    isForAnyPage: true,
    // Releases as Fedora's mdapi names them.
    answer,
  },
  {
    path: "/mdapi/{branch}/pkg/{name}",
    method: "GET",
    isForAnyPage: true,
    // A package as mdapi tells it.
    answer,
  },
  {
    path: "/mdapi/{branch}/srcpkg/{name}",
    method: "GET",
    isForAnyPage: true,
    // A package that is made of a source.
    answer,
  },
  {
    path: "/mdapi/{branch}/files/{name}",
    method: "GET",
    isForAnyPage: true,
    // Files of a package, by folder.
    answer,
  },
  {
    path: "/mdapi/{branch}/{relation}/{name}",
    method: "GET",
    isForAnyPage: true,
    // Packages that provide, require, recommend or suggest something.
    answer,
  },
  {
    path: "/search",
    method: "GET",
    // The form of packages.debian.org: a redirect to the page here.
    answer,
  },
];
