/**
 * The versions of the lab's file trees: `lab/` (apt), `lab-rpm/` and `lab-cd/` in each, and where asked for
 * `lab-pacman/`, `lab-apk/`, `lab-files/`, and the archives of images that have their real names.
 */

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ApkKey, buildApkRepository, makeApkKey } from "./apk-repository.ts";
import { aptTools, buildAptRepository, type Edition } from "./apt-repository.ts";
import { incompressible } from "./bytes.ts";
import { buildFilesTree } from "./files-tree.ts";
import { buildImagesTree } from "./images-tree.ts";
import type { MoreTree, Trees } from "./lab.ts";
import { buildPacmanRepository, pacmanTools } from "./pacman-repository.ts";
import { findProgram } from "./process.ts";
import { buildRpmRepository, rpmTools } from "./rpm-repository.ts";
import { makeScratch } from "./scratch.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

export interface BuiltTrees extends Trees {
  /** The armoured public key that signed the repositories; undefined without gpg. */
  publicKeyFile: string | undefined;
  /** Its fingerprint. */
  fingerprint?: string | undefined;
  /** What couldn't be built, by repository, each with a sentence on what to install. */
  missing: Partial<Record<"apt" | "rpm" | MoreTree, string>>;
  /** Removes everything that was built. */
  remove(): void;
}

const hourMs = 3_600_000;
const isoBytes = 3 * 1024 * 1024;

/**
 * Builds the trees in a new temporary directory. Takes a few seconds; call it once per process.
 * The newest version is an hour old, each earlier one an hour older.
 * @param versions how many. Default 2.
 * @param wanted trees besides the three
 * @param tell is told each repository when it is built
 * @throws Error when a tool that is present fails.
 */
export async function buildTrees(
  versions = 2,
  wanted: readonly MoreTree[] = [],
  tell: (done: string) => void = () => undefined,
): Promise<BuiltTrees> {
  const { directory, remove } = makeScratch("trees");
  const root = (version: number) => join(directory, "trees", String(version));
  const newestMs = Math.floor(Date.now() / 1000) * 1000 - hourMs;
  const editionsOf = (repository: string): Edition[] =>
    Array.from({ length: versions }, (_, index) => ({
      version: index + 1,
      directory: join(root(index + 1), repository),
      date: new Date(newestMs - (versions - index - 1) * hourMs),
    }));
  const missing: BuiltTrees["missing"] = {};
  const missingApt = missingTools(aptTools);
  const missingRpm = missingTools(rpmTools);
  if (missingApt) missing.apt = missingApt;
  if (missingRpm) missing.rpm = missingRpm;
  const missingPacman = wanted.includes("pacman") ? missingTools(pacmanTools) : undefined;
  if (missingPacman) missing.pacman = missingPacman;
  const more = wanted.filter((tree) => missing[tree] === undefined);
  const apkKey: ApkKey | undefined = more.includes("apk") ? makeApkKey() : undefined;
  let key: SigningKey | undefined;
  try {
    const built = async (what: string, work: Promise<void> | undefined) => {
      await work;
      if (work !== undefined) tell(`${what}: built`);
    };
    for (const edition of editionsOf("lab-cd")) buildImages(edition);
    if (more.includes("files")) buildFilesTree(editionsOf("lab-files"));
    tell("images and files: built");
    const work = join(directory, "work");
    if (apkKey) buildApkRepository(editionsOf("lab-apk"), work, apkKey);
    if (!missingApt || !missingRpm || more.includes("pacman") || more.includes("images")) {
      key = await makeSigningKey(directory);
      tell("a key to sign with: made");
      const withPacman = more.includes("pacman");
      const signer = key;
      await Promise.all([
        built("apt", missingApt ? undefined : buildAptRepository(editionsOf("lab"), work, signer)),
        built(
          "rpm",
          missingRpm ? undefined : buildRpmRepository(editionsOf("lab-rpm"), work, signer),
        ),
        built(
          "pacman",
          withPacman ? buildPacmanRepository(editionsOf("lab-pacman"), work, signer) : undefined,
        ),
        built(
          "images by their real names",
          more.includes("images")
            ? buildImagesTree(join(directory, "trees"), versions, signer)
            : undefined,
        ),
      ]);
    }
    // What the trees keep of it are hard links.
    rmSync(work, { recursive: true, force: true });
  } catch (error) {
    remove();
    throw error;
  } finally {
    await key?.end();
  }
  return {
    versions,
    root,
    publicKeyFile: key?.publicFile,
    fingerprint: key?.fingerprint,
    more,
    apkKey,
    missing,
    remove,
  };
}

function buildImages(edition: Edition): void {
  mkdirSync(edition.directory, { recursive: true });
  const sums: string[] = [];
  const write = (name: string, bytes: string | Buffer) => {
    const file = join(edition.directory, name);
    writeFileSync(file, bytes);
    utimesSync(file, edition.date, edition.date);
  };
  for (const release of Array.from({ length: edition.version }, (_, index) => index + 1)) {
    const name = `near-${release}.0-amd64.iso`;
    const image = incompressible(name, isoBytes);
    write(name, image);
    sums.push(`${createHash("sha256").update(image).digest("hex")}  ${name}\n`);
  }
  write("SHA256SUMS", sums.join(""));
}

function missingTools(tools: Record<string, string>): string | undefined {
  const absent = Object.entries(tools).filter(([tool]) => !findProgram(tool));
  if (absent.length === 0) return undefined;
  const packages = [...new Set(absent.map(([, packageNames]) => packageNames))].join(" ");
  return `${absent.map(([tool]) => tool).join(", ")} missing: apt-get install ${packages}`;
}
