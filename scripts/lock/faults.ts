/** What of a lock file lets bytes in that nothing in it has the hash of. Pure. */
import { record } from "../../worker/runtime/json-values.ts";

/** Where a package may be said to come from: anybody who installs it has this registry. */
const publicRegistry = "https://registry.npmjs.org/";

/**
 * Packages whose install scripts were read: they use the platform's package, which is in the lock, and would fetch
 * anything only where that one is missing. The script of `node` fetched Node outside the lock.
 */
const readScripts: ReadonlySet<string> = new Set(["esbuild", "fsevents", "workerd"]);

/**
 * A sentence for each fault; none: all is pinned.
 *
 * @param manifest `package.json`, parsed
 * @param lock `package-lock.json`, parsed (lockfileVersion 3)
 * @throws Error where it is no lock file
 */
export function lockFaults(manifest: unknown, lock: unknown): string[] {
  const packages = record(record(lock, "the lock").packages, "packages of the lock");
  const faults: string[] = [];
  let hasNode = false;
  for (const [path, value] of Object.entries(packages)) {
    if (path === "") continue;
    const { integrity, resolved, hasInstallScript, link, bin } = record(value, path);
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (link !== true && !isSha512(integrity)) {
      faults.push(
        `package-lock.json: ${path} has no SHA-512. Ask the registry for it: npm view NAME@VERSION dist.integrity`,
      );
    }
    if (resolved !== undefined && !String(resolved).startsWith(publicRegistry)) {
      faults.push(
        `package-lock.json: ${path} comes from ${resolved}, which others can't reach. Leave "resolved" out: npm install --omit-lockfile-registry-resolved`,
      );
    }
    if (hasInstallScript === true && !readScripts.has(name)) {
      faults.push(
        `package-lock.json: ${path} runs a script when it is installed. Read what it fetches, then name it in scripts/lock/faults.ts.`,
      );
    }
    if (Reflect.get(Object(bin), "node") !== undefined && /^node-/.test(name)) hasNode = true;
  }
  if (!hasNode) faults.push("package-lock.json: no package has Node's own bytes for a platform.");
  for (const name of Object.keys(Object(record(manifest, "package.json").allowScripts))) {
    if (!readScripts.has(name)) {
      faults.push(`package.json: allowScripts lets ${name} run a script that nobody has read.`);
    }
  }
  return faults;
}

/** A hash as npm writes it (W3C Subresource Integrity, section 3.5): 64 bytes in base64. */
function isSha512(integrity: unknown): boolean {
  return typeof integrity === "string" && /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity);
}
