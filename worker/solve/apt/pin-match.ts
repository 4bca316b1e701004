/** What a pin says of an index or of a version. */
import type { IndexFacts } from "../universe/index-facts.ts";

/** A pin, or a `NAME/SUITE`, read. */
export type PinMatch =
  | { of: "version"; version: string }
  | { of: "origin"; site: string }
  | { of: "release"; all: boolean; any?: string; parts: ReadonlyMap<string, string> };

/** Undefined: apt doesn't understand it, and passes over it. */
export function readPin(pin: string): PinMatch | undefined {
  const [, word, rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(pin.trim()) ?? [];
  switch (word?.toLowerCase()) {
    case "version":
      return { of: "version", version: rest };
    case "origin":
      return { of: "origin", site: rest.replace(/^"(.*)"$/, "$1") };
    case "release":
      return releaseMatch(rest);
    default:
      return undefined;
  }
}

/** As behind `release`, and behind the slash of `NAME/SUITE`. */
export function releaseMatch(text: string): PinMatch {
  if (text === "*") return { of: "release", all: true, parts: new Map() };
  if (!text.includes("=")) {
    const parts = new Map(/^\d/.test(text) ? [["v", text]] : []);
    return { of: "release", all: false, ...(parts.size === 0 ? { any: text } : {}), parts };
  }
  const parts = new Map<string, string>();
  for (const part of text.split(",").map((one) => one.trim())) {
    const [, key, value] = /^([voanlcb])=(.+)$/i.exec(part) ?? [];
    if (key !== undefined && value !== undefined) parts.set(key.toLowerCase(), value);
  }
  return { of: "release", all: false, parts };
}

/** Whether it means an index. Absent facts: what is installed, which apt calls `now`. */
export function matchesIndex(match: PinMatch, facts: IndexFacts | undefined): boolean {
  if (match.of === "version") return false;
  if (match.of === "origin") {
    return (
      facts !== undefined && matches(match.site, facts.site ?? (match.site === "" ? "" : undefined))
    );
  }
  if (match.all) return true;
  if (match.any === undefined && match.parts.size === 0) return false;
  if (facts === undefined) return matchesInstalled(match.any, match.parts);
  if (match.any !== undefined) {
    return matches(match.any, facts.suite) || matches(match.any, facts.codename);
  }
  const has: Readonly<Record<string, string | undefined>> = {
    v: facts.version,
    o: facts.origin,
    a: facts.suite,
    n: facts.codename,
    l: facts.label,
    c: facts.component,
    b: facts.architecture,
  };
  return [...match.parts].every(([key, value]) => matches(value, has[key]));
}

function matchesInstalled(any: string | undefined, parts: ReadonlyMap<string, string>): boolean {
  if (any !== undefined && !matches(any, "now")) return false;
  return [...parts].every(([key, value]) => (key === "a" || key === "c") && matches(value, "now"));
}

/** `version 1.2*` and the like. */
export function matchesVersion(wanted: string, text: string): boolean {
  return matches(wanted, text);
}

/** As fnmatch(3) without regard to case, or a regular expression between slashes. Globs alone are read here. */
export function matches(pattern: string, text: string | undefined): boolean {
  return text !== undefined && globOf(pattern).test(text);
}

/** @throws SyntaxError never: what is no glob is taken as it stands */
export function globOf(pattern: string): RegExp {
  let source = "";
  for (let place = 0; place < pattern.length; place++) {
    const letter = pattern[place] ?? "";
    const end = letter === "[" ? pattern.indexOf("]", place + 2) : -1;
    if (letter === "*") source += "[\\s\\S]*";
    else if (letter === "?") source += "[\\s\\S]";
    else if (end > 0) {
      const inside = pattern
        .slice(place + 1, end)
        .replace(/^!/, "^")
        .replace(/[\\[\]]/g, "\\$&");
      source += `[${inside}]`;
      place = end;
    } else source += letter.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "i");
}
