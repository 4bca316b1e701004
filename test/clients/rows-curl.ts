/** What curl must be able to do with an image through the service. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../lab/process.ts";
import { checkNoPayloadAtOrigin, fetchedFromMirror } from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";

const image = "near-1.0-amd64.iso";

async function curl(context: RowContext, args: string[]): Promise<Outcome> {
  const base = ["--disable", "--silent", "--show-error", "--fail", "--max-time", "30"];
  const url = `${context.tap.url}/lab-cd/${image}`;
  return endedWell("curl", await runProgram(context, "curl", [...base, ...args, url]));
}

function originalImage(context: RowContext): string {
  return join(context.trees.root(1), "lab-cd", image);
}

async function redirect(context: RowContext): Promise<string> {
  const { stdout } = await curl(context, ["--head"]);
  const location = /^location: (\S+)/im.exec(stdout)?.[1] ?? "";
  check(/^HTTP\/1\.1 302 /.test(stdout), `answered ${stdout.split("\r\n")[0]}`);
  const known = context.lab.mirrors.some(({ url }) => location === `${url}lab-cd/${image}`);
  check(known, `Location ${location || "is absent"}: not that file on a listed mirror`);
  const caching = /^cache-control: (.*)/im.exec(stdout)?.[1]?.trim() ?? "";
  check(
    caching.includes("private") && caching.includes("no-store"),
    `Cache-Control is "${caching}": a shared cache could give one place's answer to another`,
  );
  return `302 to ${location}`;
}

async function head(context: RowContext): Promise<string> {
  const { stdout } = await curl(context, ["--head", "--location"]);
  const answers = stdout.split(/\r\n\r\n/).filter((text) => text !== "");
  const final = answers.at(-1) ?? "";
  check(/^HTTP\/1\.1 200 /.test(final), `ended with ${final.split("\r\n")[0]}`);
  const size = statSync(originalImage(context)).size;
  const told = /^content-length: (\d+)/im.exec(final)?.[1];
  check(told === String(size), `Content-Length ${told}, the image has ${size} bytes`);
  return `200 with Content-Length ${size}`;
}

async function range(context: RowContext): Promise<string> {
  const file = join(context.directory, "part");
  await curl(context, ["--location", "--range", "1000-1999", "--output", file]);
  const expected = readFileSync(originalImage(context)).subarray(1000, 2000);
  check(readFileSync(file).equals(expected), "not the bytes 1000 to 1999 of the image");
  const arrived = fetchedFromMirror(context, image);
  check(arrived.status === 206, `${arrived.server} answered ${arrived.status}`);
  return `206 from ${arrived.server}`;
}

async function resume(context: RowContext): Promise<string> {
  const file = join(context.directory, image);
  const original = readFileSync(originalImage(context));
  const haveBytes = 1_234_567;
  writeFileSync(file, original.subarray(0, haveBytes));
  await curl(context, ["--location", "--continue-at", "-", "--output", file]);
  check(readFileSync(file).equals(original), "the resumed file is not the image");
  const arrived = fetchedFromMirror(context, image);
  check(
    arrived.bytes === original.length - haveBytes,
    `${arrived.server} sent ${arrived.bytes} bytes`,
  );
  checkNoPayloadAtOrigin(context);
  return `${arrived.server} sent the missing ${arrived.bytes} bytes`;
}

export const curlRows: readonly Row[] = [
  {
    row: "curl-redirect",
    promise: "302 to that file on a listed mirror, which no shared cache may keep",
    client: "curl",
    run: redirect,
  },
  {
    row: "curl-head",
    promise: "HEAD ends with 200 and the size of the image",
    compared: true,
    client: "curl",
    run: head,
  },
  {
    row: "curl-range",
    promise: "A range of an image is answered 206",
    compared: true,
    client: "curl",
    run: range,
  },
  {
    row: "curl-resume",
    promise: "An image is resumed at a mirror",
    compared: true,
    client: "curl",
    run: resume,
  },
];
