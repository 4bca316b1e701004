/**
 * `npm run check:structure`: which files of the Worker know which, held against the order of folders.
 * Exits with 1 where an import runs against the order, a circle crosses a folder, or a kind is tested by its name.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { kindNames } from "../worker/formats/kind-names.ts";
import { readImports } from "./structure/imports.ts";
import { kindTests } from "./structure/kind-tests.ts";
import { exceptions, type Folder, order } from "./structure/order.ts";
import { againstOrder, circlesAcrossFolders, unusedExceptions } from "./structure/rules.ts";

/** Where to ask whether a file is two. */
const longLines = 300;

const usage = `npm run check:structure -- [--json] [--dir CHECKOUT] [--order FOLDER,FOLDER,...]

  --json        as JSON
  --dir DIR     measures the checkout in DIR instead of this one; reports only, exit code 0
  --order LIST  the order to hold DIR against, first what knows nothing; files of worker/ by their names`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    dir: { type: "string" },
    order: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  const checkout = values.dir ?? join(import.meta.dirname, "..");
  const folder = join(checkout, "worker");
  if (!existsSync(folder)) {
    console.error(`There is no folder ${folder}; --dir names a checkout of this project.`);
    process.exit(2);
  }
  process.exitCode = report(folder, values.dir === undefined);
}

function report(folder: string, judged: boolean): number {
  const imports = readImports(folder);
  const folders: readonly Folder[] =
    values.order?.split(",").map((name) => ({ name, has: "" })) ?? order;
  const allowed = judged ? exceptions : [];
  const against = againstOrder(imports, folders, allowed);
  const circles = circlesAcrossFolders(imports);
  const unused = unusedExceptions(imports, allowed);
  const tests = kindTests(folder, kindNames());
  const long = [...imports.keys()].filter((file) => linesOf(join(folder, file)) > longLines);
  if (values.json) {
    console.log(
      JSON.stringify({
        files: imports.size,
        against,
        circles,
        exceptions: allowed,
        unused,
        kindTests: tests,
        long,
      }),
    );
  } else {
    for (const { from, to, rule } of against) {
      console.log(`worker/${from} imports worker/${to}: ${rule}`);
    }
    for (const circle of circles) console.log(`A circle crosses folders: ${circle.join(" ")}`);
    for (const { from, to } of unused) {
      console.log(`The exception ${from} -> ${to} is needed no more: remove it.`);
    }
    for (const { file, line, text } of tests) {
      console.log(`worker/${file}:${line} tests a kind by its name; ask formats/kinds.ts: ${text}`);
    }
    const counts = [
      `${imports.size} files`,
      `${against.length} imports against the order`,
      `${circles.length} circles across folders`,
      `${allowed.length} exceptions`,
      `${tests.length} kinds tested by name`,
      `${long.length} files above ${longLines} lines`,
    ];
    console.log(counts.join(", "));
  }
  const faults = against.length + circles.length + unused.length + tests.length;
  return judged && faults > 0 ? 1 : 0;
}

function linesOf(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}
