/**
 * Judges answers about files by `Contents` itself, read line by line with a pattern: all paths with blanks, random ones, names
 * with all their paths, and every command.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** What is judged: a set at hand, or a service over HTTP. */
export interface FilesAsker {
  path(path: string): Promise<readonly JudgedFile[]>;
  /** All paths of a name, page by page. */
  name(name: string): Promise<readonly JudgedFile[]>;
  command(name: string): Promise<readonly JudgedFile[]>;
}

export interface JudgedFile {
  path: string;
  owners: readonly string[];
}

/** How much of each is asked. */
export interface FilesSample {
  paths: number;
  names: number;
  /** 0 to 1, as `Math.random`. */
  random: () => number;
}

export interface FilesJudgement {
  what: "paths with blanks" | "random paths" | "names" | "commands";
  asked: number;
  /** The first wrong ones, each as a sentence. */
  wrong: string[];
  wrongCount: number;
}

/** Sentences kept of each kind. */
const maxWrong = 10;
const commandFile = /^(?:usr\/)?s?bin\/([^/]+)$|^usr\/games\/([^/]+)$/;

/** By what is asked: paths with their owners. */
type Truth = Map<string, Map<string, Set<string>>>;

/** @param files unpacked `Contents` of the suite's main, such as `Contents-amd64` and `Contents-all` */
export async function judgeFiles(
  asker: FilesAsker,
  files: readonly string[],
  sample: FilesSample,
): Promise<FilesJudgement[]> {
  const drawn = await draw(files, sample);
  const truth = await truthOf(files, drawn);
  return [
    await judge("paths with blanks", truth.blanks, (path) => asker.path(path)),
    await judge("random paths", truth.paths, (path) => asker.path(path)),
    await judge("names", truth.names, (name) => asker.name(name)),
    await judge("commands", truth.commands, (name) => asker.command(name)),
  ];
}

async function judge(
  what: FilesJudgement["what"],
  truth: Truth,
  ask: (key: string) => Promise<readonly JudgedFile[]>,
): Promise<FilesJudgement> {
  const wrong: string[] = [];
  let wrongCount = 0;
  for (const [key, wanted] of truth) {
    const found: Map<string, Set<string>> = new Map();
    for (const { path, owners } of await ask(key)) for (const one of owners) note(found, path, one);
    if (shown(found) === shown(wanted)) continue;
    wrongCount++;
    if (wrong.length < maxWrong) wrong.push(`${key}: ${shown(found)} in place of ${shown(wanted)}`);
  }
  return { what, asked: truth.size, wrong, wrongCount };
}

function shown(files: ReadonlyMap<string, ReadonlySet<string>>): string {
  const lines = [...files].map(([path, owners]) => `${path} (${[...owners].sort().join(", ")})`);
  return lines.sort().join("; ");
}

/** Lines by chance: each file's lines are counted first, as the paths of all would not fit. */
async function draw(files: readonly string[], { paths, names, random }: FilesSample) {
  let seen = 0;
  const drawn: string[] = [];
  for await (const { path } of lines(files)) {
    seen++;
    const at = drawn.length < paths + names ? drawn.length : Math.floor(random() * seen);
    if (at < paths + names) drawn[at] = path;
  }
  return {
    paths: new Set(drawn.slice(0, paths).map(merged)),
    names: new Set(drawn.slice(paths).map(lastSegment)),
  };
}

async function truthOf(
  files: readonly string[],
  drawn: { paths: ReadonlySet<string>; names: ReadonlySet<string> },
) {
  const truth = { blanks: new Map(), paths: new Map(), names: new Map(), commands: new Map() } as {
    [key in "blanks" | "paths" | "names" | "commands"]: Truth;
  };
  for await (const { path, owners } of lines(files)) {
    const command = commandFile.exec(path);
    for (const owner of owners) {
      if (/[ \t]/.test(path)) put(truth.blanks, merged(path), path, owner);
      if (drawn.paths.has(merged(path))) put(truth.paths, merged(path), path, owner);
      const name = lastSegment(path);
      if (drawn.names.has(name)) put(truth.names, name, path, owner);
      if (command !== null) put(truth.commands, command[1] ?? command[2] ?? "", path, owner);
    }
  }
  return truth;
}

async function* lines(files: readonly string[]) {
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [, path, owned] = /^(.*?)[ \t]+(\S+)$/.exec(line) ?? [];
      if (path === undefined || owned === undefined) continue;
      yield { path, owners: owned.split(",").map(lastSegment) };
    }
  }
}

function put(truth: Truth, key: string, path: string, owner: string): void {
  const files = truth.get(key) ?? new Map<string, Set<string>>();
  truth.set(key, files);
  note(files, path, owner);
}

function note(files: Map<string, Set<string>>, path: string, owner: string): void {
  const owners = files.get(path) ?? new Set<string>();
  files.set(path, owners);
  owners.add(owner);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** With merged /usr, `bin/x` and `usr/bin/x` are asked as one. */
function merged(path: string): string {
  return path.replace(/^(?=(?:s?bin|lib|lib32|lib64|libx32)\/)/, "usr/");
}
