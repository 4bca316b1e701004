/** Images for tests of exports. */
import type { CatalogueImage } from "../../../../worker/images/image-catalogue.ts";

/** An image at `repository/path`; all else as said, or of little meaning. */
export function listed(at: string, rest: Partial<CatalogueImage> = {}): CatalogueImage {
  const slash = at.indexOf("/");
  return {
    repository: at.slice(0, slash),
    path: at.slice(slash + 1),
    distribution: "debian",
    title: "Debian",
    version: "13.2.0",
    series: "13",
    architecture: "amd64",
    type: "installer",
    format: "iso",
    ...rest,
  };
}
