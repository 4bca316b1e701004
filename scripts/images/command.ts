/** `nearmirror images classify`: how names of images are read, for people who write rules. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { ImageRule } from "../../worker/images/genisolist/read-sections.ts";
import { type ReleaseTables, readReleases } from "../../worker/images/read-releases.ts";
import { rulesIn } from "../../worker/list/image-rules.ts";
import { nearestWord } from "../../worker/list/nearest-word.ts";
import { formatProblem } from "../../worker/list/problem.ts";
import { reasonOf } from "../../worker/runtime/reason.ts";
import { textFilesIn } from "../mirrors/text-files.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { classify, namesIn, shownClassified } from "./classify.ts";

/** Of the standard input: the longest lists of sums have 1 MB. */
const maxInputBytes = 16 * 1024 * 1024;
/** What a repository without a name of its own is called here: no rule goes by it. */
const anyRepository = "images";

const usage = `Usage: ${parts.command} images classify [options] [NAME ...]

Says how the rules of the image catalogue read each name: distribution, version, architecture, type, edition, format,
and the permanent link that leads to it. Without names these are read from the standard input: one a line, or a list of
sums (SHA256SUMS, CHECKSUM, md5sum.txt) whose names are taken. Nothing is asked of anybody.

  --rules FILE       a genisolist.ini, asked where Nearmirror's own rules don't know a name
  --repository NAME  repository that the names are of (${anyRepository}): locations in FILE begin with it
  --folder PATH      folder of the list of sums, inside the repository (its root)
  --json             as JSON

Exit status: 0 done; 1 the rules or the input can't be read; 2 misused.
`;

/** @param args behind the verb @returns the exit status */
export async function imagesCommand(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === "--help" || first === "-h") {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  if (first !== "classify") {
    const meant = first !== undefined && nearestWord(first, ["classify"]) !== undefined;
    return misused(
      first === undefined
        ? "Say what is to be done: images classify."
        : `There is no images ${first}.${meant ? " Did you mean classify?" : ""}`,
    );
  }
  let read: ReturnType<typeof parse>;
  try {
    read = parse(rest);
  } catch (error) {
    return misused(reasonOf(error));
  }
  const { values, positionals } = read;
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  if (positionals.length === 0 && process.stdin.isTTY) {
    return misused("Give names of images, or a list of them on the standard input.");
  }
  const rules = rulesOfFile(values.rules, values.repository);
  if (typeof rules === "string") return failed(rules);
  const text = positionals.length > 0 ? positionals.join("\n") : await standardInput();
  if (text === undefined) return failed(`The standard input has more than ${maxInputBytes} bytes.`);
  const { names, wrong } = namesIn(text, values.folder);
  for (const one of wrong) {
    process.stderr.write(
      `${one} is no path inside a repository: write it without / or .. in front.\n`,
    );
  }
  const { repository } = values;
  const classified = classify(names, { repository, rules, releases: ownReleases() });
  process.stdout.write(
    values.json
      ? `${JSON.stringify(classified)}\n`
      : classified.map((one) => `${shownClassified(one)}\n`).join(""),
  );
  return wrong.length > 0 ? exitCodes.failed : exitCodes.done;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      rules: { type: "string" },
      repository: { type: "string", default: anyRepository },
      folder: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

/** A sentence where they can't be read, or none is of the repository. */
function rulesOfFile(file: string | undefined, repository: string): ImageRule[] | string {
  if (file === undefined) return [];
  // Its includes are looked for in its own folder.
  const read = rulesIn(textFilesIn(dirname(file)), basename(file), repository);
  if (Array.isArray(read)) return read;
  return typeof read === "string" ? read : formatProblem(read);
}

/** The facts of releases that the program has. */
function ownReleases() {
  const table = (name: keyof ReleaseTables) =>
    readFileSync(join(parts.list, "releases", `${name}.txt`), "utf8");
  return readReleases({
    debian: table("debian"),
    ubuntu: table("ubuntu"),
    others: table("others"),
  });
}

/** Undefined: it is longer than may be read. */
async function standardInput(): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > maxInputBytes) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function misused(reason: string): number {
  process.stderr.write(`${reason}\n${parts.command} images --help tells more.\n`);
  return exitCodes.misused;
}

function failed(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return exitCodes.failed;
}
