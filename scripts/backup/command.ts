/** `nearmirror backup` and `nearmirror restore`. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { exitCodes } from "../program/exit-codes.ts";
import { parts, versionOf } from "../program/parts.ts";
import { configPath, readMachineSettings, thisWorld } from "../serve/options.ts";
import { claimStore } from "../service/claim-store.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";
import { isArchive, isOtherArchive, pack, unpack } from "./archive.ts";
import { backUp } from "./back-up.ts";
import { restore } from "./restore.ts";
import { stateFormat } from "./state-format.ts";

const backupUsage = `Usage: ${parts.command} backup TARGET [options]

Copies the state, also while the service runs. TARGET is a folder, or an archive: .tar, .tar.gz, .tar.zst, .tar.xz (by the
machine's tar). It mustn't be there yet.

  --store DIR      state folder (default: as the settings say)
  --with-list      the mirror list as well
  --with-settings  the file of settings as well; it may hold secrets
  --config FILE    file of settings, as of serve
  --json           what was copied as JSON

The cache isn't copied: it fills itself. Exit status: 0 copied, 1 not, 2 misused.
`;

const restoreUsage = `Usage: ${parts.command} restore BACKUP [options]

Puts a backup's state in the place of what the state folder has. The service must not run. What was there is kept in the
folder, as before-restore-TIME. A mirror list and settings in the backup are plain files: copy them by hand.

  --store DIR    state folder (default: as the settings say)
  --config FILE  file of settings, as of serve
  --json         what was restored as JSON

Exit status: 0 restored, 1 not, and nothing was changed; 2 misused.
`;

/** @param args behind the verb @returns the exit status */
export async function backupCommand(args: string[]): Promise<number> {
  const given = read(args, backupUsage);
  if (typeof given === "number") return given;
  const { place, values, settings } = given;
  const target = resolve(place);
  const folder = isArchive(target) ? `${target}.folder` : target;
  if (existsSync(target)) return failed(`${target} is there already; name one that isn't.`);
  if (isOtherArchive(target)) {
    return failed(
      `${target} would be a folder: archives are .tar, .tar.gz, .tgz, .tar.zst and .tar.xz.`,
    );
  }
  mkdirSync(dirname(target), { recursive: true });
  const begun = [`${folder}.new`, ...(folder === target ? [] : [folder])];
  const removeBegun = () => {
    for (const path of begun) rmSync(path, { recursive: true, force: true });
  };
  removeBegun();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Half a backup is of no use, and each has a name of its own: they would pile up.
    process.once(signal, () => {
      removeBegun();
      process.exit(exitCodes.failed);
    });
  }
  const config = configPath(values.config, thisWorld());
  const manifest = await backUp({
    store: resolve(settings.store),
    target: folder,
    version: versionOf(parts),
    stateFormat,
    now: new Date(),
    ...(values["with-list"] && { list: resolve(settings.list) }),
    ...(values["with-settings"] && config !== undefined && { settings: config }),
  });
  if (folder !== target) {
    try {
      pack(folder, target);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const told = { target, at: manifest.at, files: manifest.files.length, bytes };
  say(values.json, told, `${target}: ${told.files} files, ${(bytes / 1e6).toFixed(1)} MB.`);
  return exitCodes.done;
}

/** @param args behind the verb @returns the exit status */
export async function restoreCommand(args: string[]): Promise<number> {
  const given = read(args, restoreUsage);
  if (typeof given === "number") return given;
  const { place, values, settings } = given;
  const store = resolve(settings.store);
  const source = resolve(place);
  const unpacked = join(store, "unpacked-backup");
  try {
    // Of a restore that was killed: another backup than the one that is named now.
    rmSync(unpacked, { recursive: true, force: true });
    if (isArchive(source) && existsSync(source)) {
      mkdirSync(store, { recursive: true });
      unpack(source, unpacked);
    }
    const backup = existsSync(unpacked) ? unpacked : source;
    const restored = await restore({
      backup,
      store,
      stateFormat,
      now: new Date(),
      claim: claimStore,
    });
    const { manifest, before } = restored;
    const kept =
      before === undefined
        ? ""
        : ` What was there before is in ${before}: remove it when all is well.`;
    const told = { store, at: manifest.at, files: manifest.files.length, before: before ?? null };
    say(values.json, told, `${store} has the state of ${manifest.at}.${kept}`);
    return exitCodes.done;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

interface Given {
  place: string;
  values: { config?: string; json: boolean; "with-list": boolean; "with-settings": boolean };
  settings: ServeSettings;
}

/** @returns the exit status where there is nothing to do */
function read(args: string[], usage: string): Given | number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error), usage);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  const [place, ...more] = positionals;
  if (place === undefined || more.length > 0) {
    return misused("One path is wanted, of the backup.", usage);
  }
  const machine = readMachineSettings(values.config, thisWorld());
  if ("wrong" in machine) return misused(machine.wrong.join("\n"), usage);
  const { store } = values;
  const settings = { ...machine.settings, ...(store !== undefined && { store }) };
  return { place, values, settings };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      store: { type: "string" },
      config: { type: "string" },
      "with-list": { type: "boolean", default: false },
      "with-settings": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

function say(json: boolean, told: unknown, sentence: string): void {
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${sentence}\n`);
}

function misused(reason: string, usage: string): number {
  process.stderr.write(`${reason}\n\n${usage}`);
  return exitCodes.misused;
}

function failed(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return exitCodes.failed;
}
