/**
 * The images as a document of libosinfo, by which GNOME Boxes, virt-manager and virt-install find media. The form is
 * osinfo-db's schema (`osinfo.rng`), which `osinfo-db-validate` reads; a test has it read this. Pure.
 */

import { ownValue } from "../../runtime/own-value.ts";
import { maxNameBytes, ustar } from "../../runtime/ustar.ts";
import { declaration, element, escapeXml } from "../../runtime/xml.ts";
import { unameOf } from "../architectures.ts";
import type { CatalogueImage } from "../image-catalogue.ts";
import { dayOf, imageUrl, isOffered } from "./image-names.ts";
import { osNames } from "./osinfo-products.ts";

/** Machines that the schema knows. */
const machines = new Set([
  ...["aarch64", "alpha", "armv6l", "armv7l", "i686", "ia64", "m68k", "mips", "mipsel", "mips64"],
  ...["mips64el", "ppc", "ppc64", "ppc64le", "riscv64", "s390", "s390x", "sparc", "sparc64"],
  "x86_64",
]);

/** Where the schema has another word than `uname -m`: both ends of MIPS are one to the kernel. */
const otherMachines: Readonly<Record<string, string>> = {
  mipsel: "mipsel",
  mips64el: "mips64el",
};

/** The schema's formats of disks, by ours without what it is packed with. */
const diskFormats: Readonly<Record<string, string>> = {
  qcow2: "qcow2",
  raw: "raw",
  img: "raw",
  vmdk: "vmdk",
  vhdx: "vhdx",
};

/** One series of a distribution. */
export interface OsinfoSystem {
  /** As libosinfo wants the file called in which it is, from its id: `debian.org/debian-13`. */
  file: string;
  /** An `os` element. */
  xml: string;
}

/**
 * All series of which there are media or disks, each with the newest of each sort.
 *
 * @param images in the catalogue's order
 * @param base what links begin with, ends in `/`
 */
export function osinfoSystems(images: readonly CatalogueImage[], base: string): OsinfoSystem[] {
  const bySeries = Map.groupBy(
    images.filter(isOffered),
    ({ distribution, series }) => `${distribution} ${series}`,
  );
  return [...bySeries.values()].flatMap((own) => system(own, base) ?? []);
}

/** A document with these systems. */
export function osinfoXml(systems: readonly OsinfoSystem[]): string {
  const inside = systems.map(({ xml }) => `${xml}\n`).join("");
  return `${declaration}\n<libosinfo version="0.0.1">\n${inside}</libosinfo>\n`;
}

/**
 * An archive for `osinfo-db-import`, a file for each system. Each is a supplement of what osinfo-db itself has of the
 * system (`debian-13.d/`), so that nothing of it is lost; of a system that it doesn't know it stands alone.
 */
export function osinfoArchive(systems: readonly OsinfoSystem[]): Uint8Array<ArrayBuffer> {
  const files = systems
    .map((system) => ({
      name: `nearmirror/os/${system.file}.d/nearmirror.xml`,
      text: osinfoXml([system]),
    }))
    // A series' name that is as long as this is nothing that anybody asks for.
    .filter(({ name }) => name.length <= maxNameBytes);
  // osinfo-db-import makes no folder that the archive doesn't have.
  const folders = new Set(files.flatMap(({ name }) => foldersAbove(name)));
  return ustar([...[...folders].map((name) => ({ name, text: "" })), ...files]);
}

/** `a/b/c` is in `a/` and `a/b/`. */
function foldersAbove(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, at) => `${parts.slice(0, at + 1).join("/")}/`);
}

/** One series; undefined: it has neither media nor disks. */
function system(images: readonly CatalogueImage[], base: string): OsinfoSystem | undefined {
  const [first] = images;
  if (first === undefined) return undefined;
  const media = new Map<string, string>();
  const variants = new Map<string, string>();
  const names = osNames(first);
  for (const image of images) {
    const variant = variantOf(image);
    // Images come the newest first, and the first of a sort stays.
    const { architecture, type, format } = image;
    const key = `${architecture} ${type} ${variant} ${format}`;
    if (media.has(key)) continue;
    const line = medium(image, variant, base) ?? disk(image, variant, base);
    if (line === undefined) continue;
    media.set(key, line);
    if (variant !== "") variants.set(variant, `${names.name} (${variant})`);
  }
  if (media.size === 0) return undefined;
  const { codename, released, endOfLife } = first;
  const isPreview = images.every((image) => image.isPreview);
  const lines = [
    `  <os id="${escapeXml(names.id)}">`,
    `    ${element("short-id", names.shortId)}`,
    `    ${element("name", names.name)}`,
    ...(names.version === "" ? [] : [`    ${element("version", names.version)}`]),
    `    ${element("vendor", names.vendor)}`,
    `    ${element("family", names.family ?? "linux")}`,
    `    ${element("distro", names.distro)}`,
    ...(codename === undefined ? [] : [`    ${element("codename", codename)}`]),
    ...(names.isRolling ? [`    ${element("release-status", "rolling")}`] : []),
    ...(isPreview && !names.isRolling ? [`    ${element("release-status", "prerelease")}`] : []),
    ...(released === undefined ? [] : [`    ${element("release-date", dayOf(released))}`]),
    ...(endOfLife === undefined ? [] : [`    ${element("eol-date", dayOf(endOfLife))}`]),
    ...[...variants].map(
      ([id, name]) => `    <variant id="${escapeXml(id)}">${element("name", name)}</variant>`,
    ),
    ...media.values(),
    "  </os>",
  ];
  return { file: names.file, xml: lines.join("\n") };
}

/** Empty: the only one of its series, or the usual one. */
function variantOf({ type, edition }: CatalogueImage): string {
  return edition ?? (type === "netinst" ? "netinst" : "");
}

function machineOf(architecture: string): string | undefined {
  const machine = ownValue(otherMachines, architecture) ?? unameOf(architecture);
  return machines.has(machine) ? machine : undefined;
}

/** A disc to install from or to start; undefined: it is none. */
function medium(image: CatalogueImage, variant: string, base: string): string | undefined {
  const { type, format, architecture } = image;
  const isDisc = type === "installer" || type === "netinst" || type === "live";
  const machine = architecture === "all" ? "all" : machineOf(architecture);
  if (!isDisc || format !== "iso" || machine === undefined) return undefined;
  const live = type === "live" ? ' live="true"' : "";
  return `    <media arch="${machine}"${live}>${inside(image, variant, base)}</media>`;
}

/** A disk that is started as it is; undefined: it is none. */
function disk(image: CatalogueImage, variant: string, base: string): string | undefined {
  const { type, format: packed, architecture } = image;
  const format = ownValue(diskFormats, packed.split(".")[0] ?? "");
  const machine = machineOf(architecture);
  if (format === undefined || machine === undefined) return undefined;
  if (type !== "cloud" && type !== "container") return undefined;
  // Debian's `nocloud` is for people who log in at the console.
  const cloud = type === "cloud" && variant !== "nocloud" ? ' cloud-init="true"' : "";
  const head = `<image arch="${machine}" format="${format}"${cloud}>`;
  return `    ${head}${inside(image, variant, base)}</image>`;
}

function inside(image: CatalogueImage, variant: string, base: string): string {
  const id = variant === "" ? "" : `<variant id="${escapeXml(variant)}"/>`;
  return id + element("url", imageUrl(base, image));
}
