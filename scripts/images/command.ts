/** `nearmirror images classify`: how names of images are read, for people who write rules. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ImageRule } from "../../worker/images/genisolist/read-sections.ts";
import { type ReleaseTables, readReleases } from "../../worker/images/read-releases.ts";
import { rulesIn, type TextFiles } from "../../worker/list/image-rules.ts";
import { formatProblem } from "../../worker/list/problem.ts";
import { textFilesIn } from "../mirrors/text-files.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { Failure, misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { classify, namesIn, shownClassified } from "./classify.ts";

/** Of the standard input: the longest lists of sums have 1 MB. */
const maxInputBytes = 16 * 1024 * 1024;
/** What a repository without a name of its own is called here: no rule goes by it. */
const anyRepository = "images";

/** `nearmirror images classify NAME...` */
export async function classifyCommand(call: Call): Promise<number> {
  const { operands, terminal } = call;
  if (operands.length === 0 && process.stdin.isTTY) {
    throw misused("Give names of images, or a list of them on the standard input.");
  }
  const repository = call.text("repository") ?? anyRepository;
  const rules = rulesOfFile(call.text("rules"), repository);
  const text = operands.length > 0 ? operands.join("\n") : await standardInput();
  const { names, wrong } = namesIn(text, call.text("folder") ?? "");
  for (const one of wrong) {
    terminal.err(`${one} is no path inside a repository: write it without / or .. in front.\n`);
  }
  const classified = classify(names, { repository, rules, releases: ownReleases() });
  report(call, classified.map((one) => `${shownClassified(one)}\n`).join(""), classified);
  return wrong.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** @throws Failure where they can't be read, or none is of the repository */
function rulesOfFile(file: string | undefined, repository: string): ImageRule[] {
  if (file === undefined) return [];
  // Its includes are looked for in its own folder.
  const files = asRules(textFilesIn(dirname(file)));
  const read = rulesIn(files, `${rulesFolder}${basename(file)}`, repository);
  if (Array.isArray(read)) return read;
  const said = typeof read === "string" ? read : formatProblem(read);
  throw new Failure(said.replace(`no file ${rulesFolder}`, "no file "));
}

/** Where files of rules are in a list, and nowhere else. */
const rulesFolder = "images/";

/** The files of any folder, as if they were those of rules in a list. */
function asRules({ read, below, called }: TextFiles): TextFiles {
  const own = (path: string) => `${path}/`.replace(rulesFolder, "").slice(0, -1);
  return {
    read: (path) => read(own(path)),
    below: (folder) => below(own(folder)).map((name) => `${rulesFolder}${name}`),
    called: (path) => called(own(path)),
  };
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

/** @throws Failure where it is longer than may be read */
async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > maxInputBytes) {
      throw new Failure(`The standard input has more than ${maxInputBytes} bytes.`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}
