/** What the pages of packages are made of. */
import type { Kind } from "../../formats/kinds.ts";
import type { PackageService } from "../../search/package-service.ts";
import type { HeldPages } from "../frame/held-pages.ts";

/** A repository whose packages are searched, as its list entry has it (`Repository`). */
export interface SearchedRepository {
  name: string;
  kind: Kind;
  /** One line for people. */
  title: string;
  architectures: readonly string[];
}

/** What the pages ask. */
export interface PackagesPageSources {
  service: PackageService;
  /** The isolate's: the service is made for each request. */
  pages: HeldPages;
  /** In the list's order; those of kinds without packages are left out. */
  repositories: readonly SearchedRepository[];
  /** As `PackageReading.namesIn` of the kind: these names of an entry become links. */
  namesIn(kind: Kind, entry: string): string[];
}
