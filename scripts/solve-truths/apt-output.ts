/** What `apt-get -s` prints (apt 2.6, LC_ALL=C), read. Pure. */
import type { InstalledPackage, SolvedChange, SolveOutcome } from "../../worker/solve/request.ts";

export interface AptOutput {
  status: number;
  stdout: string;
  stderr: string;
}

/** `Inst name[:arch] [old] (new Origin:1/suite, ... [arch]) [...]`: the last brackets tell what is broken meanwhile. */
const installLine = /^Inst (\S+?)(?::(\S+))?(?: \[(\S+)\])? \((\S+) (?:.* )?\[(\S+)\]\)/;
const removeLine = /^Remv (\S+?)(?::(\S+))? \[(\S+)\]/;
/** How apt says no. What it says otherwise is no answer, but a fault of the asking. */
const refusals: readonly RegExp[] = [
  /^E: Unable to correct problems, you have held broken packages\.$/,
  /^E: Unable to locate package /,
  /^E: Couldn't find any package by (?:glob|regex|task) /,
  /^E: Package '.*' has no installation candidate$/,
  /^E: Version '.*' for '.*' was not found$/,
  /^E: Release '.*' for '.*' was not found$/,
  /^E: Unmet dependencies\. Try 'apt --fix-broken install'/,
  /^E: Broken packages$/,
  /^E: Error, pkgProblemResolver::Resolve generated breaks, this may be caused by held packages\.$/,
  /^E: The package .* needs to be reinstalled/,
  /^E: Packages were downgraded and -y was used without --allow-downgrades\.$/,
  /^E: Can't select (?:candidate|newest|installed|installed or candidate) version /,
];

/**
 * @param installed where the architecture of what is removed is looked up, which apt doesn't print of native packages
 * @throws Error for an output that is neither an answer nor a refusal
 */
export function outcomeOf(
  output: AptOutput,
  installed: readonly InstalledPackage[],
  native: string,
): SolveOutcome {
  const errors = output.stderr.split("\n").filter((line) => line.startsWith("E: "));
  if (output.status === 0 && errors.length === 0) {
    return { changes: changesOf(output.stdout, installed, native) };
  }
  const [unknown] = errors.filter((line) => !refusals.some((refusal) => refusal.test(line)));
  if (output.status !== 100 || errors.length === 0 || unknown !== undefined) {
    throw new Error(`apt-get ended with ${output.status}: ${unknown ?? errors.join(" ")}`);
  }
  return { refused: errors.map((line) => line.slice("E: ".length)).join(" ") };
}

/** Sorted by name, architecture and action. @throws Error for an `Inst` or `Remv` of another form */
export function changesOf(
  stdout: string,
  installed: readonly InstalledPackage[],
  native: string,
): SolvedChange[] {
  const changes = new Map<string, SolvedChange>();
  for (const line of stdout.split("\n")) {
    const change = changeOf(line, installed, native);
    if (change === undefined) continue;
    const key = `${change.name} ${change.architecture} ${change.action}`;
    if (changes.has(key)) throw new Error(`apt-get tells twice of one package: ${line}`);
    changes.set(key, change);
  }
  const sorted = [...changes].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([, change]) => change);
}

function changeOf(
  line: string,
  installed: readonly InstalledPackage[],
  native: string,
): SolvedChange | undefined {
  if (line.startsWith("Inst ")) {
    const [, name, , from, version, architecture] = installLine.exec(line) ?? [];
    if (name === undefined || version === undefined || architecture === undefined) {
      throw new Error(`No line of apt-get that is known: ${line}`);
    }
    const replaced = from === undefined ? {} : { from };
    return { action: "install", name, architecture, version, ...replaced };
  }
  if (!/^(?:Remv|Purg) /.test(line)) return undefined;
  const [, name, suffix, version] = removeLine.exec(line) ?? [];
  const removed = installed.find(
    (one) =>
      one.name === name &&
      (suffix === undefined
        ? one.architecture === native || one.architecture === "all"
        : one.architecture === suffix),
  );
  if (name === undefined || version === undefined || removed?.version !== version) {
    throw new Error(`apt-get removes what isn't installed: ${line}`);
  }
  return { action: "remove", name, architecture: removed.architecture, version };
}
