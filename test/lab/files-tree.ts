/** Builds the lab's `files` repository: a wheel that pip installs, a module that npm does, and a folder of many files. */

import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32, gzipSync } from "node:zlib";
import type { Edition } from "./apt-repository.ts";
import { incompressible } from "./bytes.ts";
import { tarOf } from "./tar.ts";

/** Where the wheel is; its folder's listing is the index page that pip reads. */
export const wheelPath = "simple/near-wheel/near_wheel-1.0-py3-none-any.whl";
/** Where the module's archive is. */
export const modulePath = "npm/near-module-1.0.0.tgz";

/** A folder of more files than people get on one page of it. */
export const longFolder = "long";
export const longFolderFiles = 1_010;

/** Above what the edge gives as bytes by default. */
const payloadBytes = 300 * 1024;
/** Files are older than any edition. */
const fileDate = new Date(Date.UTC(2026, 0, 1));

/** Builds every edition; all are alike. */
export function buildFilesTree(editions: readonly Edition[]): void {
  const files = { [wheelPath]: wheel(), [modulePath]: npmModule() };
  for (const { directory } of editions) {
    mkdirSync(join(directory, longFolder), { recursive: true });
    for (let at = 0; at < longFolderFiles; at++) {
      writeFileSync(join(directory, longFolder, `file-${at}`), `${at}\n`);
    }
    for (const [path, bytes] of Object.entries(files)) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      utimesSync(file, fileDate, fileDate);
    }
  }
}

function npmModule(): Buffer {
  const about = { name: "near-module", version: "1.0.0", license: "Apache-2.0", main: "index.js" };
  const archive = tarOf(
    [
      { name: "package/package.json", bytes: JSON.stringify(about) },
      { name: "package/index.js", bytes: "module.exports = 1;\n" },
      { name: "package/payload", bytes: incompressible("near-module", payloadBytes) },
    ],
    fileDate,
  );
  return gzipSync(archive);
}

function wheel(): Buffer {
  const told = "near_wheel-1.0.dist-info";
  const entries: [name: string, bytes: Buffer][] = [
    ["near_wheel/__init__.py", Buffer.from("")],
    ["near_wheel/payload", incompressible("near_wheel", payloadBytes)],
    [`${told}/METADATA`, Buffer.from("Metadata-Version: 2.1\nName: near-wheel\nVersion: 1.0\n")],
    [
      `${told}/WHEEL`,
      Buffer.from("Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    ],
  ];
  const record = entries.map(([name, bytes]) => {
    const digest = createHash("sha256").update(bytes).digest("base64url");
    return `${name},sha256=${digest},${bytes.length}\n`;
  });
  const list = `${told}/RECORD`;
  return zipOf([...entries, [list, Buffer.from(`${record.join("")}${list},,\n`)]]);
}

/** A zip archive (PKWARE's APPNOTE 6.3), nothing compressed, all of 1980. */
function zipOf(entries: readonly (readonly [name: string, bytes: Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // The first day there is: 1980-01-01.
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, Buffer.from(name)]),
    );
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
