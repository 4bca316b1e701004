/** The figures that a simulation is told in. */

/** Of one quantity over all clients. */
export interface Summary {
  mean: number;
  p50: number;
  p95: number;
}

/** Mean and quantiles by nearest rank (the smallest value that at least that share of values doesn't exceed). NaN of nothing. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number) =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { mean: mean(values), p50: quantile(0.5), p95: quantile(0.95) };
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of the groups' means, each group counted once. `groups` names the group of each value. */
export function meanPerGroup(values: readonly number[], groups: readonly string[]): number {
  const members = Map.groupBy(values.keys(), (at) => groups[at] ?? "");
  return mean(
    [...members.values()].map((group) => mean(group.map((at) => values[at] ?? Number.NaN))),
  );
}

/** What one mirror got, and what it offers (any unit, the same for all). */
export interface Load {
  clients: number;
  capacity: number;
}

/** How load is spread over mirrors. Shares are 0..1. */
export interface Spread {
  /** Of all clients, at the mirror with most, and at the ten with most. */
  top1: number;
  top10: number;
  /** The largest ratio of a mirror's share of clients to its share of capacity: 1 is fair. */
  worstRatio: number;
  /** Gini coefficient of clients per capacity: 0 when everyone has its fair share, near 1 when one has all. */
  gini: number;
  /** Mirrors without any client. */
  idle: number;
}

/** Spread over mirrors with capacity above 0. With no clients at all, everything is 0 and all are idle. */
export function spread(loads: readonly Load[]): Spread {
  const clients = loads.reduce((sum, load) => sum + load.clients, 0);
  const capacity = loads.reduce((sum, load) => sum + load.capacity, 0);
  const idle = loads.filter((load) => load.clients === 0).length;
  if (clients === 0) return { top1: 0, top10: 0, worstRatio: 0, gini: 0, idle };
  const most = loads.map((load) => load.clients).sort((a, b) => b - a);
  const shareOf = (count: number) =>
    most.slice(0, count).reduce((sum, value) => sum + value, 0) / clients;
  const ratios = loads.map((load) => load.clients / clients / (load.capacity / capacity));
  return {
    top1: shareOf(1),
    top10: shareOf(10),
    worstRatio: Math.max(...ratios),
    gini: gini(loads, clients, capacity),
    idle,
  };
}

/** Twice the area between the Lorenz curve of clients over capacity and the diagonal. */
function gini(loads: readonly Load[], clients: number, capacity: number): number {
  const poorestFirst = loads.toSorted((a, b) => a.clients / a.capacity - b.clients / b.capacity);
  let before = 0;
  let twiceUnder = 0;
  for (const load of poorestFirst) {
    const after = before + load.clients / clients;
    twiceUnder += (load.capacity / capacity) * (before + after);
    before = after;
  }
  return 1 - twiceUnder;
}
