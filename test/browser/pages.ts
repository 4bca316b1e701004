import { netinst } from "./field.ts";

/** All pages that people see, by their paths on the field. */
export interface VisitedPage {
  name: string;
  path: string;
  /** Of the answer; absent: 200. */
  status?: number;
  /** Thousands of rows: axe-core takes half a minute for them, and looks at them once. */
  isLong?: true;
}

export const pages: readonly VisitedPage[] = [
  { name: "home", path: "" },
  { name: "home, Chinese", path: "?lang=zh" },
  { name: "images", path: "images" },
  { name: "images, filtered", path: "images?distribution=debian&architecture=amd64" },
  { name: "images, Chinese", path: "images?lang=zh&q=netinst" },
  { name: "wrong link", path: "images/debian/31/amd64/netinst", status: 404 },
  { name: "wrong link, Chinese", path: "images/debain/13/amd64/netinst?lang=zh", status: 404 },
  { name: "packages", path: "packages" },
  { name: "packages, Chinese", path: "packages?lang=zh" },
  { name: "repository", path: "repositories/debian-cd" },
  { name: "repository, Chinese", path: "repositories/raspios?lang=zh" },
  { name: "mirrors", path: "mirrors" },
  { name: "mirror", path: "mirrors/mirror1" },
  { name: "folder", path: "debian-cd/current/amd64/iso-cd/" },
  { name: "folder, Chinese", path: "debian-cd/current/amd64/iso-cd/?lang=zh" },
  { name: "folder with a README", path: "files/" },
  { name: "long folder", path: "files/long/", isLong: true },
  { name: "mirrors of a file", path: `${netinst}?mirrorlist` },
  // Visited ten times in one field, it would be made.
  { name: "torrent to come", path: `${netinst}.torrent`, status: 404 },
  { name: "why", path: `${netinst}?trace` },
  { name: "why, Chinese", path: `${netinst}?trace&lang=zh` },
  { name: "statistics", path: "statistics" },
  { name: "statistics, Chinese", path: "statistics?lang=zh&repository=debian-cd" },
  { name: "about", path: "about" },
  { name: "privacy", path: "privacy" },
  { name: "probes", path: "probes" },
  { name: "api", path: "api/" },
  { name: "not there", path: "nothing/here", status: 404 },
];
