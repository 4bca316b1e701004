/** What clients let us know of mirrors by asking again: counted, without addresses, until it is taken. */
import type { Scheme } from "../geo/scheme.ts";

/** Mirrors (with repository and scheme) reported on between two takes; more are dropped: those are enough to probe. */
export const maxReports = 256;
/** Networks told apart in a report: a few tell "many clients" from "one", more would say nothing new. */
export const maxNetworks = 16;
/** Seconds after which a report says nothing new: the mirror was probed several times since. */
export const reportSeconds = 300;

/** Clients' failures at one mirror since the last take. */
export interface ClientReport {
  mirror: string;
  repository: string;
  scheme: Scheme;
  /** Network hashes of the clients, each once; at most `maxNetworks` of them. */
  networks: number[];
  /** Failures, of these and all other clients. */
  count: number;
}

interface Counted {
  report: ClientReport;
  lastSecond: number;
}

export class Reports {
  #counted = new Map<string, Counted>();

  /** Counts one failure. */
  add(failed: Omit<ClientReport, "networks" | "count">, networkHash: number, second: number): void {
    const { mirror, repository, scheme } = failed;
    const key = `${scheme} ${repository} ${mirror}`;
    const counted = this.#counted.get(key);
    if (counted === undefined) {
      if (this.#counted.size >= maxReports) return;
      const report = { mirror, repository, scheme, networks: [networkHash], count: 1 };
      this.#counted.set(key, { report, lastSecond: second });
      return;
    }
    const { networks } = counted.report;
    counted.report.count++;
    counted.lastSecond = second;
    if (networks.length < maxNetworks && !networks.includes(networkHash)) {
      networks.push(networkHash);
    }
  }

  /** All that was counted since the last take, but for what is too old by now; then begins anew. */
  take(second: number): ClientReport[] {
    if (this.#counted.size === 0) return [];
    const counted = [...this.#counted.values()];
    this.#counted = new Map();
    return counted
      .filter(({ lastSecond }) => second - lastSecond < reportSeconds)
      .map(({ report }) => report);
  }
}
