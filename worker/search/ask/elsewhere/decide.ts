/** Which package of another repository is the same thing, by what both have. Pure. */
import type { Elsewhere } from "../../package-service.ts";
import { isAlike, type Key, type Use } from "./own-keys.ts";

/** Who has a key in one repository. */
export interface KeyOwners {
  key: Key;
  /** Names of packages, each once. */
  owners: readonly string[];
}

/** What one repository answered. */
export interface Clues {
  keys: readonly KeyOwners[];
  /** Packages that provide the name, or what the package provides. */
  provides: readonly { token: string; owners: readonly string[] }[];
  /** Packages that are called so, or as such things are called elsewhere. */
  named: readonly { name: string; homepage?: string }[];
}

/** What is known of the package itself. */
export interface Own {
  name: string;
  homepage?: string;
}

export type Same = Pick<Elsewhere, "name" | "by" | "what">;

const uses: readonly Use[] = ["command", "development", "runtime", "python"];
/** A package has so much of the keys that anybody has there, or it is another thing. */
const leastShare = 1 / 3;
/** A key is worth one over its owners; what has less than this in all is one of many, as busybox is for `vi`. */
const leastWorth = 0.25;
/** What more packages than this provide says nothing: `mail-transport-agent`. */
const mostProviders = 2;
/** Packages with what belongs to another package, and never the thing itself. */
const besides = /-(?:debuginfo|debugsource|dbg|dbgsym|doc|docs)$/;

/**
 * The same thing in one repository, the surest first: for each use the package that has most of it; where no use is
 * found, what provides it, else what is called alike.
 */
export function sameIn(own: Own, clues: Clues): Same[] {
  const found = new Map<string, Same>();
  for (const use of uses) {
    const best = bestOf(
      own,
      clues.keys.filter(({ key }) => key.use === use),
    );
    if (best !== undefined && !found.has(best.name)) found.set(best.name, best);
  }
  if (found.size > 0) return [...found.values()].sort((a, b) => surest(a) - surest(b));
  const provider = providerOf(clues);
  if (provider !== undefined) return [provider];
  return guessOf(own, clues);
}

const order: Readonly<Record<Elsewhere["by"], number>> = {
  paths: 0,
  "pkg-config": 1,
  soname: 2,
  provides: 3,
  name: 4,
};

function surest({ by }: Same): number {
  return order[by];
}

function bestOf(own: Own, keys: readonly KeyOwners[]): Same | undefined {
  const known = keys
    .map(({ key, owners }) => ({ key, owners: owners.filter((one) => !besides.test(one)) }))
    .filter(({ owners }) => owners.length > 0);
  const worth = new Map<string, number>();
  const shared = new Map<string, Key[]>();
  for (const { key, owners } of known) {
    for (const owner of owners) {
      worth.set(owner, (worth.get(owner) ?? 0) + 1 / owners.length);
      shared.set(owner, [...(shared.get(owner) ?? []), key]);
    }
  }
  const [best] = [...worth].sort(
    ([one, a], [other, b]) =>
      b - a ||
      Number(isAlike(other, own.name)) - Number(isAlike(one, own.name)) ||
      one.length - other.length ||
      (one < other ? -1 : 1),
  );
  if (best === undefined) return undefined;
  const [name, value] = best;
  const both = shared.get(name) ?? [];
  if (value < leastWorth || both.length / known.length < leastShare) return undefined;
  const [first] = both.toSorted((a, b) => order[a.by] - order[b.by]);
  if (first === undefined) return undefined;
  const more = both.length > 1 ? `, and ${both.length - 1} more` : "";
  return { name, by: first.by, what: `${textOf(first)}${more}` };
}

/** What is shared, as people know it. */
function textOf(key: Key): string {
  if (key.by === "soname") return key.soname;
  if (key.by === "pkg-config") return `${key.module}.pc`;
  if (key.use === "command") return `the command ${key.command}`;
  return key.use === "development" ? key.header : `the Python module ${key.package}`;
}

function providerOf({ provides }: Clues): Same | undefined {
  for (const { token, owners: all } of provides) {
    // Each rpm provides its own name, which is no more than the name.
    const owners = all.filter((one) => one !== token && !besides.test(one));
    const [name] = owners;
    if (name !== undefined && owners.length <= mostProviders)
      return { name, by: "provides", what: token };
  }
  return undefined;
}

function guessOf(own: Own, { named }: Clues): Same[] {
  const home = own.homepage === undefined ? undefined : plainUrl(own.homepage);
  const same = named.find(
    ({ homepage }) => home !== undefined && homepage !== undefined && plainUrl(homepage) === home,
  );
  const exact = named.find(({ name }) => name === own.name);
  const best = same ?? exact ?? named[0];
  if (best === undefined) return [];
  const what =
    best === same ? `a guess by its name, with the same homepage` : "a guess by its name alone";
  return [{ name: best.name, by: "name", what }];
}

/** A homepage without what differs from one spelling to the next. */
function plainUrl(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/(?:\/|\/index\.html?)$/, "");
}
