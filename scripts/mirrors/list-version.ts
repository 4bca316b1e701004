/**
 * The version of a mirror list. Everybody who holds a list keeps the one with the greatest (edges, Fleet, each
 * repository's object), so each list that is made needs a greater one than all before, whatever this machine's clock says.
 */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isServicesOwn } from "../../worker/list/list-owner.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { listOwnerKey, publishedKey, viewsKey } from "../../worker/views/views-key.ts";
import { isPublished, readPublished } from "../../worker/views/views-text.ts";

/** Of a list's JSON that wrangler prints, bytes: the store itself takes 25 MiB. */
const maxStoredBytes = 32 * 1024 * 1024;

/** @param now Unix ms @param before versions of lists made before */
export function nextVersion(now: number, before: readonly number[]): number {
  return Math.max(now, ...before.map((version) => version + 1));
}

/** The list under a version of its own. */
export function withVersion(views: Views, version: number): Views {
  return {
    ...views,
    roster: { ...views.roster, version },
    catalogue: { ...views.catalogue, version },
  };
}

/**
 * The version of the list in views as text: a compiled list's JSON, or what Fleet published of one.
 *
 * @throws Error saying what is wrong with it
 */
export async function versionIn(text: string): Promise<number> {
  const views: unknown = isPublished(text) ? await readPublished(text) : JSON.parse(text);
  const catalogue: unknown = Reflect.get(Object(views), "catalogue");
  const version: unknown = Reflect.get(Object(catalogue), "version");
  if (typeof version === "number" && Number.isSafeInteger(version)) return version;
  throw new Error("it has no version of a list");
}

/** The version of a list that was built into a file; none where there is no such file, or it is no list. */
export async function builtVersions(file: string): Promise<number[]> {
  try {
    return [await versionIn(await readFile(file, "utf8"))];
  } catch {
    return [];
  }
}

/**
 * Versions of the lists that the deployed service has: the one applied last, and the one that Fleet goes by, which may
 * be a newer bundle's. Asked through wrangler.
 *
 * @throws Error with a sentence where the service's store can't be read
 */
export async function deployedVersions(): Promise<number[]> {
  const versions: number[] = [];
  for (const key of [viewsKey, publishedKey]) {
    const text = readDeployed(key);
    if (text === undefined) continue;
    try {
      versions.push(await versionIn(text));
    } catch (error) {
      // Of another version of this program, or damaged: edges refuse it as well, and go on with what they have.
      const reason = error instanceof Error ? error.message : error;
      process.stderr.write(`What is stored at ${key} is passed over: ${reason}.\n`);
    }
  }
  return versions;
}

/**
 * Whether the deployed service keeps its list itself. Asked through wrangler.
 *
 * @throws as `deployedVersions`
 */
export function deployedHasOwnList(): boolean {
  return isServicesOwn(readDeployed(listOwnerKey));
}

function readDeployed(key: string): string | undefined {
  const args = ["kv", "key", "get", key, "--binding", "VIEWS", "--remote"];
  const { status, stdout, stderr, error } = spawnSync("wrangler", args, {
    encoding: "utf8",
    maxBuffer: maxStoredBytes,
  });
  if (error !== undefined) throw new Error(`wrangler could not be started: ${error.message}`);
  if (status === 0) return stdout;
  // As wrangler 4 tells of a key that isn't there.
  if (stderr.includes(`/values/${key} - 404: `)) return undefined;
  throw new Error(
    `${stderr.trim()}\nThe list in force could not be read, so nothing was applied: a list with an older version would not be taken.`,
  );
}

/**
 * A version for the next list that is served from a folder of embedded stores, which is remembered there.
 *
 * @param now Unix ms
 * @throws Error with a sentence where the folder can't be written
 */
export async function takeVersion(store: string, now: number): Promise<number> {
  const file = join(store, "list-version");
  const text = await readFile(file, "utf8").catch(() => "");
  const before = /^\d{1,15}$/.test(text.trim()) ? [Number(text)] : [];
  const version = nextVersion(now, before);
  try {
    await mkdir(store, { recursive: true });
    await writeFile(`${file}.new`, `${version}\n`);
    await rename(`${file}.new`, file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`The folder of the stores can't be written: ${reason}.`);
  }
  return version;
}
