/** `npm run bench -- --probing`: 1,000 mirrors on loopback, and the redirect with and without probing them. */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Views } from "../../worker/repositories/catalogue.ts";

/** Packages in the repository that the mirrors hold: what probes sample. */
const packages = 30;
const packageBytes = 100_000;

/** Writes a small Debian repository under `debian/` of the folder; probes find root, index and payload there. */
function writeRepository(folder: string): void {
  const write = (path: string, bytes: string | Buffer) => {
    const file = join(folder, "debian", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  const stanzas = Array.from({ length: packages }, (_, at) => {
    const bytes = Buffer.alloc(packageBytes, at);
    const path = `pool/main/p/p${at}/p${at}_1.0_amd64.deb`;
    write(path, bytes);
    const hash = createHash("sha256").update(bytes).digest("hex");
    return `Package: p${at}\nFilename: ${path}\nSize: ${packageBytes}\nSHA256: ${hash}\n`;
  });
  const index = gzipSync(stanzas.join("\n"));
  write("dists/stable/main/binary-amd64/Packages.gz", index);
  const hash = createHash("sha256").update(index).digest("hex");
  const size = index.length;
  const date = new Date().toUTCString();
  write(
    "dists/stable/InRelease",
    `Suite: stable\nDate: ${date}\nSHA256:\n ${hash} ${size} main/binary-amd64/Packages.gz\n`,
  );
}

/** Mirrors in a process of their own, the first of them the origin; `stop` ends it and removes its files. */
export async function startMirrors(
  count: number,
): Promise<{ urls: readonly string[]; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-probed-"));
  writeRepository(folder);
  const entry = fileURLToPath(new URL("../../test/trials/costs-mirrors.ts", import.meta.url));
  const child = fork(entry, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.send({ count, folder });
  return {
    urls: await told(child),
    async stop() {
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function told(child: ChildProcess): Promise<string[]> {
  return new Promise((resolve, reject) => {
    child.once("message", (urls) => resolve(Array.isArray(urls) ? urls.map(String) : []));
    child.once("exit", () => reject(new Error("the mirrors ended")));
  });
}

/** The roster's mirrors at those addresses instead of their own; the first address is the origin's. */
export function onLoopback(views: Views, urls: readonly string[]): Views {
  const [origin = "", ...bases] = urls;
  return {
    roster: {
      ...views.roster,
      mirrors: views.roster.mirrors.map((mirror, at) => ({
        ...mirror,
        carries: { debian: { http: `${bases[at % bases.length]}debian/` } },
      })),
    },
    catalogue: {
      ...views.catalogue,
      repositories: views.catalogue.repositories
        .filter(({ name }) => name === "debian")
        .map((debian) => ({
          ...debian,
          origin: `${origin}debian/`,
          roots: ["dists/stable/InRelease"],
          setup: { suites: "stable", components: "main" },
        })),
    },
  };
}
