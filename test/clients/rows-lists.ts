/** Clients with the lists they understand: metalinks, mirrorlists, and what zypper negotiates. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  breakNearest,
  checkNoMetadataAtMirrors,
  fetchedFromMirror,
  nearest,
  until,
} from "./observe.ts";
import { PacmanRoot } from "./pacman.ts";
import { endedWell } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";
import { checkDownloaded, dnfRoot, succeeded as dnfSucceeded } from "./rows-dnf.ts";
import { aria2, checkImage, imageUrl } from "./rows-downloads.ts";
import { checkPacmanInstalled } from "./rows-pacman.ts";
import { snapshots } from "./rows-snapshots.ts";
import { zypperInstalls } from "./rows-zypper.ts";
import { ZypperRoot } from "./zypper.ts";

const question = "repo=lab&arch=x86_64";
const watched = "/lab-rpm/Packages/near-rpm-base-1.0-1.noarch.rpm";
const rootPath = "repodata/repomd.xml";

async function text(context: RowContext, path: string): Promise<string> {
  const reply = await fetch(context.tap.url + path, { signal: context.signal });
  const body = await reply.text();
  check(reply.status === 200, `${path} was answered ${reply.status}: ${body.slice(0, 200)}`);
  return body;
}

async function aptList(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const { host } = new URL(context.tap.url);
  const root = aptRoot(context, `mirror+http://${host}/mirrorlist/apt/lab`);
  succeeded(await root.update());
  succeeded(await root.install("near-data"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  return `installed by the list, with 404 at ${nearest}`;
}

async function dnfMetalink(context: RowContext): Promise<string> {
  await snapshots(context, "lab-rpm", 1, rootPath);
  context.lab.publish(2);
  await snapshots(context, "lab-rpm", 2, rootPath);
  await breakNearest(context, { kind: "stale", version: 1 });
  const root = dnfRoot(context, `metalink=${context.tap.url}/metalink?${question}`);
  dnfSucceeded(await root.download("near-rpm-app"));
  checkDownloaded(root, 2);
  return `the second version with ${nearest} at the first`;
}

async function metalinkHash(context: RowContext): Promise<string> {
  await snapshots(context, "lab-rpm", 1, rootPath);
  const document = await text(context, `/metalink?${question}`);
  const hash = /<hash type="sha256">([0-9a-f]{64})<\/hash>/.exec(document)?.[1];
  check(hash !== undefined, "the metalink has no SHA-256 of repomd.xml");
  // A root that doesn't have it is refused by dnf: garbage wherever the list leads.
  const root = dnfRoot(context, `metalink=${context.tap.url}/metalink?${question}`);
  await Promise.all(
    context.lab.mirrors.map((mirror) => mirror.setFault({ kind: "corrupt", paths: /repodata/ })),
  );
  dnfSucceeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  return `sha256 ${hash.slice(0, 12)}..., and garbage at all mirrors was refused`;
}

async function dnfMirrorlist(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const root = dnfRoot(context, `mirrorlist=${context.tap.url}/mirrorlist?${question}`);
  dnfSucceeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  return `6 packages with 404 at ${nearest}`;
}

/** What libzypp 17.38 asks of a list's places: the first for repomd.xml, the second for all else. */
async function zypperMirrorlist(context: RowContext): Promise<string> {
  await snapshots(context, "lab-rpm", 1, rootPath);
  // What a mirror has of metadata may be anything: nothing of it may reach the client.
  const fault = { kind: "404", paths: /repodata/ } as const;
  await Promise.all(context.lab.mirrors.map((mirror) => mirror.setFault(fault)));
  const list = `mirrorlist=${context.tap.url}/mirrorlist?${question}`;
  const root = new ZypperRoot(context, list);
  await zypperInstalls(root);
  checkNoMetadataAtMirrors(context);
  const from = fetchedFromMirror(context, "near-rpm-data-2026.1-1.noarch.rpm");
  check(from.server === nearest, `near-rpm-data came from ${from.server}`);
  return `6 packages, all metadata from the service, near-rpm-data from ${from.server}`;
}

/** Files that zypper asks for in vain at a mirror before it is believed. */
const mostInVain = 2;

