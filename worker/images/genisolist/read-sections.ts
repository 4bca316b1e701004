/** From the sections of a `genisolist.ini` to rules, checked. Pure. */

import { globPattern } from "./glob.ts";
import type { IniFault, IniSection } from "./read-ini.ts";

/** One section as it travels with its repository's entry (JSON). Names are genisolist's. */
export interface ImageRule {
  distro: string;
  /** Globs of paths, each beginning with the name of a repository's folder. */
  locations: string[];
  /** A regular expression. */
  pattern: string;
  /** Templates, in which `$1` is the pattern's first group. */
  version?: string;
  type?: string;
  platform?: string;
  /** `os` where the section says none. */
  category?: string;
  /** The pattern is held against the file's name alone. */
  usesName?: true;
}

/** Sections of one file with all that it includes: mirrorz-org's collection has 130. */
export const maxRules = 400;
/** Characters of a pattern or glob: the longest of that collection has 150. */
const maxPattern = 500;

/** What genisolist knows. `listvers`, `key_by` and `sort_by` say what of a list is shown: a catalogue shows all. */
const optionNames =
  /^(?:distro|location(?:_\d+)?|pattern|pattern_use_name|version|type|platform|category|listvers|key_by|sort_by)$/;

/** The rules of all sections but `%main%`, `%distro%` and other settings; the first fault where there is one. */
export function readSections(sections: readonly IniSection[]): ImageRule[] | IniFault {
  const aliases = [...(sections.find(({ name }) => name === "%alias%")?.options ?? [])].map(
    ([from, { value }]) => [from, value] as const,
  );
  const rules: ImageRule[] = [];
  for (const section of sections) {
    if (section.name.startsWith("%")) continue;
    const rule = readSection(section, aliases);
    if ("said" in rule) return rule;
    rules.push(rule);
    if (rules.length > maxRules) {
      return { ...section.at, said: `There are more than ${maxRules} sections: take in fewer.` };
    }
  }
  return rules;
}

type Aliases = readonly (readonly [string, string])[];

function readSection({ name, at, options }: IniSection, aliases: Aliases): ImageRule | IniFault {
  const odd = [...options].find(([key]) => !optionNames.test(key));
  if (odd !== undefined) {
    return { ...odd[1].at, said: `genisolist knows no option ${odd[0]}: correct or remove it.` };
  }
  const text = (key: string) => options.get(key)?.value;
  const [distro, pattern] = [text("distro"), text("pattern")];
  if (!distro) return { ...at, said: `[${name}] has no distro: say which distribution it is.` };
  if (!pattern) return { ...at, said: `[${name}] has no pattern to read names by.` };
  const found = locationsOf(text);
  if (found.length === 0) return { ...at, said: `[${name}] has no location, and no location_0.` };
  const long = [pattern, ...found].find((one) => one.length > maxPattern);
  if (long !== undefined) {
    return { ...at, said: `[${name}] has a pattern of more than ${maxPattern} characters.` };
  }
  const useName = text("pattern_use_name") ?? "false";
  if (!/^(?:true|false)$/i.test(useName)) {
    const where = options.get("pattern_use_name")?.at ?? at;
    return { ...where, said: `pattern_use_name is true or false, not ${useName}.` };
  }
  const usesName = useName.toLowerCase() === "true";
  const source = usesName ? pattern : withoutAlias(pattern, aliases);
  const fault = patternFault(source);
  if (fault !== undefined) {
    return { ...(options.get("pattern")?.at ?? at), said: `The pattern can't be read: ${fault}.` };
  }
  const [version, type, platform, category] = ["version", "type", "platform", "category"].map(text);
  return {
    distro,
    locations: found.map((one) => withoutAlias(one, aliases)),
    pattern: source,
    ...(version && { version }),
    ...(type && { type }),
    ...(platform && { platform }),
    ...(category && { category }),
    ...(usesName && { usesName }),
  };
}

/** `location` alone, or `location_0` and those that follow without a gap. */
function locationsOf(text: (key: string) => string | undefined): string[] {
  const single = text("location");
  if (single !== undefined) return [single];
  const found: string[] = [];
  for (let one = text("location_0"); one !== undefined; one = text(`location_${found.length}`)) {
    found.push(one);
  }
  return found;
}

function withoutAlias(path: string, aliases: Aliases): string {
  const alias = aliases.find(([from]) => path.startsWith(`${from}/`));
  return alias === undefined ? path : alias[1] + path.slice(alias[0].length);
}

/** Python's named groups are written otherwise. */
export function expressionOf(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll("(?P<", "(?<"));
}

function patternFault(pattern: string): string | undefined {
  try {
    expressionOf(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*: /, "") : String(error);
  }
}

/** Whether a path is at one of a rule's locations. */
export function isAt({ locations }: ImageRule, path: string): boolean {
  return locations.some((location) => globPattern(location).test(path));
}
