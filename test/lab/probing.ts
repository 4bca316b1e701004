/** How the service probes a lab: as a deployment does, with the lab's shorter times. */

/** Variables for `startService`: two regions, 10 s interval, bytes compared at each probe. */
export const labProbing: Readonly<Record<string, string>> = {
  PROBING: "all",
  PROBE_REGIONS: "weur,enam",
  PROBE_SECONDS: "10",
  PROBE_CHANGING_SECONDS: "3",
  PROBE_DEADLINE_SECONDS: "1.5",
  PROBE_CONTENT_EVERY: "1",
  PROBE_REQUESTS_PER_MINUTE: "1200",
  VIEWS_REFRESH_SECONDS: "0.5",
  ROSTER_AGE_SECONDS: "1",
};
