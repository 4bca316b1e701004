/** Which packages of a universe meet which hard rule. Pure. */
import { readRelations } from "../convert-packages/deb-relation.ts";
import { fieldOf, type Stanza, type Universe } from "./universe.ts";

/** A name to request, and names that may be requested beside it. */
export interface Choice {
  name: string;
  beside: readonly string[];
}

/** The hard strata that are drawn by their packages alone. */
export const packageStrata = [
  "virtual",
  "alternatives",
  "real-and-provided",
  "versioned-provides",
  "any",
  "conflicts",
  "multi-arch-same",
  "multi-arch-foreign",
  "multi-arch-allowed",
] as const;
export type PackageStratum = (typeof packageStrata)[number];

/** What requests are drawn from. */
export interface DrawnFrom {
  architecture: string;
  /** The foreign architecture that some requests have. */
  foreign: string;
  /** Each once, in the order of the indexes. */
  names: readonly string[];
  foreignNames: ReadonlySet<string>;
  choices: Readonly<Record<PackageStratum, readonly Choice[]>>;
  essential: ReadonlySet<string>;
  /** Names with several versions, and these in the order of the indexes. */
  versions: ReadonlyMap<string, readonly string[]>;
  /** What `/` takes: codenames and suites. */
  suites: readonly string[];
  /** Of each name, those of the suites that have it. */
  suitesOf: ReadonlyMap<string, readonly string[]>;
}

const required = ["Pre-Depends", "Depends"] as const;

/** @throws Error where the universe lacks one of the architectures */
export function drawnFrom(universe: Universe, architecture: string, foreign: string): DrawnFrom {
  const stanzas = universe.stanzas.get(architecture);
  const others = universe.stanzas.get(foreign);
  if (stanzas === undefined || others === undefined) {
    throw new Error(`The universe hasn't got both ${architecture} and ${foreign}.`);
  }
  const versions = new Map<string, string[]>();
  for (const { name, version } of stanzas) {
    const held = versions.get(name) ?? [];
    if (!held.includes(version)) held.push(version);
    versions.set(name, held);
  }
  const called = new Map(
    universe.facts.suites.map(({ name, release }) => {
      const names = [release.Codename, release.Suite].filter((one) => one !== undefined);
      return [name, names] as const;
    }),
  );
  const suitesOf = new Map<string, string[]>();
  for (const { name, suite } of stanzas) {
    const held = suitesOf.get(name) ?? [];
    held.push(...(called.get(suite) ?? []).filter((one) => !held.includes(one)));
    suitesOf.set(name, held);
  }
  return {
    architecture,
    foreign,
    names: [...versions.keys()],
    foreignNames: new Set(others.filter((one) => one.architecture === foreign).map(nameOf)),
    choices: choicesOf(stanzas, new Set(versions.keys())),
    essential: new Set(stanzas.filter(isEssential).map(nameOf)),
    versions: new Map([...versions].filter(([, held]) => held.length > 1)),
    suites: [...called.values()].flat(),
    suitesOf,
  };
}

function choicesOf(
  stanzas: readonly Stanza[],
  real: ReadonlySet<string>,
): Record<PackageStratum, Choice[]> {
  const providers = providersOf(stanzas);
  const choices: Record<PackageStratum, Choice[]> = {
    virtual: [],
    alternatives: [],
    "real-and-provided": [],
    "versioned-provides": [],
    any: [],
    conflicts: [],
    "multi-arch-same": [],
    "multi-arch-foreign": [],
    "multi-arch-allowed": [],
  };
  for (const [name, { by, isVersioned }] of providers) {
    const beside = [...by];
    if (real.has(name)) choices["real-and-provided"].push({ name, beside });
    else if (by.size > 1) choices.virtual.push({ name, beside });
    if (isVersioned) choices["versioned-provides"].push(...beside.map((one) => lone(one)));
  }
  for (const stanza of stanzas) {
    const { name, text } = stanza;
    const relations = required.flatMap((field) => readRelations(fieldOf(text, field)));
    for (const relation of relations) {
      const [first] = relation;
      if (relation.length > 1) {
        choices.alternatives.push({ name, beside: relation.map(nameOf) });
      } else if (first !== undefined) {
        const provided = providers.get(first.name);
        if (provided === undefined) continue;
        const choice = { name, beside: [...provided.by] };
        if (!real.has(first.name)) {
          if (provided.by.size > 1) choices.virtual.push(choice);
        } else choices["real-and-provided"].push(choice);
        if (first.version !== undefined && provided.isVersioned) {
          choices["versioned-provides"].push(choice);
        }
      }
    }
    if (required.some((field) => fieldOf(text, field).includes(":any")))
      choices.any.push(lone(name));
    const against = [...fields(text, "Conflicts"), ...fields(text, "Breaks")].filter(
      (one) => one !== name && (real.has(one) || providers.has(one)),
    );
    if (against.length > 0) choices.conflicts.push({ name, beside: against });
    const multiArch = fieldOf(text, "Multi-Arch");
    if (multiArch === "same" || multiArch === "foreign" || multiArch === "allowed") {
      choices[`multi-arch-${multiArch}`].push(lone(name));
    }
  }
  return choices;
}

function providersOf(stanzas: readonly Stanza[]) {
  const providers = new Map<string, { by: Set<string>; isVersioned: boolean }>();
  for (const { name, text } of stanzas) {
    for (const [provided] of readRelations(fieldOf(text, "Provides"))) {
      if (provided === undefined || provided.name === name) continue;
      const held = providers.get(provided.name) ?? { by: new Set(), isVersioned: false };
      held.by.add(name);
      held.isVersioned ||= provided.version !== undefined;
      providers.set(provided.name, held);
    }
  }
  return providers;
}

function fields(text: string, field: string): string[] {
  return readRelations(fieldOf(text, field)).flat().map(nameOf);
}

function isEssential({ text }: Stanza): boolean {
  return ["Essential", "Important", "Protected"].some((field) => fieldOf(text, field) === "yes");
}

function lone(name: string): Choice {
  return { name, beside: [] };
}

function nameOf({ name }: { name: string }): string {
  return name;
}
