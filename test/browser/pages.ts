/** All pages that people see, by their paths on the field. */
export interface VisitedPage {
  name: string;
  path: string;
  /** As `Accept` where the address gives programs something else. Absent: the browser's own. */
  status?: number;
}

export const pages: readonly VisitedPage[] = [
  { name: "home", path: "" },
  { name: "folder", path: "debian-cd/current/amd64/iso-cd/" },
  { name: "long folder", path: "files/long/" },
  { name: "probes", path: "probes" },
];
