/** A signed apt repository with an index as large as Debian's and no packages, in some editions. */
import { createHash } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { runOrThrow } from "../lab/process.ts";
import type { SigningKey } from "../lab/signing-key.ts";
import { packagesIndex } from "./metadata-costs-index.ts";

const suitePath = "dists/stable";
const indexPath = "main/binary-amd64/Packages";

export interface BigTree {
  /** The repository, as a web server serves it; a link that `publish` turns. */
  directory: string;
  /** Path of its index in the form that apt asks for, below the repository. */
  index: string;
  /** Of it in each form that is there. */
  indexes: { xz: string; gz: string };
  /** Bytes of it, and of the plain one. */
  bytes: { xz: number; gz: number; plain: number };
  publish(edition: number): void;
}

/** Builds it. Takes some ten seconds an edition of Debian's size. @throws Error when a tool fails. */
export async function buildBigTree(
  directory: string,
  key: SigningKey,
  editions: number,
  stanzas: number,
): Promise<BigTree> {
  const folder = (edition: number) => join(directory, `edition${edition}`);
  const current = join(directory, "www", "big");
  mkdirSync(join(directory, "www"), { recursive: true });
  const bytes = { xz: 0, gz: 0, plain: 0 };
  const beganSeconds = Math.floor(Date.now() / 1000) - 3600;
  await Promise.all(
    Array.from({ length: editions }, async (_, at) => {
      const suite = join(folder(at + 1), suitePath);
      const plain = join(suite, indexPath);
      mkdirSync(join(plain, "..", "by-hash/SHA256"), { recursive: true });
      const text = packagesIndex(at + 1, stanzas);
      writeFileSync(plain, text);
      writeFileSync(`${plain}.gz`, gzipSync(text, { level: 6 }));
      // Quick: how well it is compressed changes little for who unpacks it.
      await runOrThrow("xz", ["-3", "--keep", plain], { deadlineMs: 180_000 });
      const listed = ["", ".gz", ".xz"].map((ending) => {
        const content = readFileSync(plain + ending);
        const sha256 = createHash("sha256").update(content).digest("hex");
        linkSync(plain + ending, join(plain, "..", "by-hash/SHA256", sha256));
        bytes[ending === "" ? "plain" : ending === ".gz" ? "gz" : "xz"] = content.length;
        return ` ${sha256} ${content.length} ${indexPath}${ending}`;
      });
      // Listed, but not shipped, as in Debian's archive.
      rmSync(plain);
      const date = beganSeconds + 60 * at;
      const release = join(suite, "Release");
      writeFileSync(
        release,
        `Origin: Nearmirror lab
Suite: stable
Codename: nearby
Date: ${new Date(date * 1000).toUTCString().replace("GMT", "UTC")}
Acquire-By-Hash: yes
Architectures: amd64
Components: main
Description: version ${at + 1}
SHA256:
${listed.join("\n")}
`,
      );
      await key.signClear(release, join(suite, "InRelease"));
      await key.signDetached(release, `${release}.gpg`);
      for (const name of ["Release", "Release.gpg", "InRelease"]) {
        utimesSync(join(suite, name), date, date);
      }
    }),
  );
  return {
    directory: join(directory, "www"),
    index: `${suitePath}/${indexPath}.xz`,
    indexes: { xz: `${suitePath}/${indexPath}.xz`, gz: `${suitePath}/${indexPath}.gz` },
    bytes,
    publish(edition) {
      // Renamed over the old one, so that there is never none.
      const next = join(directory, "www", "next");
      symlinkSync(folder(edition), next);
      renameSync(next, current);
    },
  };
}
