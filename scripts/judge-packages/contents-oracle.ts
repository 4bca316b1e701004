/** What `Contents` says of chosen paths and of all commands: the file is read twice, and next to nothing of it is kept. */
import { type ContentsLine, contentsLine } from "../convert-packages/contents-line.ts";
import { linesOf } from "../convert-packages/file-lists.ts";

export interface ContentsOracle {
  /** Owners by path as written, of chosen paths and of those that are the same in a merged `/usr`. */
  owners: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the chosen ones. */
  random: readonly string[];
  withBlanks: readonly string[];
  /** Owners by name, of files in folders of commands. */
  commands: ReadonlyMap<string, ReadonlySet<string>>;
  lines: number;
}

/**
 * @param contents files
 * @param count of random paths
 * @param random gives numbers from 0 to 1
 */
export async function readContents(
  contents: readonly string[],
  count: number,
  random: () => number,
): Promise<ContentsOracle> {
  const chosen: string[] = [];
  const withBlanks: string[] = [];
  const commands = new Map<string, Set<string>>();
  let lines = 0;
  await eachLine(contents, ({ path, owners }) => {
    lines++;
    // Each line is among the chosen ones with the same chance (reservoir sampling, algorithm R).
    const at = chosen.length < count ? chosen.length : Math.floor(random() * lines);
    if (at < count) chosen[at] = path;
    if (/[ \t]/.test(path)) withBlanks.push(path);
    const command = commandAt(path);
    if (command !== undefined) addAll(commands, command, owners);
  });
  const wanted = new Set([...chosen, ...withBlanks].map(inMergedUsr));
  const owners = new Map<string, Set<string>>();
  await eachLine(contents, (line) => {
    if (wanted.has(inMergedUsr(line.path))) addAll(owners, line.path, line.owners);
  });
  return {
    owners,
    random: [...new Set(chosen)],
    withBlanks: [...new Set(withBlanks)],
    commands,
    lines,
  };
}

async function eachLine(
  contents: readonly string[],
  take: (line: ContentsLine) => void,
): Promise<void> {
  for (const file of contents) {
    for await (const block of linesOf(file)) {
      for (const bytes of block) {
        const line = contentsLine(isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString());
        if (line !== undefined) take(line);
      }
    }
  }
}

function isAscii(text: string): boolean {
  return /^[\t -~]*$/.test(text);
}

function addAll(to: Map<string, Set<string>>, key: string, values: readonly string[]): void {
  const held = to.get(key);
  if (held === undefined) to.set(key, new Set(values));
  else for (const value of values) held.add(value);
}

/** Folders of commands: those of Debian's policy, and `usr/games` (FHS 3.0, 4.4.2). */
function commandAt(path: string): string | undefined {
  return /^(?:(?:usr\/)?s?bin|usr\/games)\/([^/]+)$/.exec(path)?.[1];
}

/** The path where `/bin`, `/sbin`, `/lib` and their like are links into `/usr` (Debian's usrmerge). */
export function inMergedUsr(path: string): string {
  return /^(?:s?bin|lib(?:32|64|o32|x32)?)\//.test(path) ? `usr/${path}` : path;
}
