/**
 * Scopes of tokens. Each is a condition, and all of them must hold: a scope more can only take something away, as with
 * the caveats of macaroons (Birgisson et al., 2014). Pure.
 */
import { done, type Outcome, refused } from "./outcome.ts";
import { allVerbs, isVerb, type Verb } from "./verbs.ts";

/** What a scope can be about. `hosts` is for tokens of hosts, which are yet to come. */
export const dimensions = ["verbs", "mirrors", "repositories", "hosts"] as const;
export type Dimension = (typeof dimensions)[number];

/** Of this dimension only these: `verbs=mirror.drain,list.*`, `mirrors=deb.example.org`. */
export interface Scope {
  of: Dimension;
  /** At least one. Of verbs also whole groups: `mirror.*`. */
  among: readonly string[];
}

/** Scopes of one token: more than one a dimension is seldom meant. */
export const maxScopes = 16;
/** Names in one scope: an organisation with more mirrors has a role for it. */
export const maxNamesInScope = 100;
/** Characters of a name in a scope: a host name has 253 (RFC 1035 section 2.3.4). */
const maxNameLength = 253;

/** Reads scopes as people write them; the same twice is kept once. Errors say which scope is wrong, and why. */
export function readScopes(texts: readonly string[]): Outcome<Scope[]> {
  if (texts.length > maxScopes) {
    return refused("wrong", `A token has at most ${maxScopes} scopes; these are ${texts.length}.`);
  }
  const scopes: Scope[] = [];
  for (const text of new Set(texts)) {
    const read = readScope(text);
    if ("refused" in read) return read;
    scopes.push(read.done);
  }
  return done(scopes);
}

function readScope(text: string): Outcome<Scope> {
  const wrong = (why: string) =>
    refused("wrong", `The scope ${JSON.stringify(text.slice(0, 200))} ${why}`);
  const equals = text.indexOf("=");
  const of = dimensions.find((dimension) => dimension === text.slice(0, Math.max(equals, 0)));
  if (of === undefined) {
    return wrong(`doesn't begin with ${dimensions.map((one) => `${one}=`).join(", ")}.`);
  }
  const among = [...new Set(text.slice(equals + 1).split(","))];
  if (among.length > maxNamesInScope) return wrong(`has more than ${maxNamesInScope} names.`);
  for (const name of among) {
    if (of === "verbs" && !isVerb(name) && !isGroup(name)) {
      return wrong(
        `names ${JSON.stringify(name)}, which is no verb and no group such as mirror.*.`,
      );
    }
    if (
      !/^[A-Za-z0-9](?:[A-Za-z0-9._*-]*[A-Za-z0-9*])?$/.test(name) ||
      name.length > maxNameLength
    ) {
      return wrong(
        `has ${JSON.stringify(name)}, which is no name: put commas between names alone.`,
      );
    }
    if (of !== "verbs" && name.includes("*")) {
      return wrong("has a *, which only groups of verbs have: name each one.");
    }
  }
  return done({ of, among });
}

function isGroup(name: string): boolean {
  return name.endsWith(".*") && allVerbs.some((verb) => verb.startsWith(name.slice(0, -1)));
}

/** As people write it; `readScopes` reads it back. */
export function scopeText({ of, among }: Scope): string {
  return `${of}=${among.join(",")}`;
}

/** Whether a scope of verbs has this one. */
export function hasVerb({ among }: Scope, verb: Verb): boolean {
  return among.some(
    (name) => name === verb || (name.endsWith(".*") && verb.startsWith(name.slice(0, -1))),
  );
}
