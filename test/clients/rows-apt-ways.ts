/** The ways apt asks: connections, sources, locations, and files that are there or not. */

import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { labViews } from "../lab/views.ts";
import { aptSource } from "./apt.ts";
import { startFront } from "./loop-front.ts";
import { atMirrors, debFile, debFileName, debPath, until } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";
import { aptRootPath, pullIndexes, snapshots } from "./rows-snapshots.ts";

async function locationForm(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const before = context.tap.requests.length;
  const names = ["near-g++", "near-tilde", "near-epoch", "near-colon"];
  succeeded(await root.install(...names));
  const asked = context.tap.requests.slice(before).map(({ path }) => path);
  check(asked.length >= names.length, `only ${asked.length} packages were asked for`);
  for (const path of asked) {
    const { status, headers } = await fetchRaw(context, path);
    const location = headers.get("location") ?? "";
    const mirror = context.lab.mirrors.find(({ url }) => location.startsWith(url));
    check(status === 302 && mirror !== undefined, `${path}: ${status} to ${location}`);
    const wanted = `${mirror.url}${path.slice(1)}`;
    check(location === wanted, `Location is ${location}, not ${wanted}`);
  }
  return `${asked.length} redirects, all absolute, paths as asked`;
}

/** With the path as it is: `fetch` would keep most of it, too, but its URL parser may change escapes. */
async function fetchRaw(context: RowContext, path: string): Promise<Response> {
  const reply = await fetch(context.tap.url + path, {
    redirect: "manual",
    signal: context.signal,
  });
  await reply.body?.cancel();
  return reply;
}

async function connectionClose(context: RowContext): Promise<string> {
  const front = await startFront(context.service.url, "", { closes: true });
  try {
    const root = aptRoot(context, `${front.url}/lab/`);
    succeeded(await root.update());
    succeeded(await root.install("near-many"));
    checkInstalled(root, { "near-many": "1.0-1", "near-part8": "1.0-1" });
    return `${front.requests.length} requests, a connection each`;
  } finally {
    await front.stop();
  }
}

async function otherDate(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const original = join(context.trees.root(1), "lab", debFile("near-data"));
  const partial = root.partialArchive(debFileName("near-data"));
  mkdirSync(dirname(partial), { recursive: true });
  // The beginning of something else of that name, of another date: to go on with it would spoil the file.
  writeFileSync(partial, Buffer.alloc(50_000, 0x2e));
  const other = new Date(Date.UTC(2025, 5, 1));
  utimesSync(partial, other, other);
  succeeded(await root.install("near-data"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  const [asked] = atMirrors(context).filter(({ path }) => path.includes("near-data"));
  check(asked?.headers["if-range"] !== undefined, "apt asked for no rest, so nothing was shown");
  const size = readFileSync(original).length;
  check(asked.bytes === size, `${asked.bytes} bytes were sent, the package has ${size}`);
  return "another date in If-Range: the whole package was sent";
}

async function hold(context: RowContext): Promise<string> {
  const { lab, service } = context;
  await service.publish(labViews(lab, { only: [] }));
  await until(context, `/lab/${debPath("near-base")}`, ({ status }) => status === 200);
  await lab.origin.setFault({ kind: "refuse" });
  const root = aptRoot(context);
  const updating = root.update();
  const heldBack = () => context.tap.requests.some(({ status }) => status === 503);
  while (!heldBack()) {
    context.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await lab.origin.setFault(undefined);
  succeeded(await updating);
  const asked = context.tap.requests.map(({ status }) => status);
  return `answered ${asked.join(", ")}`;
}

async function withoutInRelease(context: RowContext): Promise<string> {
  await context.lab.origin.setFault({ kind: "404", paths: /\/InRelease$/ });
  const root = aptRoot(context);
  // That InRelease is absent is an error in the mode that the other rows use.
  const updated = await root.aptGet(["update"]);
  check(updated.code === 0, `apt ended with exit code ${updated.code}`);
  const signature = context.tap.requests.find(({ path }) => path.endsWith("/Release.gpg"));
  check(signature?.status === 200, "apt did not get Release.gpg");
  succeeded(await root.install("near-data"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  return "Release and Release.gpg in its place";
}

async function oldByHash(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  let published = false;
  const front = await startFront(context.service.url, "", {
    async before(path) {
      if (published || !path.includes("/by-hash/")) return;
      published = true;
      context.lab.publish(2);
      await snapshots(context, "lab", 2, aptRootPath);
      // The lab keeps old indexes, as Debian does; here the service's own copy must do.
      await context.lab.origin.setFault({ kind: "404", paths: /\/by-hash\// });
    },
  });
  try {
    const root = aptRoot(context, `${front.url}/lab/`);
    succeeded(await root.update());
    check(published, "apt asked for no index by its hash, so nothing was shown");
    succeeded(await root.install("near-data"));
    checkInstalled(root, { "near-data": "2026.1-1" });
    return "published between InRelease and its index: both of version 1";
  } finally {
    await front.stop();
  }
}

async function twoSources(context: RowContext): Promise<string> {
  const first = await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  context.lab.publish(2);
  await snapshots(context, "lab", 2, aptRootPath);
  const root = aptRoot(context);
  const { publicKeyFile } = context.trees;
  check(publicKeyFile !== undefined, "the lab's repository is not signed");
  writeFileSync(
    join(root.directory, "etc/apt/sources.list.d/pinned.sources"),
    aptSource(`${context.tap.url}/lab@${first.id}/`, publicKeyFile),
  );
  succeeded(await root.update());
  succeeded(await root.install("near-data=2026.1-1"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  succeeded(await root.upgrade());
  checkInstalled(root, { "near-data": "2026.2-1" });
  return "the older version from the pinned source, then the newer";
}

export const aptWaysRows: readonly Row[] = [
  {
    row: "apt-location-form",
    promise: "Location is absolute, on a listed mirror, with the path's escapes as asked",
    client: "apt",
    needs: "apt",
    run: locationForm,
  },
  {
    row: "apt-connection-close",
    promise: "Connections that end with each answer are no trouble",
    client: "apt",
    needs: "apt",
    run: connectionClose,
  },
  {
    row: "apt-resume-other-date",
    promise: "What was begun of another date is fetched anew, whole",
    client: "apt",
    needs: "apt",
    compared: true,
    run: otherDate,
  },
  {
    row: "apt-hold",
    promise: "An origin that comes back while apt is held back costs nothing",
    client: "apt",
    needs: "apt",
    run: hold,
  },
  {
    row: "apt-no-inrelease",
    promise: "Without InRelease, Release and Release.gpg serve",
    client: "apt",
    needs: "apt",
    run: withoutInRelease,
  },
  {
    row: "apt-old-by-hash",
    promise: "A publish between InRelease and its indexes: all of one snapshot",
    client: "apt",
    needs: "apt",
    verified: true,
    run: oldByHash,
  },
  {
    row: "apt-two-sources",
    promise: "Two source lines of the service work side by side",
    client: "apt",
    needs: "apt",
    verified: true,
    run: twoSources,
  },
];
