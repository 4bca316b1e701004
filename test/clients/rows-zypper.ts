/** What zypper must be able to do through the service. */

import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { incompressible } from "../lab/bytes.ts";
import { runOrThrow } from "../lab/process.ts";
import {
  atMirrors,
  breakNearest,
  checkNoMetadataAtMirrors,
  checkNoPayloadAtOrigin,
  fetchedFromMirror,
  nearest,
} from "./observe.ts";
import { endedWell } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { snapshots } from "./rows-snapshots.ts";
import { ZypperRoot } from "./zypper.ts";

const versions = {
  "near-rpm-app": "1.1",
  "near-rpm-base": "1.0",
  "near-rpm-c++": "2.0~rc1+b2",
  "near-rpm-data": "2026.1",
  "near-rpm-doc": "3.0",
  "near-rpm-tools": "4.0",
};
const watched = "/lab-rpm/Packages/near-rpm-data-2026.1-1.noarch.rpm";
const packages = /\.rpm$/;

/** Refreshes, installs, and looks at the bytes. */
export async function zypperInstalls(root: ZypperRoot): Promise<void> {
  endedWell("zypper refresh", await root.refresh());
  endedWell("zypper install", await root.install("near-rpm-app"));
  for (const [name, version] of Object.entries(versions)) {
    const payload = root.payload(name);
    check(payload !== undefined, `${name} is not installed`);
    check(
      payload.equals(incompressible(`${name} ${version}`, payload.length)),
      `the files of ${name} are not the ones the lab made`,
    );
  }
}

async function install(context: RowContext): Promise<string> {
  await zypperInstalls(new ZypperRoot(context));
  for (const [name, version] of Object.entries(versions)) {
    fetchedFromMirror(context, `${name}-${version}-1.noarch.rpm`);
  }
  if (context.plain) return "6 packages";
  checkNoMetadataAtMirrors(context);
  checkNoPayloadAtOrigin(context);
  return "6 packages from mirrors, none from the origin";
}

async function once(context: RowContext): Promise<string> {
  // The metalink then has all that it ever has: hashes, and mirrors that are proven.
  await snapshots(context, "lab-rpm", 1, "repodata/repomd.xml");
  await zypperInstalls(new ZypperRoot(context));
  const folder = join(context.trees.root(1), "lab-rpm/Packages");
  const wanted = Object.entries(versions)
    .map(([name, version]) => statSync(join(folder, `${name}-${version}-1.noarch.rpm`)).size)
    .reduce((sum, size) => sum + size);
  const sent = atMirrors(context)
    .filter(({ method }) => method === "GET")
    .reduce((sum, { bytes }) => sum + bytes, 0);
  check(sent > 0, "no mirror sent anything");
  check(sent < 2 * wanted, `mirrors sent ${sent} bytes for packages of ${wanted}`);
  return `mirrors sent ${sent} bytes for packages of ${wanted}`;
}

async function headOfRoot(context: RowContext): Promise<string> {
  endedWell("zypper refresh", await new ZypperRoot(context).refresh());
  const asked = context.tap.requests.find(
    ({ method, path }) => method === "HEAD" && path.endsWith("/repomd.xml"),
  );
  check(asked !== undefined, "zypper sent no HEAD for repomd.xml");
  check(asked.status === 200, `HEAD was answered ${asked.status}`);
  const reply = await fetch(context.tap.url + asked.path, {
    method: "HEAD",
    signal: context.signal,
  });
  const size = statSync(join(context.trees.root(1), "lab-rpm/repodata/repomd.xml")).size;
  const told = reply.headers.get("content-length");
  check(told === String(size), `Content-Length is ${told}, repomd.xml has ${size} bytes`);
  return `200 with Content-Length ${size}`;
}

async function missing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  await zypperInstalls(new ZypperRoot(context));
  return `6 packages with 404 at ${nearest}`;
}

async function allMissing(context: RowContext): Promise<string> {
  await Promise.all(
    context.lab.mirrors.map((mirror) => mirror.setFault({ kind: "404", paths: packages })),
  );
  await zypperInstalls(new ZypperRoot(context));
  return "bytes came through the service";
}

async function corrupt(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "corrupt", paths: packages }, watched);
  await zypperInstalls(new ZypperRoot(context));
  return `6 packages with flipped bits at ${nearest}`;
}

async function https(context: RowContext): Promise<string> {
  const { authorityFile } = context.lab;
  check(authorityFile !== undefined, "the lab speaks no https");
  const folder = join(context.directory, "authorities");
  mkdirSync(folder);
  // As a bundle under the name that Debian's curl looks for, and by its hash.
  for (const name of ["lab.pem", "ca-certificates.crt"]) {
    writeFileSync(join(folder, name), readFileSync(authorityFile));
  }
  await runOrThrow("openssl", ["rehash", folder]);
  const base = new URL("lab-rpm/", context.service.url).href;
  await zypperInstalls(new ZypperRoot(context, `baseurl=${base}`, folder));
  const arrived = atMirrors(context);
  check(arrived.length > 0, "no mirror was asked");
  const plain = arrived.filter(({ scheme }) => scheme !== "https");
  check(plain.length === 0, `${plain.length} requests reached a mirror over http`);
  return `${arrived.length} requests at mirrors, all over https`;
}

async function httpStaysHttp(context: RowContext): Promise<string> {
  await zypperInstalls(new ZypperRoot(context));
  const other = atMirrors(context).filter(({ scheme }) => scheme !== "http");
  check(other.length === 0, `${other.length} requests reached a mirror over https`);
  return "a service without https sends nobody to certificates he may not know";
}

export const zypperRows: readonly Row[] = [
  {
    row: "zypper-install",
    promise: "refresh and install work, packages come from mirrors",
    client: "zypper",
    needs: "rpm",
    compared: true,
    run: install,
  },
  {
    row: "zypper-once",
    promise: "Mirrors together send less than twice the bytes, however many zypper asks at once",
    client: "zypper",
    needs: "rpm",
    verified: true,
    run: once,
  },
  {
    row: "zypper-head",
    promise: "HEAD for repomd.xml is answered 200 with its size",
    client: "zypper",
    needs: "rpm",
    run: headOfRoot,
  },
  {
    row: "zypper-mirror-404",
    promise: "Files missing at the nearest mirror: install succeeds",
    client: "zypper",
    needs: "rpm",
    compared: true,
    run: missing,
  },
  {
    row: "zypper-all-404",
    promise: "Packages missing at all mirrors: install succeeds",
    client: "zypper",
    needs: "rpm",
    compared: true,
    run: allMissing,
  },
  {
    row: "zypper-mirror-corrupt",
    promise: "Packages at the nearest mirror have flipped bits: install succeeds",
    client: "zypper",
    needs: "rpm",
    compared: true,
    probed: true,
    deadlineMs: 90_000,
    run: corrupt,
  },
  {
    row: "zypper-https",
    promise: "https stays https",
    client: "zypper",
    needs: "rpm",
    https: true,
    run: https,
  },
  {
    row: "zypper-http",
    promise: "http stays http",
    client: "zypper",
    needs: "rpm",
    run: httpStaysHttp,
  },
];
