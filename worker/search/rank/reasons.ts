/** Why a package is found, and how much each reason counts for. Pure. */
import type { Why } from "../suite-question.ts";

/** Each a bit, from the best on. */
export const reasons = {
  name: 1,
  command: 2,
  file: 4,
  provides: 8,
  /** The name, typed in other case or with other signs between its words. */
  alike: 16,
  prefix: 32,
  source: 64,
  group: 128,
  part: 256,
  words: 512,
  typo: 1024,
} as const;

export type Reason = keyof typeof reasons;

/**
 * What a package has for its best reason. Before beginnings of names a difference is one that no merit makes up for
 * before what is provided. From the beginnings of names on, merit decides too.
 */
export const worth: Readonly<Record<Reason, number>> = {
  name: 2000,
  command: 1700,
  file: 1450,
  provides: 1200,
  alike: 900,
  typo: 500,
  prefix: 480,
  source: 470,
  group: 460,
  part: 360,
  words: 340,
};

/** The reasons for clients, the best first. */
export const toldAs: readonly (readonly [Reason, Why["by"]])[] = [
  ["name", "name"],
  ["command", "command"],
  ["file", "file"],
  ["provides", "provides"],
  ["alike", "name"],
  ["prefix", "prefix"],
  ["source", "source"],
  ["group", "group"],
  ["typo", "typo"],
  ["part", "part"],
  ["words", "words"],
];
