/** How apt goes on with what it has: partial files at a mirror and at the service. */

import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatRequest } from "../lab/request-log.ts";
import { atMirrors, debFile, debFileName } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";

const huge = { "near-huge": "5.0-1" };

async function packageAtMirror(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const original = join(context.trees.root(1), "lab", debFile("near-huge"));
  const haveBytes = 5_000_000;
  putPartial(original, root.partialArchive(debFileName("near-huge")), haveBytes);
  succeeded(await root.install("near-huge"));
  checkInstalled(root, huge);
  const resumed = atMirrors(context).find(({ status }) => status === 206);
  check(
    resumed !== undefined,
    `no mirror answered 206: ${atMirrors(context).map(formatRequest).join("; ")}`,
  );
  check(
    resumed.headers.range === `bytes=${haveBytes}-` && resumed.headers["if-range"] !== undefined,
    `the mirror got Range ${resumed.headers.range}, If-Range ${resumed.headers["if-range"]}`,
  );
  const rest = statSync(original).size - haveBytes;
  check(resumed.bytes === rest, `${resumed.bytes} bytes were sent where ${rest} were missing`);
  return `${resumed.server} sent the missing ${rest} bytes`;
}

async function truncatedThenHealed(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const { mirrors } = context.lab;
  for (const mirror of mirrors) await mirror.setFault({ kind: "truncate", paths: /near-huge/ });
  const cut = mirrors.map(async (mirror) => {
    await mirror.log.waitFor(({ ended }) => ended === "cut", 20_000);
    await mirror.setFault(undefined);
  });
  // One mirror is enough: the others wait in vain, which is no failure.
  const anyCut = Promise.any(cut).catch(() => {
    throw new Error("no mirror's answer was cut, so nothing was shown");
  });
  const [outcome] = await Promise.all([root.install("near-huge"), anyCut]);
  succeeded(outcome);
  checkInstalled(root, huge);
  const resumed = atMirrors(context).find(({ status }) => status === 206);
  check(resumed !== undefined, "no mirror was asked for the rest");
  return `cut once, then ${resumed.headers.range} at ${resumed.server}`;
}

async function indexAtService(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  const packages = join(context.trees.root(1), "lab/dists/stable/main/binary-amd64/Packages.xz");
  const { host } = new URL(context.tap.url);
  const name = `${host}_lab_dists_stable_main_binary-amd64_Packages.xz`;
  const haveBytes = 1_000;
  putPartial(packages, join(root.partialLists, name), haveBytes);
  succeeded(await root.update());
  const resumed = context.tap.requests.find(({ headers }) => headers.range !== undefined);
  check(resumed !== undefined, "apt asked for no range");
  check(resumed.status === 206, `Range ${resumed.headers.range} was answered ${resumed.status}`);
  check(
    atMirrors(context).length === 0,
    `mirrors were asked: ${atMirrors(context).map(formatRequest).join("; ")}`,
  );
  return `${resumed.headers.range} of Packages.xz answered 206 by the service`;
}

/** Leaves the first bytes of a file where a client looks for them, dated like the original. */
function putPartial(original: string, partial: string, bytes: number): void {
  mkdirSync(dirname(partial), { recursive: true });
  writeFileSync(partial, readFileSync(original).subarray(0, bytes));
  const { mtime } = statSync(original);
  utimesSync(partial, mtime, mtime);
}

export const aptResumeRows: readonly Row[] = [
  {
    row: "apt-resume-package",
    promise: "A package is resumed at a mirror",
    compared: true,
    client: "apt",
    needs: "apt",
    run: packageAtMirror,
  },
  {
    row: "apt-resume-truncated",
    promise: "A mirror that cuts a package once costs only the rest",
    compared: true,
    client: "apt",
    needs: "apt",
    run: truncatedThenHealed,
  },
  {
    row: "apt-resume-index",
    promise: "An index is resumed at the service",
    client: "apt",
    needs: "apt",
    run: indexAtService,
  },
];
