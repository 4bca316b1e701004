/** `npm start` with a small list, an origin and mirrors on loopback: what trials of the started service work on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { incompressible } from "../lab/bytes.ts";
import { type Lab, startLab, type Trees } from "../lab/lab.ts";
import { type NpmStart, type NpmStartOptions, npmStart } from "../lab/npm-start.ts";
import { makeScratch, type Scratch } from "../lab/scratch.ts";

/** Of the one large answer that the service gives itself, bytes; where nothing else is said. */
const largeBytes = 20_000_000;
/** Packages in the tree, each large enough to be redirected. */
const packages = 50;
const packageBytes = 1_000;
const mirrors = 4;

export interface StartedField {
  lab: Lab;
  /** The list's folder. */
  list: string;
  /** Below it there is room for stores. */
  scratch: Scratch;
  /** Paths of packages below the service's URL. */
  packages: readonly string[];
  /** Path of an index, and of the one large answer. */
  index: string;
  large: string;
  /** Starts the service on a store. */
  start(store: string, options?: Partial<NpmStartOptions>): Promise<NpmStart>;
  stop(): Promise<void>;
}

/** @param tree `versions` differ in `dists/Release` alone; `large`: bytes of the large answer */
export async function startedField(
  tree: { versions?: number; large?: number } = {},
): Promise<StartedField> {
  const scratch = makeScratch("started");
  const { versions = 1, large = largeBytes } = tree;
  const trees = makeTrees(join(scratch.directory, "trees"), versions, large);
  const lab = await startLab({ trees, mirrors });
  const list = join(scratch.directory, "list");
  for (const folder of ["repositories", "mirrors"])
    mkdirSync(join(list, folder), { recursive: true });
  writeFileSync(
    join(list, "repositories/small.yaml"),
    `name: small\nkind: apt\ntitle: Small\norigin: ${lab.origin.url}\nroots: [dists/Release]\nverify: checksums\nredirect:\n  minSize: 0KiB\n`,
  );
  for (const { name, url } of lab.mirrors) {
    writeFileSync(
      join(list, `mirrors/${name}.yaml`),
      `name: ${name}\ncountry: DE\nbase:\n  http: ${url}\nrepositories:\n  small:\n    path: ""\n`,
    );
  }
  return {
    lab,
    list,
    scratch,
    packages: Array.from({ length: packages }, (_, at) => `small/pool/p${at}.deb`),
    index: "small/dists/Release",
    large: "small/dists/Contents-large",
    start: (store, { args = [], ...more } = {}) =>
      npmStart({
        args: [
          ...["--port", "0", "--list", list, "--store", store, "--place", "DE 50.1 8.7"],
          ...args,
        ],
        ...more,
      }),
    async stop() {
      await lab.stop();
      scratch.remove();
    },
  };
}

/** A tree: a root that says its version, packages, and one large file that is metadata by its place. */
function makeTrees(folder: string, versions: number, large: number): Trees {
  for (let version = 1; version <= versions; version++) {
    const root = join(folder, String(version));
    mkdirSync(join(root, "dists"), { recursive: true });
    mkdirSync(join(root, "pool"));
    writeFileSync(join(root, "dists/Release"), `version ${version}\n`);
    writeFileSync(join(root, "dists/Contents-large"), Buffer.alloc(large, "line\n"));
    for (let at = 0; at < packages; at++) {
      writeFileSync(join(root, `pool/p${at}.deb`), incompressible(`p${at}`, packageBytes));
    }
  }
  return { versions, root: (version) => join(folder, String(version)) };
}
