/**
 * The order of genisolist (mirrorz-org/genisolist, `genisolist.py` of 2026-07-27), which writes `isoinfo.json` at TUNA
 * and its sisters. Their pages show the list as it comes, so the order is part of the format. Pure.
 */

/** What an entry is told by, and ordered by. */
export interface Weighed {
  version: string;
  /** As its name has it: `amd64`, `x86_64`, `arm64+raspi`. */
  platform: string;
  type: string;
}

/**
 * In genisolist's order: the newer version, the heavier platform, the type that is later in the alphabet. Entries that
 * are equal in all three keep the order in which they are given.
 */
export function inGenisolistOrder<One extends Weighed>(entries: readonly One[]): One[] {
  // There are few versions and platforms: each is read and compared once.
  const versions = [...new Set(entries.map(({ version }) => version))].toSorted((one, other) =>
    compareLoosely(other, one),
  );
  const places = new Map<string, number>();
  versions.forEach((version, at) => {
    const before = versions[at - 1];
    const place = before === undefined ? 0 : (places.get(before) ?? 0);
    // Versions may be equal that are written differently.
    const isNext = before !== undefined && compareLoosely(before, version) !== 0;
    places.set(version, isNext ? place + 1 : place);
  });
  const weights = new Map<string, number>();
  for (const { platform } of entries) {
    if (!weights.has(platform)) weights.set(platform, platformWeight(platform));
  }
  const keyed = entries.map((entry) => ({
    entry,
    place: places.get(entry.version) ?? 0,
    weight: weights.get(entry.platform) ?? 0,
  }));
  keyed.sort(
    (one, other) =>
      one.place - other.place ||
      other.weight - one.weight ||
      compareText(other.entry.type, one.entry.type),
  );
  return keyed.map(({ entry }) => entry);
}

/** Systems in a platform's name, which weigh more than any architecture. `darwin` has `win` in it there as well. */
const systems: readonly [string, number][] = [
  ["linux", 5000],
  ["win", 4000],
  ["mac", 3000],
  ["android", 2000],
];

/**
 * How much a platform is preferred. genisolist means to rank arm64 and riscv64 before i386 and i386 before armhf. But
 * its row of riscv64 is a text where the others are lists, so that each letter of `riscv64` counts, and i386, armhf and
 * s390x weigh as much as arm64. Its users have that order.
 */
export function platformWeight(platform: string): number {
  const name = platform.toLowerCase();
  const isUsual = ["amd64", "x86_64", "64bit"].some((one) => name.includes(one));
  const weight = isUsual ? 100 : /[riscv64]/.test(name) ? 95 : 0;
  return weight + (systems.find(([system]) => name.includes(system))?.[1] ?? 0);
}

/** Numbers, runs of small letters, and what is between them, without dots. */
function partsOf(version: string): (number | string)[] {
  const parts = version.split(/(\d+|[a-z]+|\.)/).filter((part) => part !== "" && part !== ".");
  const read = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  // What is called `latest` is newer than every number.
  if (read[0] === "latest") read[0] = Number.POSITIVE_INFINITY;
  return read;
}

/**
 * Above 0: `one` is newer. As Python's `LooseVersion` compares: part by part, the longer one wins where the shorter one
 * ends. Where a number meets a text, all parts are compared as texts.
 */
export function compareLoosely(one: string, other: string): number {
  const [ones, others] = [partsOf(one), partsOf(other)];
  for (let at = 0; at < Math.min(ones.length, others.length); at++) {
    const [left, right] = [ones[at] ?? 0, others[at] ?? 0];
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    if (typeof left === "string" && typeof right === "string") return compareText(left, right);
    return compareTexts(ones.map(pythonText), others.map(pythonText));
  }
  return ones.length - others.length;
}

function pythonText(part: number | string): string {
  return part === Number.POSITIVE_INFINITY ? "inf" : String(part);
}

function compareTexts(ones: readonly string[], others: readonly string[]): number {
  for (let at = 0; at < Math.min(ones.length, others.length); at++) {
    const order = compareText(ones[at] ?? "", others[at] ?? "");
    if (order !== 0) return order;
  }
  return ones.length - others.length;
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
