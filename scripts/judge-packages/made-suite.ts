/** Suites that are made of a seed, for places that have no real one: packages, files and relations of the forms that occur. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { oneOf, seeded } from "../random.ts";

const roots = [
  "near",
  "zlib",
  "pdf",
  "web",
  "image",
  "json",
  "ssh",
  "sql",
  "font",
  "mail",
  "game",
  "net",
  "git",
  "log",
];
const middles = [
  "view",
  "serve",
  "parse",
  "edit",
  "tool",
  "kit",
  "cast",
  "play",
  "sync",
  "watch",
  "mix",
  "++",
  "2",
  ".js",
];
const sections = ["utils", "libs", "libdevel", "games", "net", "python", "doc", "editors", "web"];
const words = [
  "viewer",
  "server",
  "parser",
  "editor",
  "library",
  "toolkit",
  "documents",
  "images",
  "fast",
  "small",
  "for",
  "and",
  "with",
  "network",
  "terminal",
];

interface MadePackage {
  name: string;
  version: string;
  architecture: "amd64" | "all";
  section: string;
  fields: string[];
  /** Lines behind the description's first, as apt's indexes have them. */
  description: string;
  files: string[];
}

/**
 * Writes `bookworm`, `bookworm-updates` and `bookworm-security` below a folder, each with `Packages`, the first with
 * `Contents-amd64.gz` and `Contents-all.gz`, and `Translation-en.gz`; the others' are empty, as Debian's are.
 *
 * @returns what `--from` takes
 */
export function writeMadeSuites(directory: string, count: number, seed: number): string[] {
  const random = seeded(seed);
  const main = madePackages(count, random);
  const later = (name: string, every: number, suffix: string) => ({
    name,
    packages: main
      .filter((_, index) => index % every === 0)
      .map((one) => ({ ...one, version: `${one.version}${suffix}`, files: [] })),
  });
  const suites = [
    { name: "bookworm", packages: main },
    later("bookworm-updates", 97, "~deb12u1"),
    later("bookworm-security", 31, "+deb12u2"),
  ];
  return suites.map(({ name, packages }) => {
    const folder = join(directory, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "Packages"), packages.map(stanzaOf).join("\n"));
    const translation = name === "bookworm" ? packages.map(translationOf).join("\n") : "";
    writeFileSync(join(folder, "Translation-en.gz"), gzipSync(translation));
    for (const architecture of ["amd64", "all"] as const) {
      const lines = contentsOf(packages.filter((one) => one.architecture === architecture));
      writeFileSync(join(folder, `Contents-${architecture}.gz`), gzipSync(lines));
    }
    return `${name}=${folder}`;
  });
}

function madePackages(count: number, random: () => number): MadePackage[] {
  const names = new Set<string>();
  while (names.size < count) {
    const base = `${oneOf(random, roots)}${oneOf(random, middles)}${Math.floor(random() * count)}`;
    const form = random();
    names.add(form < 0.2 ? `lib${base}-dev` : form < 0.4 ? `lib${base}` : base);
  }
  const all = [...names].toSorted();
  return all.map((name) => madePackage(name, all, random));
}

function madePackage(name: string, all: readonly string[], random: () => number): MadePackage {
  const number = () => Math.floor(random() * 20);
  const version = `${random() < 0.1 ? "1:" : ""}${number()}.${number()}${random() < 0.1 ? "~rc1" : ""}-${1 + number()}`;
  const some = (most: number) =>
    Array.from({ length: Math.floor(random() * most) }, () => oneOf(random, all));
  const architecture = random() < 0.5 ? "amd64" : "all";
  const summary = Array.from({ length: 5 }, () => oneOf(random, words)).join(" ");
  const description = ` The ${summary} of ${name}, für alle.\n .\n  * ${oneOf(random, words)}\n`;
  // A library and what is built against it are made of one source.
  const source = name.replace(/^lib/, "").replace(/-dev$/, "");
  const fields = [
    `Description: ${summary}`,
    `Description-md5: ${createHash("md5").update(`${summary}\n${description}`).digest("hex")}`,
    ...(source === name ? [] : [`Source: ${source}`]),
    ...(random() < 0.3
      ? [`Provides: ${oneOf(random, roots)}-service, ${name}-api (= ${version})`]
      : []),
    ...relation(
      "Depends",
      some(4).map((one) => (random() < 0.2 ? `${one} | ${oneOf(random, all)}` : `${one} (>= 0.1)`)),
    ),
    ...relation("Recommends", some(2)),
  ];
  return {
    name,
    version,
    architecture,
    section: oneOf(random, sections),
    fields,
    description,
    files: madeFiles(name, random),
  };
}

function relation(field: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`${field}: ${[...new Set(entries)].join(", ")}`];
}

function madeFiles(name: string, random: () => number): string[] {
  const files = [`usr/share/doc/${name}/copyright`, `usr/share/doc/${name}/changelog.Debian.gz`];
  if (random() < 0.4)
    files.push(`${oneOf(random, ["usr/bin", "bin", "usr/sbin", "usr/games"])}/${name}`);
  // A command that several packages have.
  if (random() < 0.1) files.push(`usr/bin/${oneOf(random, roots)}`);
  if (name.startsWith("lib"))
    files.push(`usr/lib/x86_64-linux-gnu/${name.replace(/-dev$/, "")}.so.1`);
  if (name.endsWith("-dev"))
    files.push(`usr/include/${name}/a.h`, `usr/lib/x86_64-linux-gnu/pkgconfig/${name}.pc`);
  if (random() < 0.1)
    files.push(`usr/share/${name}/with some  blanks ${Math.floor(random() * 9)}.png`);
  if (random() < 0.05) files.push("usr/share/shared/one.conf", `usr/share/${name}/Über-日本.txt`);
  for (let more = Math.floor(random() * 30); more > 0; more--) {
    files.push(`usr/share/${name}/${oneOf(random, words)}/${Math.floor(random() * 1000)}.dat`);
  }
  return [...new Set(files)];
}

function stanzaOf({ name, version, architecture, section, fields }: MadePackage): string {
  const file = `pool/main/${name.slice(0, 1)}/${name}/${name}_${version.replace(":", "%3a")}_${architecture}.deb`;
  const sha256 = createHash("sha256").update(`${name} ${version}`).digest("hex");
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    "Installed-Size: 100",
    "Maintainer: Nearmirror <made@localhost>",
    `Architecture: ${architecture}`,
    ...fields,
    `Section: ${section}`,
    "Priority: optional",
    `Filename: ${file}`,
    `Size: ${1000 + Number.parseInt(sha256.slice(0, 4), 16)}`,
    `SHA256: ${sha256}`,
    "",
  ].join("\n");
}

/** By the summary and the hash of both that the package's own stanza has. */
function translationOf({ name, fields, description }: MadePackage): string {
  const [summary = "", hash = ""] = fields;
  return `Package: ${name}\n${hash}\n${summary.replace("Description", "Description-en")}\n${description}`;
}

/** As apt-ftparchive and dak write it: by path, owners behind commas. */
function contentsOf(packages: readonly MadePackage[]): string {
  const owners = new Map<string, string[]>();
  for (const { name, section, files } of packages) {
    for (const path of files) owners.set(path, [...(owners.get(path) ?? []), `${section}/${name}`]);
  }
  const lines = [...owners].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return lines.map(([path, has]) => `${path.padEnd(55)} ${has.join(",")}\n`).join("");
}
