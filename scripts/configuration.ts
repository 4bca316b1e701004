/**
 * `npm run configuration`: writes `docs/configuration.md` from the table of variables, and the verbs of
 * `docs/operating/command-line.md` from their syntax. With `--check` it writes nothing, and exits with 1 where a page isn't
 * what would be written, or a variable of `wrangler.toml` can't be taken.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { checkVariables } from "../worker/settings/check.ts";
import { variables } from "../worker/settings/table.ts";
import { commandLinePage } from "./configuration/command-line.ts";
import { configurationPage } from "./configuration/page.ts";
import { deployedVariables } from "./configuration/wrangler-variables.ts";

const usage = `npm run configuration -- [--check]

  --check  write nothing: are docs/configuration.md and docs/operating/command-line.md up to date, and can
           wrangler.toml's variables be taken?`;

const root = join(import.meta.dirname, "..");

/** Pages by their paths, as they are to be. */
function pages(): Map<string, string> {
  const commandLine = join(root, "docs/operating/command-line.md");
  return new Map([
    [join(root, "docs/configuration.md"), configurationPage()],
    [commandLine, commandLinePage(readFileSync(commandLine, "utf8"))],
  ]);
}

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(usage);
} else if (values.check) {
  process.exitCode = check();
} else {
  for (const [page, text] of pages()) writeFileSync(page, text);
}

function check(): number {
  let status = 0;
  for (const [page, text] of pages()) {
    if (readFileSync(page, "utf8") === text) continue;
    console.error(`${relative(root, page)} is not what the tables say: run npm run configuration.`);
    status = 1;
  }
  const deployed = deployedVariables(join(root, "wrangler.toml"));
  const secrets = Object.entries<{ form: { isSecret?: true } }>(variables).flatMap(
    ([name, { form }]) => (form.isSecret && name in deployed ? [name] : []),
  );
  const misplaced = secrets.map(
    (name) =>
      `${name} is a secret, and this file is in git: remove it; wrangler secret put sets it.`,
  );
  for (const wrong of [...misplaced, ...checkVariables(deployed)]) {
    console.error(`wrangler.toml: ${wrong}`);
    status = 1;
  }
  return status;
}
