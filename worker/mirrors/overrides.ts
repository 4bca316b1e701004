/** What operators say of mirrors: which words hold, and what changed between two lists. Pure. */
import type { Override, RosterMirror } from "./roster.ts";

/** A word as a sentence of the history. */
export function overridesIn({ by, why, until }: Override): string {
  return `${by}: ${why}${until === undefined ? "" : ` (until ${until})`}`;
}

interface WordChange {
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
): WordChange[] {
  const words = (mirrors: readonly RosterMirror[]) =>
    new Map(
      mirrors.flatMap((mirror) => [
        ...(mirror.word === undefined ? [] : [[`${mirror.name} `, mirror.word] as const]),
        ...Object.entries(mirror.carries).flatMap(([repository, { word }]) =>
          word === undefined ? [] : [[`${mirror.name} ${repository}`, word] as const],
        ),
      ]),
    );
  const [was, is] = [words(before), words(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [from, to] = [was.get(key), is.get(key)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const [mirror = "", repository = ""] = key.split(" ");
    return [{ mirror, repository, from, to }];
  });
}

/** The words in force on a mirror, for telling. */
export function overridesOn(mirror: RosterMirror, now: number): Record<string, Override> {
  const words: Record<string, Override> = {};
  if (inForce(mirror.word, now)) words[""] = mirror.word;
  for (const [repository, { word }] of Object.entries(mirror.carries)) {
    if (inForce(word, now)) words[repository] = word;
  }
  return words;
}

/** Whether a word holds at a moment, Unix ms. */
export function inForce(word: Override | undefined, now: number): word is Override {
  return word !== undefined && !(word.until !== undefined && Date.parse(word.until) <= now);
}
