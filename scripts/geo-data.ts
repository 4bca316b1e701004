/**
 * `npm run geo-data`, and after every install: makes the IP databases that tell where a client is.
 *   geo-data/built/country.mmdb  copied from its npm package
 *   geo-data/built/asn.mmdb      compiled from the ranges of its npm package
 * Does nothing when they are up to date. Exits 0 with a warning when a package is missing: the service starts
 * without a database, and knows less. Exits 1 when a database was made and isn't right.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressText } from "./geo-data/address-words.ts";
import { readAsnRanges } from "./geo-data/asn-ranges.ts";
import type { ValueRange } from "./geo-data/mmdb-tree.ts";
import { writeMmdb } from "./geo-data/mmdb-writer.ts";
import { checkCountryDatabase, findAsnMistake } from "./geo-data/verify.ts";

const BUILT = fileURLToPath(new URL("../geo-data/built/", import.meta.url));
/** Raise when what is written changes although the packages don't. */
const WRITER_VERSION = 1;

interface DatabaseSource {
  file: string;
  packageName: string;
  make(packageDirectory: string, version: string): Buffer;
}

const DATABASES: DatabaseSource[] = [
  {
    file: "country.mmdb",
    packageName: "@ip-location-db/geo-whois-asn-country-mmdb",
    make: copyCountries,
  },
  { file: "asn.mmdb", packageName: "@ip-location-db/asn", make: compileAsn },
];

mkdirSync(BUILT, { recursive: true });
for (const database of DATABASES) build(database);

function build({ file, packageName, make }: DatabaseSource): void {
  const found = findPackage(packageName);
  if (found === undefined) {
    console.warn(`geo-data: ${packageName} is not installed; no ${file}: run npm ci to have it`);
    return;
  }
  const stampPath = join(BUILT, `${file}.version`);
  const stamp = `${packageName} ${found.version}, writer ${WRITER_VERSION}\n`;
  const target = join(BUILT, file);
  if (existsSync(target) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp)
    return;
  const startMs = performance.now();
  const bytes = make(found.directory, found.version);
  // By rename: a service that reads while we write sees the old file or the new one.
  writeFileSync(`${target}.new`, bytes);
  renameSync(`${target}.new`, target);
  writeFileSync(stampPath, stamp);
  if (process.stdout.isTTY) {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `geo-data/built/${file}: ${(bytes.length / 1e6).toFixed(1)} MB from ${packageName} in ${seconds} s`,
    );
  }
}

function findPackage(name: string): { directory: string; version: string } | undefined {
  try {
    const manifestPath = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const manifest: { version: string } = JSON.parse(readFileSync(manifestPath, "utf8"));
    return { directory: dirname(manifestPath), version: manifest.version };
  } catch {
    return undefined;
  }
}

function copyCountries(directory: string): Buffer {
  const bytes = readFileSync(join(directory, "geo-whois-asn-country.mmdb"));
  checkCountryDatabase(bytes);
  return bytes;
}

function compileAsn(directory: string, version: string): Buffer {
  const ranges: ValueRange[] = [4 as const, 6 as const].flatMap((family) => [
    ...readAsnRanges(readFileSync(join(directory, `asn-ipv${family}-num.csv`), "latin1"), family),
  ]);
  const bytes = writeMmdb(ranges, {
    field: "autonomous_system_number",
    type: "ASN",
    description: `Network numbers by address, compiled from @ip-location-db/asn ${version}`,
    buildEpoch: packageEpoch(version),
  });
  const mistake = findAsnMistake(bytes, ranges);
  if (mistake !== undefined) throw new Error(`asn.mmdb is wrong at ${addressText(mistake.start)}`);
  return bytes;
}

/** These packages carry the hour they were made, UTC, in their version: 2.3.2026061719. 0 when they don't. */
function packageEpoch(version: string): number {
  const [, year, month, day, hour] = /\.(\d{4})(\d{2})(\d{2})(\d{2})$/.exec(version) ?? [];
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return Number.isNaN(ms) ? 0 : ms / 1000;
}
