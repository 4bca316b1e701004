/**
 * Clients that came back for a file they had been redirected for. It makes the mirror be probed, at once and for a while
 * more often; what the probes see decides. Who shares an address or installs the same twice comes back as well, so that
 * no number of networks is a failure.
 */
import type { Rules } from "./rules.ts";

export interface ClientReports {
  /** Each client network once, by a hash of it; oldest first. `at` is Unix ms. */
  networks: readonly { network: number; at: number }[];
  /** Clean probes of the mirror's own region since the last report. */
  clean: number;
}

export const noReports: ClientReports = { networks: [], clean: 0 };

/** The reports that still count. */
function within(reports: ClientReports, now: number, rules: Rules): ClientReports["networks"] {
  return reports.networks.filter(({ at }) => now - at < rules.reportsMs);
}

/** Reports with those of `networks` at `at`. */
export function withReports(
  reports: ClientReports,
  networks: readonly number[],
  at: number,
  rules: Rules,
): ClientReports {
  const fresh = [...new Set(networks.filter(Number.isSafeInteger))].slice(-rules.reportsKept);
  if (fresh.length === 0) return reports;
  const kept = within(reports, at, rules).filter(({ network }) => !fresh.includes(network));
  const added = fresh.map((network) => ({ network, at }));
  return { networks: [...kept, ...added].slice(-rules.reportsKept), clean: 0 };
}

/** Whether so many networks report that the mirror is to be probed more often. */
export function manyReport(reports: ClientReports, now: number, rules: Rules): boolean {
  return within(reports, now, rules).length >= rules.reportingNetworks;
}

/** Reports after a probe of the mirror's own region: two clean ones clear them. */
export function afterOwnProbe(
  reports: ClientReports,
  at: number,
  clean: boolean,
  rules: Rules,
): ClientReports {
  const last = reports.networks.at(-1);
  if (last === undefined || at <= last.at) return reports;
  if (!clean) return { ...reports, clean: 0 };
  return reports.clean + 1 >= rules.successes
    ? noReports
    : { ...reports, clean: reports.clean + 1 };
}

/** Reports without those whose time is over. */
export function faded(reports: ClientReports, now: number, rules: Rules): ClientReports {
  const networks = within(reports, now, rules);
  if (networks.length === reports.networks.length) return reports;
  return networks.length === 0 ? noReports : { ...reports, networks };
}
