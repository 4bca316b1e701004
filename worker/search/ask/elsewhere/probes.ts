/** What other suites are asked to find the same thing, and what of their answers counts. Pure. */
import type { PackageRecord } from "../../../formats/package-record.ts";
import type { SuiteFound, SuiteQuestion } from "../../suite-question.ts";
import type { KindWords } from "../sources.ts";
import { normalPath } from "./normal-path.ts";
import { type Key, stemOf } from "./own-keys.ts";

/** One thing to look for: its questions, and the packages that their answers name. */
export interface Probe {
  questions: readonly SuiteQuestion[];
  owners(found: readonly SuiteFound[]): string[];
}

/** Packages or files of one question: more owners than this make a key worthless. */
const limit = 12;
/** Of what the package provides besides, and of names that it may have elsewhere. */
const mostTokens = 4;

/** Packages that have a key. */
export function keyProbe(key: Key): Probe {
  if (key.by === "pkg-config") {
    const { module } = key;
    return probe(
      [provided([`pkgconfig(${module})`, `pc:${module}`]), ended(`pkgconfig/${module}.pc`)],
      `lib/pkgconfig/${module}.pc`,
    );
  }
  if (key.by === "soname") {
    const { soname } = key;
    const tokens = [`${soname}()(64bit)`, soname, `so:${soname}`];
    const named: SuiteQuestion = { ask: "paths", match: "name", path: soname, limit };
    return probe([provided(tokens), named], `lib/${soname}`);
  }
  if (key.use === "command") {
    const { command } = key;
    return probe(
      [{ ask: "keyed", by: "command", tokens: [command], limit, isBrief: true }],
      `bin/${command}`,
    );
  }
  if (key.use === "development") {
    const path = `usr/include/${key.header}`;
    return probe([{ ask: "paths", match: "path", path, limit }], `include/${key.header}`);
  }
  const file = `${key.package}/__init__.py`;
  return probe([ended(`dist-packages/${file}`), ended(`site-packages/${file}`)], `python/${file}`);
}

function probe(questions: readonly SuiteQuestion[], path: string): Probe {
  return { questions, owners: (found) => ownersIn(found, path) };
}

function provided(tokens: readonly string[]): SuiteQuestion {
  return { ask: "keyed", by: "provides", tokens, limit, isBrief: true };
}

function ended(path: string): SuiteQuestion {
  return { ask: "paths", match: "end", path, limit };
}

/** Packages that were found, and owners of files at that place: a cross compiler's `zlib.h` is another one. */
function ownersIn(found: readonly SuiteFound[], path: string): string[] {
  const owners = found.flatMap(({ packages = [], files = [] }) => [
    ...packages.map(({ record }) => record.name),
    ...files.filter((one) => normalPath(one.path) === path).flatMap((one) => one.owners),
  ]);
  return [...new Set(owners)];
}

/** What the package is called, and what it provides that isn't a key by itself: Arch's `pkgconf` provides `pkg-config`. */
export function providedTokens(
  name: string,
  records: readonly Pick<PackageRecord, "relations">[],
  words: KindWords | undefined,
): string[] {
  const entries = records.flatMap(({ relations }) => relations?.provides ?? []);
  const tokens = entries.flatMap((entry) => words?.namesIn(entry) ?? []);
  const plain = tokens.filter((token) => /^[A-Za-z0-9][\w.+-]*$/.test(token));
  return [...new Set([name, ...plain])].slice(0, mostTokens);
}

/** A probe for packages that provide a token, whatever they are called. */
export function tokenProbe(token: string): Probe {
  return probe([provided([token])], "");
}

/** Names by which distributions call such a thing: `zlib1g-dev`, `zlib-devel`, `zlib-dev` and `zlib`; the own one first. */
export function guessedNames(name: string): string[] {
  const isDevelopment = /-dev(?:el)?$/.test(name);
  const python = /^(?:python3?-|py3-)(.+)$/.exec(name)?.[1];
  if (python !== undefined) {
    return [...new Set([name, `python3-${python}`, `python-${python}`, `py3-${python}`])];
  }
  const stem = stemOf(name);
  if (stem === "") return [name];
  const names = isDevelopment
    ? [`${stem}-devel`, `${stem}-dev`, `lib${stem}-dev`, `lib${stem}-devel`, stem]
    : [stem, `lib${stem}`];
  return [...new Set([name, ...names])];
}
