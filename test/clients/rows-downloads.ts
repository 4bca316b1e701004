/** What downloaders must be able to do: aria2, curl with retries, wget, and pip and npm, which behave as wget. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modulePath, wheelPath } from "../lab/files-tree.ts";
import {
  askedOf,
  atMirrors,
  breakNearest,
  fetchedFromMirror,
  nearest,
  untilProven,
} from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";

const image = "near-1.0-amd64.iso";

export function imageUrl(context: RowContext): string {
  return `${context.tap.url}/lab-cd/${image}`;
}

/** Throws unless the image is in the row's directory, whole. */
export function checkImage(context: RowContext): void {
  const file = join(context.directory, image);
  check(existsSync(file), `there is no ${image}`);
  const original = readFileSync(join(context.trees.root(1), "lab-cd", image));
  check(readFileSync(file).equals(original), "what was saved is not the image");
}

/** Runs aria2c with no setting of anybody's. */
export async function aria2(context: RowContext, ...args: string[]): Promise<void> {
  const base = ["--no-conf", "--quiet", "--timeout=10", "--max-tries=3", "--retry-wait=1"];
  endedWell("aria2c", await runProgram(context, "aria2c", [...base, ...args]));
}

async function aria2Missing(context: RowContext): Promise<string> {
  // In the way of aria2 alone: it has to go on with what Link told it.
  if (!context.plain) await untilProven(context, `/lab-cd/${image}`);
  await breakNearest(context, { kind: "404", agents: /^aria2/ });
  await aria2(context, imageUrl(context));
  checkImage(context);
  return "from a mirror that Link named";
}

async function aria2Name(context: RowContext): Promise<string> {
  await aria2(context, imageUrl(context));
  checkImage(context);
  const accepts = context.tap.requests[0]?.headers.accept ?? "";
  check(accepts.includes("metalink"), "aria2 did not ask for a metalink, so nothing was shown");
  return `saved as ${image}, although aria2 takes metalinks`;
}

async function aria2Segments(context: RowContext): Promise<string> {
  // Slow enough that no part is done before the others are begun.
  await breakNearest(context, { kind: "slow", bytesPerSecond: 700_000, agents: /^aria2/ });
  await aria2(context, "-x4", "-s4", "--min-split-size=1M", "--piece-length=1M", imageUrl(context));
  checkImage(context);
  const parts = context.tap.requests.filter(({ headers }) => headers.range !== undefined).length;
  check(parts > 1, `aria2 asked for ${parts} parts, so nothing was shown`);
  const used = [...new Set(atMirrors(context).map(({ server }) => server))];
  check(used.join() === nearest, `aria2 was sent to ${used.join(", ")}`);
  return `${parts} parts, all from ${nearest}`;
}

async function curlRetry(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "5xx", agents: /^curl/ });
  const base = ["--disable", "--silent", "--show-error", "--fail", "--location", "--remote-name"];
  const retry = ["--retry", "3", "--retry-delay", "1", "--max-time", "30"];
  endedWell("curl", await runProgram(context, "curl", [...base, ...retry, imageUrl(context)]));
  checkImage(context);
  if (context.plain) return "downloaded";
  const failed = askedOf(context, nearest).length;
  check(failed > 0, "curl never met the fault, so nothing was shown");
  return `${failed} failures at ${nearest}, then the image`;
}

async function curlMissing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const base = ["--disable", "--silent", "--show-error", "--fail", "--location", "--remote-name"];
  endedWell("curl", await runProgram(context, "curl", [...base, imageUrl(context)]));
  checkImage(context);
  return `the image with 404 at ${nearest}`;
}

async function wgetMissing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const base = ["--no-config", "--no-verbose", "--no-hsts", "--timeout=10", "--tries=3"];
  endedWell("wget", await runProgram(context, "wget", [...base, imageUrl(context)]));
  checkImage(context);
  return `the image with 404 at ${nearest}`;
}

async function wget2Nearest(context: RowContext): Promise<string> {
  if (!context.plain) await untilProven(context, `/lab-cd/${image}`);
  const base = ["--no-config", "--no-verbose", "--no-hsts", "--timeout=10", "--tries=3"];
  endedWell("wget2", await runProgram(context, "wget2", [...base, imageUrl(context)]));
  checkImage(context);
  if (context.plain) return "downloaded";
  const used = [...new Set(atMirrors(context).map(({ server }) => server))];
  check(used.join() === nearest, `wget2 went to ${used.join(", ") || "no mirror"}`);
  return `the image from ${nearest} alone`;
}

