/** The lab's pacman and apk repositories: made, signed, and taken by what reads the real ones. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { apkReader } from "../../../worker/formats/apk/apk-index.ts";
import type { IndexReader } from "../../../worker/formats/index-reader.ts";
import type { IndexedFile } from "../../../worker/formats/indexed-file.ts";
import { readKeys } from "../../../worker/formats/openpgp/keyring.ts";
import { pacmanReader } from "../../../worker/formats/pacman/pacman-db.ts";
import { readIndexStream } from "../../../worker/formats/read-index-stream.ts";
import { readSnapshotRoot } from "../../../worker/formats/read-snapshot-root.ts";
import type { VerifiedRoot } from "../../../worker/formats/read-verified.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { apkRoot, buildApkRepository, makeApkKey } from "../../lab/apk-repository.ts";
import type { Edition } from "../../lab/apt-repository.ts";
import { buildPacmanRepository, pacmanRoot, pacmanTools } from "../../lab/pacman-repository.ts";
import { findProgram } from "../../lab/process.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { makeSigningKey } from "../../lab/signing-key.ts";
import { inPieces } from "../formats/packed.ts";
import { repository, StandInOrigin, sha256 } from "../repositories/origin.ts";

const scratch = makeScratch("packages");
afterAll(() => scratch.remove());

const editionsIn = (name: string): Edition[] =>
  [1, 2].map((version) => ({
    version,
    directory: join(scratch.directory, name, String(version)),
    date: new Date(Date.UTC(2026, 9, version)),
  }));

/** What is in the edition under these names, at a stand-in origin. */
function originOf({ directory, date }: Edition, names: readonly string[]): StandInOrigin {
  const origin = new StandInOrigin();
  const lastModified = { "last-modified": date.toUTCString() };
  for (const name of names) origin.put(name, readFileSync(join(directory, name)), lastModified);
  return origin;
}

/** The key that a lab repository is signed with. */
interface LabKey {
  file: string;
  bytes: Uint8Array;
  fingerprint: string;
}

async function rootAt(
  origin: StandInOrigin,
  kind: Repository["kind"],
  path: string,
  { fingerprint, ...key }: LabKey,
): Promise<VerifiedRoot> {
  const answer = await readSnapshotRoot(
    {
      listed: repository({ kind, roots: [path] }),
      access: origin.access,
      readAs: "signed",
      keyring: await readKeys([{ ...key, fingerprints: [fingerprint] }]),
      now: Date.now(),
    },
    path,
  );
  if ("root" in answer) return answer.root;
  throw new Error(JSON.stringify(answer));
}

async function listed(
  bytes: Uint8Array,
  reader: (sink: (file: IndexedFile) => undefined) => IndexReader,
) {
  const files: IndexedFile[] = [];
  const sink = (file: IndexedFile): undefined => void files.push({ ...file });
  const read = await readIndexStream(inPieces(bytes, 4096), reader(sink));
  expect(read).not.toHaveProperty("refused");
  return files;
}

test("apk: each edition is signed, dated, and lists the packages that are there", async () => {
  const key = makeApkKey();
  const editions = editionsIn("apk");
  buildApkRepository(editions, scratch.directory, key);
  for (const edition of editions) {
    const origin = originOf(edition, [apkRoot]);
    const pem = Buffer.from(key.publicKey);
    const root = await rootAt(origin, "apk", apkRoot, { ...key, bytes: pem });
    expect(root.signedBy).toBe(key.fingerprint);
    expect(root.age.date).toBe(edition.date.getTime());
    const files = await listed(root.files[0].bytes, (sink) => apkReader("main/x86_64/", sink));
    expect(files).toHaveLength(4);
    for (const { path, size } of files) {
      expect(statSync(join(edition.directory, path)).size).toBe(size);
    }
    const data = files.map(({ path }) => path).find((path) => path.includes("near-apk-data"));
    expect(data).toBe(`main/x86_64/near-apk-data-2026.${edition.version}-r0.apk`);
  }
});

const missing = Object.keys(pacmanTools).filter((name) => findProgram(name) === undefined);

test.skipIf(missing.length > 0)(
  "pacman: repo-add's databases with all that is beside them",
  async () => {
    const key = await makeSigningKey(scratch.directory);
    const editions = editionsIn("pacman");
    await buildPacmanRepository(editions, scratch.directory, key).finally(() => key.end());
    const at = pacmanRoot.replace(/\.db$/, "");
    const names = ["db", "files", "db.tar.gz", "files.tar.gz"].flatMap((kind) => [
      `${at}.${kind}`,
      `${at}.${kind}.sig`,
    ]);
    for (const edition of editions) {
      const origin = originOf(edition, names);
      const armour = readFileSync(key.publicFile);
      const root = await rootAt(origin, "pacman", pacmanRoot, {
        file: "lab.asc",
        bytes: armour,
        fingerprint: key.fingerprint,
      });
      expect(root.faults).toEqual([]);
      expect(root.signedBy).toBe(key.fingerprint);
      expect(root.files.map(({ path }) => path).sort()).toEqual([...names].sort());
      const base = `${at.slice(0, at.lastIndexOf("/"))}/`;
      const files = await listed(root.files[0].bytes, (sink) => pacmanReader(base, sink));
      expect(files).toHaveLength(4);
      for (const { path, size, sha256: hash } of files) {
        const bytes = readFileSync(join(edition.directory, path));
        expect([bytes.length, sha256(bytes)]).toEqual([size, hash]);
      }
    }
  },
  60_000,
);
