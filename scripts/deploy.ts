/** `npm run deploy`: both scripts to Cloudflare, configured by the one `wrangler.toml`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { experimental_readRawConfig } from "wrangler";
import { readWhole, withNamespaceId } from "./deploy/configurations.ts";
import { type Deploying, type DeployOptions, deployBoth } from "./deploy/deploy-both.ts";
import { builtEntriesFile, builtViewsFile } from "./mirrors/built-views.ts";
import { root } from "./service/bundle.ts";

const usage = `npm run deploy -- [--dry-run] [--transfer | --fresh] [--config FILE]

  --dry-run      says what would be done and bundles both scripts; asks and sends nothing
  --transfer     the service was one script so far: the watchers take its objects over. The account is asked whether
  --fresh        that is so; these say what a dry run is to assume, and a real one stops where the account disagrees
  --config FILE  in place of wrangler.toml
`;

/** What wrangler prints at most, bytes: a value of KV has 25 MiB. */
const maxPrintedBytes = 32 * 1024 * 1024;
/** The compiled list, which both scripts import. */
const compiled = builtViewsFile(join(root, "mirror-list"));

/** The command was called wrongly. */
function misused(reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        "dry-run": { type: "boolean", default: false },
        transfer: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        config: { type: "string", default: join(root, "wrangler.toml") },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

/** wrangler as this checkout has it, whatever the PATH says. */
const wrangler = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);

function doing(file: string): Deploying {
  const generated = join(dirname(file), "dist/deploy");
  return {
    ask(args) {
      const all = [wrangler, ...args, "--config", file];
      const { status, stdout, stderr } = spawnSync(process.execPath, all, {
        encoding: "utf8",
        maxBuffer: maxPrintedBytes,
        // Nobody sees a question of wrangler's own here, as for which account: it fails and says what to set instead.
        env: { ...process.env, CI: "true" },
      });
      return { status, stdout, stderr };
    },
    run(args) {
      const { status } = spawnSync(process.execPath, [wrangler, ...args], { stdio: "inherit" });
      return status ?? 1;
    },
    build(command) {
      const { status } = spawnSync(command, { stdio: "inherit", shell: true, cwd: dirname(file) });
      return status ?? 1;
    },
    bundleViews(views) {
      const before = existsSync(compiled) ? readFileSync(compiled) : undefined;
      mkdirSync(dirname(compiled), { recursive: true });
      writeFileSync(compiled, views);
      return () => {
        if (before === undefined) rmSync(compiled);
        else writeFileSync(compiled, before);
      };
    },
    entries() {
      const entries = builtEntriesFile(compiled);
      return existsSync(entries) ? entries : undefined;
    },
    write(name, configuration) {
      mkdirSync(generated, { recursive: true });
      const path = join(generated, `${name}.json`);
      writeFileSync(path, `${JSON.stringify(configuration, null, 2)}\n`);
      return path;
    },
    keepId(binding, id) {
      const text = withNamespaceId(readFileSync(file, "utf8"), binding, id);
      if (text === undefined) return false;
      writeFileSync(file, text);
      return true;
    },
    say: (line) => console.log(line),
  };
}

const given = readArguments();
if (given.help) {
  console.log(usage);
  process.exit(0);
}
if (given.transfer && given.fresh) misused("--transfer and --fresh exclude each other.");
const file = resolve(given.config);
try {
  const { rawConfig } = experimental_readRawConfig({ config: file });
  const options: DeployOptions = {
    dryRun: given["dry-run"],
    ...(given.transfer && { objects: "transferred" }),
    ...(given.fresh && { objects: "new" }),
  };
  process.exitCode = deployBoth(readWhole(rawConfig, file), options, doing(file));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error("Nothing was deployed.");
  process.exitCode = 1;
}
