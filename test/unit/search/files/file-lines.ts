/** Lines like those of a suite's `Contents`, with what each question must find among them by looking at all of them. */
import type { FileSet, FoundPage } from "../../../../worker/search/package-set.ts";
import type { FoundFile, Paging } from "../../../../worker/search/suite-question.ts";

export interface Line {
  path: string;
  owners: string[];
}

/** So many lines, sorted by path, the same ones for the same seed. */
export function linesOf(count: number, seed: number): Line[] {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const folders = [
    "bin",
    "usr/bin",
    "usr/sbin",
    "usr/games",
    "usr/include/a/b",
    "usr/lib/x86_64-linux-gnu",
    "usr/lib/x86_64-linux-gnu/pkgconfig",
    "lib",
    "opt/x/bin",
  ];
  const ends = ["", ".so", ".so.1", ".h", ".pc", " with blanks", "é", ".txt"];
  const paths = new Set(["top-level", "bin/ls", "usr/bin/ls", "usr/lib/klibc/bin/ls"]);
  while (paths.size < count) {
    const doc = next(3) === 0;
    const folder = doc ? `usr/share/doc/package-${next(count)}` : folders[next(folders.length)];
    const name = doc ? "changelog.Debian.gz" : `n${next(1 + count / 2)}${ends[next(ends.length)]}`;
    paths.add(`${folder}/${name}`);
  }
  return [...paths].sort().map((path) => {
    const owners = [`package-${next(1 + count / 20)}`];
    if (next(50) === 0) owners.push(`other-${next(5)}`);
    return { path, owners };
  });
}

/** All pages, each of so many. */
export function allOf(ask: (page: Paging) => FoundPage, limit: number): FoundFile[] {
  const files: FoundFile[] = [];
  for (let page = ask({ limit }); ; page = ask({ limit, after: page.next })) {
    files.push(...page.files);
    if (page.next === undefined) return files;
  }
}

/** As text, sorted. */
export function shown(files: readonly FoundFile[]): string[] {
  return files.map(({ path, owners }) => `${path} <- ${[...owners].sort().join(" ")}`).sort();
}

export function mergedUsr(path: string): string {
  return path.replace(/^(?=(?:bin|sbin|lib|lib32|lib64|libx32)\/)/, "usr/");
}

/** How many of the lines' paths, names and packages a set finds otherwise than looking at all lines does, as sentences. */
export function differences(set: FileSet, lines: readonly Line[], step: number): string[] {
  const wrong: string[] = [];
  const asked = new Set<string>();
  const compare = (what: string, found: () => FoundFile[], isWanted: (line: Line) => boolean) => {
    if (asked.has(what)) return;
    asked.add(what);
    const [one, other] = [shown(found()).join("; "), shown(lines.filter(isWanted)).join("; ")];
    if (one !== other) wrong.push(`${what}: ${one} in place of ${other}`);
  };
  const some = lines.filter((_, at) => at % step === 0);
  for (const { path, owners } of some) {
    const whole = mergedUsr(path);
    compare(
      `path ${path}`,
      () => set.path(`/${path}`),
      (line) => mergedUsr(line.path) === whole,
    );
    const name = path.slice(path.lastIndexOf("/") + 1);
    compare(
      `name ${name}`,
      () => allOf((page) => set.name(name, page), 50),
      (line) => `/${line.path}`.endsWith(`/${name}`),
    );
    const end = path.split("/").slice(-2).join("/");
    compare(
      `end ${end}`,
      () => allOf((page) => set.end(end, page), 50),
      (line) => `/${line.path}`.endsWith(`/${end}`),
    );
    const [owner = ""] = owners;
    compare(
      `of ${owner}`,
      () => allOf((page) => set.of(owner, page), 50),
      (line) => line.owners.includes(owner),
    );
  }
  return wrong;
}
