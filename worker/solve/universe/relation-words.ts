/** What the columns of the universe hold, as numbers. */

/** A field that relates packages. */
export const Relation = {
  depends: 1,
  preDepends: 2,
  suggests: 3,
  recommends: 4,
  conflicts: 5,
  replaces: 6,
  breaks: 8,
  enhances: 9,
} as const;

/** How a version is compared. */
export const Operator = {
  any: 0,
  atMost: 1,
  atLeast: 2,
  below: 3,
  above: 4,
  equal: 5,
  /** No field can say it: packages of `Multi-Arch: same` break other architectures' other versions. */
  not: 6,
} as const;

/** The bits of an operator that say how to compare. */
export const comparing = 0x0f;
/** The next entry is an alternative. */
export const orNext = 0x10;
/** No field says it: it follows from `Multi-Arch`. */
export const implicit = 0x20;
/** Names an architecture. */
export const architectureNamed = 0x40;

/** Bits of `Multi-Arch`. */
export const MultiArch = { all: 1, foreign: 2, same: 4, allowed: 8 } as const;

/** Bits of a package: removed by nobody but who asks for it. */
export const PackageFlag = { essential: 1, important: 2 } as const;

/** Of a stanza's `Priority`, in the order in which the first is preferred; 0: the stanza doesn't say. */
export const priorities = ["", "required", "important", "standard", "optional", "extra"];
export const extraPriority = 5;
export const requiredPriority = 1;

export function isNegative(type: number): boolean {
  return type === Relation.breaks || type === Relation.conflicts;
}

/** Without it the package doesn't work. */
export function isCritical(type: number): boolean {
  return type === Relation.depends || type === Relation.preDepends || isNegative(type);
}