/** In the way of zypper alone, and after what it is told of mirrors was true. */
function zypperDespite(kind: "404" | "corrupt", all: boolean): Row["run"] {
  return async (context) => {
    const { mirrors } = context.lab;
    const faulty = all ? mirrors : mirrors.filter(({ name }) => name === nearest);
    const fault = { kind, paths: /\.rpm$/, agents: /^ZYpp/ };
    await Promise.all(faulty.map((mirror) => mirror.setFault(fault)));
    const root = new ZypperRoot(context);
    if (kind === "corrupt") {
      // The index is read once somebody has asked for it; from then on metalinks have hashes to check pieces by.
      await snapshots(context, "lab-rpm", 1, rootPath);
      endedWell("zypper refresh", await root.refresh());
      await until(context, `${watched}.sha256`, ({ status }) => status === 200);
    }
    await zypperInstalls(root);
    if (all) return `6 packages with ${kind} at all mirrors`;
    if (kind === "corrupt") return `6 packages, the bytes right, with ${kind} at ${nearest}`;
    const vain = context.lab
      .mirror(nearest)
      .log.requests.filter(({ method, status }) => method === "GET" && status === 404).length;
    // libzypp 17.36 gets metalinks of one mirror: it is believed after two files, and has the others from the service.
    if (vain <= mostInVain) return `6 packages with ${kind} at ${nearest}, after ${vain} in vain`;
    const from = fetchedFromMirror(context, "near-rpm-data-2026.1-1.noarch.rpm");
    return `6 packages with ${kind} at ${nearest}, near-rpm-data from ${from.server}`;
  };
}

async function aria2Metalink(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404", agents: /^aria2/ });
  const file = join(context.directory, "list.meta4");
  writeFileSync(file, await text(context, `${new URL(imageUrl(context)).pathname}.meta4`));
  await aria2(context, "--metalink-file", file);
  checkImage(context);
  return `from a mirror of the metalink, with 404 at ${nearest}`;
}

async function pacmanList(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404", paths: /\.pkg\./, agents: /^pacman/ });
  const list = await text(context, "/mirrorlist/pacman/lab-pacman");
  const file = join(context.directory, "mirrorlist");
  writeFileSync(file, list.replaceAll("$repo", "near").replaceAll("$arch", "x86_64"));
  const root = await PacmanRoot.make(context, [`Include = ${file}`]);
  endedWell("pacman", await root.install("near-pac-app"));
  checkPacmanInstalled(root);
  return `4 packages by the list, with 404 at ${nearest}`;
}

export const listRows: readonly Row[] = [
  {
    row: "apt-mirror-list",
    promise:
      "`mirror+http://.../mirrorlist/apt/...` works as a source, past a mirror without files",
    client: "apt",
    needs: "apt",
    run: aptList,
  },
  {
    row: "dnf-metalink-stale",
    promise: "By the metalink, with a mirror a version behind: the newest is downloaded",
    client: "dnf",
    needs: "rpm",
    verified: true,
    run: dnfMetalink,
  },
  {
    row: "dnf-metalink-hash",
    promise: "The metalink always has the hash of repomd.xml, so that dnf refuses garbage",
    client: "dnf",
    needs: "rpm",
    verified: true,
    run: metalinkHash,
  },
  {
    row: "dnf-mirrorlist",
    promise: "By the mirrorlist, with files missing at the nearest mirror: all is downloaded",
    client: "dnf",
    needs: "rpm",
    run: dnfMirrorlist,
  },
  {
    row: "zypper-mirrorlist",
    promise: "By the mirrorlist, with no metadata at any mirror: all metadata is the service's",
    client: "zypper",
    needs: "rpm",
    verified: true,
    run: zypperMirrorlist,
  },
  {
    row: "zypper-metalink-404",
    promise: "A mirror that fails zypper alone with 404: it goes on with the metalink",
    client: "zypper",
    needs: "rpm",
    run: zypperDespite("404", false),
  },
  {
    row: "zypper-metalink-all-404",
    promise: "All mirrors fail zypper alone with 404: it gets the bytes",
    client: "zypper",
    needs: "rpm",
    run: zypperDespite("404", true),
  },
  {
    row: "zypper-metalink-corrupt",
    promise: "A mirror gives zypper alone flipped bits: install succeeds",
    client: "zypper",
    needs: "rpm",
    verified: true,
    run: zypperDespite("corrupt", false),
  },
  {
    row: "aria2-meta4",
    promise: "FILE.meta4 leads aria2 past a mirror that fails it",
    client: "aria2",
    run: aria2Metalink,
  },
  {
    row: "pacman-mirrorlist",
    promise: "/mirrorlist/pacman/... leads pacman past a mirror that fails it",
    client: "pacman",
    needs: "pacman",
    run: pacmanList,
  },
];
