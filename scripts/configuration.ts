/**
 * `npm run configuration`: writes `docs/configuration.md` from the table of variables. With `--check` it writes nothing,
 * and exits with 1 where the page isn't what would be written, or a variable of `wrangler.toml` can't be taken.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkVariables } from "../worker/settings/check.ts";
import { variables } from "../worker/settings/table.ts";
import { configurationPage } from "./configuration/page.ts";
import { deployedVariables } from "./configuration/wrangler-variables.ts";

const usage = `npm run configuration -- [--check]

  --check  write nothing: is docs/configuration.md up to date, and can wrangler.toml's variables be taken?`;

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/configuration.md");

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
  writeFileSync(page, configurationPage());
}

function check(): number {
  let status = 0;
  if (readFileSync(page, "utf8") !== configurationPage()) {
    console.error("docs/configuration.md is not what the table says: run npm run configuration.");
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
