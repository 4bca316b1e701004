/** The lab's repositories, kept from one start to the next: building them takes half a minute. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { MoreTree } from "../../test/lab/lab.ts";
import { type BuiltTrees, buildTrees } from "../../test/lab/trees.ts";

/** Kept trees are good for so long, ms: the key that signed them lasts two days. */
const goodForMs = 24 * 3_600_000;
const versions = 2;
const wanted: readonly MoreTree[] = ["pacman", "apk", "files"];
/** What builds them; what it builds is of no use once it changed. */
const builders = join(import.meta.dirname, "../../test/lab");

/** What is remembered beside the trees; the key that signed the apk repository isn't needed any more. */
interface Kept {
  builders: string;
  /** Unix ms. */
  builtAt: number;
  fingerprint?: string | undefined;
  more: readonly MoreTree[];
  missing: BuiltTrees["missing"];
  apkKey?: { file: string; publicKey: string; fingerprint: string } | undefined;
}

/** Trees that stay; a lab reads them, and makes nothing with their keys. */
export type KeptTrees = Omit<BuiltTrees, "remove">;

export interface KeptTreesOptions {
  /** Where they are kept; made where it isn't there. */
  folder: string;
  /** Unix ms. */
  now: number;
  /** Is told each step when it begins. */
  say(step: string): void;
  /** They are built anew in any case. */
  isFresh?: boolean;
  /** Builds them; a test has its own. */
  build?: typeof buildTrees;
}

/** The kept trees; built anew where there are none, they are old, or what builds them changed. */
export async function keptTrees(options: KeptTreesOptions): Promise<KeptTrees> {
  const { folder, now, say, isFresh = false, build = buildTrees } = options;
  const hash = buildersHash();
  const kept = readKept(folder);
  const isGood = kept?.builders === hash && now - kept.builtAt < goodForMs;
  if (!isFresh && kept !== undefined && isGood) {
    say(`Using the repositories that were built ${ago(now - kept.builtAt)} ago (${folder}).`);
    return treesOf(folder, kept);
  }
  say("Building the repositories, once a day: half a minute.");
  const built = await build(versions, wanted, (done) => say(`  ${done}`));
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    move(dirname(built.root(1)), join(folder, "trees"));
    if (built.publicKeyFile !== undefined) move(built.publicKeyFile, join(folder, "lab.asc"));
    const { fingerprint, more = [], missing, apkKey } = built;
    const described: Kept = {
      builders: hash,
      builtAt: now,
      fingerprint,
      more,
      missing,
      ...(apkKey && {
        apkKey: {
          file: apkKey.file,
          publicKey: apkKey.publicKey,
          fingerprint: apkKey.fingerprint,
        },
      }),
    };
    // Last: what is broken off before is no kept tree.
    writeFileSync(join(folder, "kept.json"), JSON.stringify(described));
    return treesOf(folder, described);
  } finally {
    built.remove();
  }
}

function treesOf(folder: string, { fingerprint, more, missing, apkKey }: Kept): KeptTrees {
  const key = join(folder, "lab.asc");
  return {
    versions,
    root: (version) => join(folder, "trees", String(version)),
    publicKeyFile: existsSync(key) ? key : undefined,
    fingerprint,
    more,
    missing,
    apkKey,
  };
}

function readKept(folder: string): Kept | undefined {
  try {
    const kept: Kept = JSON.parse(readFileSync(join(folder, "kept.json"), "utf8"));
    return kept;
  } catch {
    return undefined;
  }
}

function buildersHash(): string {
  const hash = createHash("sha256");
  const files = readdirSync(builders, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Also to another disk, where a folder can't be renamed. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
  }
}

function ago(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
