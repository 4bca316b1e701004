/** Permanent links of images with real downloaders: the image under its own name, and its digest checked by coreutils. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { breakNearest, fetchedFromMirror, nearest, until } from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aria2 } from "./rows-downloads.ts";

const link = "/images/debian/13/arm64/netinst";
const nameOf = (version: number) => `debian-13.${version}.0-arm64-netinst.iso`;
const folder = "debian-cd/current/arm64/iso-cd";

/** Throws unless the image of a version is in the row's directory, whole. */
function checkSaved(context: RowContext, version: number): void {
  const name = nameOf(version);
  const file = join(context.directory, name);
  check(existsSync(file), `there is no ${name}`);
  const original = readFileSync(join(context.trees.root(version), folder, name));
  check(readFileSync(file).equals(original), "what was saved is not the image");
}

/** The catalogue is made of the first snapshot, which takes a moment. */
function untilLinked(context: RowContext, version: number): Promise<void> {
  const name = nameOf(version);
  return until(context, `${link}.sha256`, ({ text }) => text.includes(name));
}

/** As the page of images prints it: two downloads and a comparison. */
async function curlAndSum(context: RowContext, version: number): Promise<void> {
  const base = ["--disable", "--silent", "--show-error", "--fail", "--max-time", "30"];
  const url = context.tap.url + link;
  endedWell("curl", await runProgram(context, "curl", [...base, "-fOJL", url]));
  endedWell("curl", await runProgram(context, "curl", [...base, "-OJ", `${url}.sha256`]));
  const name = nameOf(version);
  const sums = await runProgram(context, "sha256sum", ["--check", "--strict", `${name}.sha256`]);
  endedWell("sha256sum", sums);
  check(sums.stdout === `${name}: OK\n`, `sha256sum said ${sums.stdout}`);
  checkSaved(context, version);
}

async function curlPermanent(context: RowContext): Promise<string> {
  await untilLinked(context, 1);
  await curlAndSum(context, 1);
  const from = fetchedFromMirror(context, nameOf(1)).server;
  context.lab.publish(2);
  await untilLinked(context, 2);
  await curlAndSum(context, 2);
  return `${nameOf(1)} from ${from}, after a point release ${nameOf(2)}`;
}

async function aria2Permanent(context: RowContext): Promise<string> {
  await untilLinked(context, 1);
  await breakNearest(context, { kind: "404", agents: /^aria2/ });
  await aria2(context, "--follow-metalink=mem", `${context.tap.url}${link}.meta4`);
  checkSaved(context, 1);
  return `${nameOf(1)} with 404 at ${nearest}`;
}

async function wgetPermanent(context: RowContext): Promise<string> {
  await untilLinked(context, 1);
  const base = ["--no-config", "--no-verbose", "--no-hsts", "--timeout=10", "--tries=3"];
  const url = context.tap.url + link;
  endedWell("wget", await runProgram(context, "wget", [...base, "--content-disposition", url]));
  checkSaved(context, 1);
  return `saved as ${nameOf(1)}`;
}

export const imageRows: readonly Row[] = [
  {
    row: "curl-permanent-link",
    promise:
      "`curl -fOJL` of a permanent link and `sha256sum -c` of its `.sha256`: the very image, also after a point release",
    client: "curl",
    verified: true,
    needs: "images",
    run: curlPermanent,
  },
  {
    row: "aria2-permanent-meta4",
    promise: "The `.meta4` of a permanent link leads aria2 past a mirror that fails it",
    client: "aria2",
    verified: true,
    needs: "images",
    run: aria2Permanent,
  },
  {
    row: "wget-permanent-link",
    promise: "`wget --content-disposition` of a permanent link saves the image under its name",
    client: "wget",
    verified: true,
    needs: "images",
    run: wgetPermanent,
  },
];
