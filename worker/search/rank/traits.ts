/** What of a package speaks for it or against it, whatever is searched for. Pure. */
import type { PackageRecord } from "../../formats/package-record.ts";

/** Each a bit. */
export const traits = {
  /** Headers and what else building takes. */
  development: 1,
  documentation: 2,
  debugging: 4,
  /** Files that another package uses: data, what is common, translations. */
  data: 8,
  library: 16,
  /** Somebody starts it. */
  program: 32,
  /** Its source is called as it is: the main package of a source. */
  leading: 64,
  /** It is there for its new name's sake. */
  transitional: 128,
  /** Of a programming language, for programs in it. */
  module: 256,
  /** The distribution counts it among what every system, or most of them, should have. */
  important: 512,
} as const;

/** How many sets of them there are. */
export const traitSets = 1024;

export type Trait = keyof typeof traits;

/** Endings of names, as Debian, Fedora, Arch and Alpine use them. */
const endings: readonly (readonly [RegExp, number])[] = [
  [/-(?:dev|devel|headers|static)$/, traits.development],
  [/-(?:doc|docs|manual|help|examples?|javadoc)$/, traits.documentation],
  [/-(?:dbg|dbgsym|debuginfo|debugsource|debug)$/, traits.debugging],
  [
    /-(?:data|common|i18n|l10n|lang|langpack|locales?|resources|assets|icons|bin-data|openrc|(?:bash|zsh|fish)-completion)$|-(?:i18n|l10n|langpack|lang|help)-/,
    traits.data,
  ],
];

/** Beginnings and endings of modules' names. */
const modulePattern =
  /^(?:python[\d.]*|pypy\d?|py\d|perl|ruby|rubygem|golang|golang-github|node|nodejs|r-(?:cran|bioc|other)|php[\d.]*|rust|librust|libghc|ghc|haskell|ocaml|elpa|erlang|lua[\d.]*|fonts|texlive|gir1\.2|linux-(?:image|headers|support)|ros|gap|tcl|octave|elixir|nim|julia)-|^lib.*-(?:perl|ocaml|java|ruby|lua|php|js|cil|clojure|rust)(?:-|$)|^perl-/;

/** Sections of apt in which libraries are. */
const librarySections = /(?:^|\/)(?:libs|oldlibs|libdevel|introspection)$/;
const transitionalPattern = /\b(?:transitional|dummy) package\b|\btransitional\b/i;
const importantPattern = /^(?:required|important|standard)$/;

/** The traits of a package, as the sum of their bits. */
export function traitsOf(record: PackageRecord): number {
  const { name, section = "", summary = "" } = record;
  let found = 0;
  for (const [pattern, trait] of endings) {
    if (pattern.test(name)) found |= trait;
  }
  if (/(?:^|\/)(?:libdevel|devel-libs)$/.test(section)) found |= traits.development;
  if (/(?:^|\/)doc$/.test(section)) found |= traits.documentation;
  if (/(?:^|\/)debug$/.test(section)) found |= traits.debugging;
  if (/(?:^|\/)localization$/.test(section)) found |= traits.data;
  if (librarySections.test(section) || /^lib(?:32-)?[a-z].*[\d]$|-libs$/.test(name)) {
    found |= traits.library;
  }
  if (isProgram(record)) found |= traits.program;
  if (record.source === undefined || record.source === name) found |= traits.leading;
  if (/(?:^|\/)oldlibs$/.test(section) || transitionalPattern.test(summary)) {
    found |= traits.transitional;
  }
  if (modulePattern.test(name)) found |= traits.module;
  if (importantPattern.test(record.priority ?? "")) found |= traits.important;
  return found;
}

function isProgram({ tags, commands }: PackageRecord): boolean {
  return commands !== undefined
    ? commands.length > 0
    : (tags?.some((tag) => tag.includes("role::program")) ?? false);
}