async function pipMissing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const wheel = readFileSync(join(context.trees.root(1), "lab-files", wheelPath));
  const digest = createHash("sha256").update(wheel).digest("hex");
  writeFileSync(join(context.directory, "wanted.txt"), `near-wheel==1.0 --hash=sha256:${digest}\n`);
  const options = ["--isolated", "--no-cache-dir", "--disable-pip-version-check"];
  const from = [
    "--index-url",
    `${context.tap.url}/lab-files/simple/`,
    "--require-hashes",
    "-r",
    "wanted.txt",
  ];
  const outcome = await runProgram(context, "/usr/bin/python3", [
    ...["-m", "pip", ...options, "install", "--no-input", "--no-deps", "--target", "to"],
    ...from,
  ]);
  endedWell("pip", outcome);
  const installed = join(context.directory, "to/near_wheel/payload");
  check(existsSync(installed), "pip installed nothing");
  const { server } = fetchedFromMirror(context, "near_wheel-1.0-py3-none-any.whl");
  return `from ${server}, hash checked by pip`;
}

async function npmMissing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const archive = readFileSync(join(context.trees.root(1), "lab-files", modulePath));
  const dependencies = { "near-module": "1.0.0" };
  const about = { name: "lab", version: "1.0.0", dependencies };
  const locked = {
    version: "1.0.0",
    resolved: `${context.tap.url}/lab-files/${modulePath}`,
    integrity: `sha512-${createHash("sha512").update(archive).digest("base64")}`,
  };
  const lock = {
    ...{ name: "lab", version: "1.0.0", lockfileVersion: 3, requires: true },
    packages: { "": about, "node_modules/near-module": locked },
  };
  writeFileSync(join(context.directory, "package.json"), JSON.stringify(about));
  writeFileSync(join(context.directory, "package-lock.json"), JSON.stringify(lock));
  const outcome = await runProgram(
    context,
    "npm",
    [
      ...["ci", "--no-audit", "--no-fund", "--no-update-notifier", "--replace-registry-host=never"],
      ...["--cache", join(context.directory, "cache"), "--fetch-retries=1"],
      ...["--fetch-retry-mintimeout=500", "--registry", `${context.tap.url}/lab-files/npm/`],
    ],
    // npm is a script for the `node` on the PATH.
    { PATH: process.env.PATH ?? "" },
  );
  endedWell("npm", outcome);
  const installed = statSync(join(context.directory, "node_modules/near-module/payload"), {
    throwIfNoEntry: false,
  });
  check(installed !== undefined, "npm installed nothing");
  const from = atMirrors(context).find(({ status }) => status === 200);
  check(from !== undefined, "no mirror was asked");
  return `from ${from.server}, hash checked by npm`;
}

export const downloadRows: readonly Row[] = [
  {
    row: "aria2-404",
    promise: "A mirror that fails aria2 alone: it goes on with the duplicates in Link",
    client: "aria2",
    // Proven by generation, so that there are duplicates from the first answer on.
    needs: "apt",
    verified: true,
    probed: true,
    compared: true,
    run: aria2Missing,
  },
  {
    row: "aria2-name",
    promise: "The file is saved under its own name, not a metalink in its place",
    client: "aria2",
    compared: true,
    run: aria2Name,
  },
  {
    row: "aria2-segments",
    promise: "The ranges of `-x4` are not taken for failures of the mirror",
    client: "aria2",
    run: aria2Segments,
  },
  {
    row: "curl-retry",
    promise: "`curl --retry` gets the image though its mirror fails it alone with 503",
    client: "curl",
    compared: true,
    run: curlRetry,
  },
  {
    row: "curl-mirror-404",
    promise: "Files missing at the nearest mirror: the image is had",
    client: "curl",
    compared: true,
    run: curlMissing,
  },
  {
    row: "wget-mirror-404",
    promise: "Files missing at the nearest mirror: the image is had",
    client: "wget",
    compared: true,
    run: wgetMissing,
  },
  {
    row: "wget2-nearest",
    promise:
      "wget2, which goes by Link in place of Location, has the image from the nearest mirror",
    client: "wget2",
    // Proven by generation, so that there are duplicates from the first answer on.
    needs: "apt",
    verified: true,
    probed: true,
    compared: true,
    run: wget2Nearest,
  },
  {
    row: "pip-mirror-404",
    promise: "Files missing at the nearest mirror: the wheel is installed",
    client: "pip",
    needs: "files",
    compared: true,
    run: pipMissing,
  },
  {
    row: "npm-mirror-404",
    promise: "Files missing at the nearest mirror: the module is installed",
    client: "npm",
    needs: "files",
    compared: true,
    run: npmMissing,
  },
];
