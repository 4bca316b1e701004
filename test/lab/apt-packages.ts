/** The packages of the lab's apt repository, as one table. Their names, versions and sizes are traps on purpose. */

export interface AptPackage {
  name: string;
  /** With its epoch, as in the index. */
  version: string;
  /** A Depends field. */
  depends?: string;
  /** Incompressible payload. */
  sizeBytes: number;
  /** Path of the file in the repository. Without the epoch, as Debian's archive names files, unless said otherwise. */
  file: string;
}

interface Row {
  name: string;
  /** By version of the repository, from 1. A constant is a package that no version replaces. */
  version: string | ((k: number) => string);
  depends?: string;
  sizeBytes: number;
  /** File name where it isn't the usual one. */
  fileName?: (version: string) => string;
}

const kib = 1024;
const mib = 1024 * kib;
const parts = [1, 2, 3, 4, 5, 6, 7, 8];

const table: Row[] = [
  { name: "near-base", version: "1.0-1", sizeBytes: 300 * kib },
  { name: "near-lib", version: "2:1.4.2+dfsg-1", depends: "near-base", sizeBytes: 400 * kib },
  // A plus in the name as well: `libstdc++6`, `g++`.
  {
    name: "near-g++",
    version: (k) => `12.${k}.0-1+b1`,
    depends: "near-lib (>= 2:1.4)",
    sizeBytes: 500 * kib,
  },
  { name: "near-tilde", version: (k) => `1:2.0~rc${k}+b2`, sizeBytes: 350 * kib },
  // The epoch's colon escaped in the file name on disk, as apt's own cache and some vendors write it.
  {
    name: "near-epoch",
    version: "2:3.1-1",
    sizeBytes: 300 * kib,
    fileName: (version) => `near-epoch_${version.replace(":", "%3a")}_all.deb`,
  },
  // The epoch's colon as it is, as other vendors write it.
  {
    name: "near-colon",
    version: "1:0.9-1",
    sizeBytes: 300 * kib,
    fileName: (version) => `near-colon_${version}_all.deb`,
  },
  { name: "near-data", version: (k) => `2026.${k}-1`, sizeBytes: 4 * mib },
  { name: "near-huge", version: "5.0-1", sizeBytes: 12 * mib },
  // Too small to be worth a redirect once the service has a least size for it.
  { name: "near-tiny", version: "0.1-1", sizeBytes: 2 * kib },
  {
    name: "near-app",
    version: (k) => `1.${k}-1`,
    depends: "near-g++, near-tilde, near-data",
    sizeBytes: 600 * kib,
  },
  // Many files at once, for pipelining and for failure budgets.
  ...parts.map((part) => ({
    name: `near-part${part}`,
    version: (k: number) => (part <= 2 ? `1.${k}-1` : "1.0-1"),
    sizeBytes: 280 * kib,
  })),
  {
    name: "near-many",
    version: "1.0-1",
    depends: parts.map((part) => `near-part${part}`).join(", "),
    sizeBytes: 280 * kib,
  },
];

/** The packages that version k of the repository lists. */
export function aptPackages(k: number): AptPackage[] {
  return table.map((row) => {
    const version = typeof row.version === "string" ? row.version : row.version(k);
    const fileName =
      row.fileName?.(version) ?? `${row.name}_${version.replace(/^\d+:/, "")}_all.deb`;
    return {
      name: row.name,
      version,
      ...(row.depends !== undefined && { depends: row.depends }),
      sizeBytes: row.sizeBytes,
      file: `pool/main/${row.name.slice(0, 1)}/${row.name}/${fileName}`,
    };
  });
}
