/** What operators say of mirrors: which overrides hold, and what changed between two lists. Pure. */
import type { Override, RosterMirror } from "./roster.ts";

/** An override as a sentence of the history. */
export function overridesIn({ by, why, until }: Override): string {
  return `${by}: ${why}${until === undefined ? "" : ` (until ${until})`}`;
}

interface OverrideChange {
  mirror: string;
  /** Empty: the whole site. */
  repository: string;
  from: Override | undefined;
  to: Override | undefined;
}

/** What operators said and took back between two lists. */
export function overrideChanges(
  before: readonly RosterMirror[],
  after: readonly RosterMirror[],
): OverrideChange[] {
  const overrides = (mirrors: readonly RosterMirror[]) =>
    new Map(
      mirrors.flatMap((mirror) => [
        ...(mirror.word === undefined ? [] : [[`${mirror.name} `, mirror.word] as const]),
        ...Object.entries(mirror.carries).flatMap(([repository, { word }]) =>
          word === undefined ? [] : [[`${mirror.name} ${repository}`, word] as const],
        ),
      ]),
    );
  const [was, is] = [overrides(before), overrides(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [from, to] = [was.get(key), is.get(key)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const [mirror = "", repository = ""] = key.split(" ");
    return [{ mirror, repository, from, to }];
  });
}

/** The overrides in force on a mirror, for the API. */
export function overridesOn(mirror: RosterMirror, now: number): Record<string, Override> {
  const overrides: Record<string, Override> = {};
  if (inForce(mirror.word, now)) overrides[""] = mirror.word;
  for (const [repository, { word }] of Object.entries(mirror.carries)) {
    if (inForce(word, now)) overrides[repository] = word;
  }
  return overrides;
}

/** Whether an override holds at a moment, Unix ms. */
export function inForce(word: Override | undefined, now: number): word is Override {
  return word !== undefined && !(word.until !== undefined && Date.parse(word.until) <= now);
}
