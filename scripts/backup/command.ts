/** `nearmirror backup` and `nearmirror restore`. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exitCodes } from "../program/exit-codes.ts";
import { parts, versionOf } from "../program/parts.ts";
import { Failure, misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { configPath, readMachineSettings, thisWorld } from "../serve/options.ts";
import { claimStore } from "../service/claim-store.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";
import { isArchive, isOtherArchive, pack, unpack } from "./archive.ts";
import { backUp } from "./back-up.ts";
import { restore } from "./restore.ts";
import { stateFormat } from "./state-format.ts";

/** `nearmirror backup TARGET` */
export async function backupCommand(call: Call): Promise<number> {
  const { place, settings } = read(call);
  const target = resolve(place);
  const folder = isArchive(target) ? `${target}.folder` : target;
  if (existsSync(target)) throw new Failure(`${target} is there already; name one that isn't.`);
  if (isOtherArchive(target)) {
    throw new Failure(
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
  const config = configPath(call.text("config"), thisWorld());
  const manifest = await backUp({
    store: resolve(settings.store),
    target: folder,
    version: versionOf(parts),
    stateFormat,
    now: new Date(),
    ...(call.has("with-list") && { list: resolve(settings.list) }),
    ...(call.has("with-settings") && config !== undefined && { settings: config }),
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
  report(call, `${target}: ${told.files} files, ${(bytes / 1e6).toFixed(1)} MB.\n`, told);
  return exitCodes.done;
}

/** `nearmirror restore BACKUP` */
export async function restoreCommand(call: Call): Promise<number> {
  const { place, settings } = read(call);
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
    report(call, `${store} has the state of ${manifest.at}.${kept}\n`, told);
    return exitCodes.done;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

interface Given {
  place: string;
  settings: ServeSettings;
}

/** @throws Failure where settings can't be taken */
function read(call: Call): Given {
  const [place = ""] = call.operands;
  const machine = readMachineSettings(call.text("config"), thisWorld());
  if ("wrong" in machine) throw misused(machine.wrong.join("\n"));
  const store = call.text("store");
  return { place, settings: { ...machine.settings, ...(store !== undefined && { store }) } };
}
