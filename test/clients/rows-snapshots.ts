/** Metadata from verified snapshots: what clients get while the origin lies, goes back, or is gone. */

import { setTimeout as pause } from "node:timers/promises";
import { freshMs } from "../../worker/repositories/reader/current.ts";
import { formatRequest } from "../lab/request-log.ts";
import { fromClient, until } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";
import { dnfRoot } from "./rows-dnf.ts";

interface Kept {
  id: string;
  url: string;
}

/**
 * The newest kept snapshot of each state that the origin published, newest first: an index that is pulled makes another
 * snapshot of the same state.
 */
async function kept(context: RowContext, repository: string): Promise<Kept[]> {
  const url = new URL(`api/v1/repositories/${repository}/snapshots`, context.service.url);
  const answer: unknown = await (await fetch(url, { signal: context.signal })).json();
  const snapshots: unknown = Reflect.get(Object(answer), "snapshots");
  if (!Array.isArray(snapshots)) return [];
  const states = new Map<string, Kept>();
  for (const { id, url, roots } of snapshots) {
    const state = JSON.stringify(Array.isArray(roots) && roots.map(({ sha256 }) => sha256));
    if (!states.has(state)) states.set(state, { id: String(id), url: String(url) });
  }
  return [...states.values()];
}

/** Waits until that many states of a repository are kept, and the edge serves the newest. */
export async function snapshots(
  context: RowContext,
  repository: string,
  count: number,
  root: string,
): Promise<Kept> {
  // Being asked for is what has a repository followed.
  await until(context, `/${repository}/${root}`, ({ status }) => status === 200);
  for (;;) {
    const all = await kept(context, repository);
    const [newest] = all;
    if (newest !== undefined && all.length >= count) {
      const served = new URL(`api/v1/repositories/${repository}`, context.service.url);
      const text = await (await fetch(served, { signal: context.signal })).text();
      // The edge looks every second or two; asking for the root makes it look.
      await (await fetch(`${context.tap.url}/${repository}/${root}`)).arrayBuffer();
      if (text.includes(`"serving":"${newest.id}"`)) return newest;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const aptRootPath = "dists/stable/InRelease";

function alarmOf(context: RowContext, repository: string): Promise<string> {
  const url = new URL(`api/v1/repositories/${repository}`, context.service.url);
  return untilTold(context, url.href, /"said":"([^"]+)"/);
}

/** Waits until an answer of the API matches; the first group. */
async function untilTold(context: RowContext, url: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const text = await (await fetch(url, { signal: context.signal })).text();
    const match = pattern.exec(text);
    if (match?.[1] !== undefined) return match[1];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Indexes are pulled when somebody asks for them first, and from then on before a newer root is served. */
export async function pullIndexes(context: RowContext): Promise<void> {
  succeeded(await aptRoot(context, `${context.tap.url}/lab/`, "first").update());
}

async function verified(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  await context.lab.origin.setFault({ kind: "refuse" });
  const root = aptRoot(context);
  succeeded(await root.update());
  return `${root.lists().length} lists with the origin gone, all from the snapshot`;
}

async function installs(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, { "near-app": "1.1-1", "near-data": "2026.1-1" });
  const metadata = context.lab.origin.log.requests.filter(
    (one) =>
      fromClient(one) &&
      one.path.includes("/dists/") &&
      one.headers["user-agent"]?.startsWith("Debian"),
  );
  check(metadata.length === 0, `apt reached the origin: ${metadata.map(formatRequest).join("; ")}`);
  return "update and install with metadata of one snapshot";
}

async function replayed(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  context.lab.publish(2);
  await snapshots(context, "lab", 2, aptRootPath);
  // The origin goes back, as one that was broken into, or a stale copy in front of it, would.
  await context.lab.origin.setFault({ kind: "stale", version: 1 });
  const said = await alarmOf(context, "lab");
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, { "near-app": "1.2-1" });
  return `the newer version stays; alarm: ${said}`;
}

async function tampered(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  context.lab.publish(2);
  await context.lab.origin.setFault({ kind: "corrupt" });
  const said = await alarmOf(context, "lab");
  const root = aptRoot(context);
  succeeded(await root.update());
  check(
    root.lists().some((name) => name.endsWith("_InRelease")),
    "apt has no InRelease",
  );
  return `the last good version stays; alarm: ${said}`;
}

async function afterPause(context: RowContext): Promise<string> {
  await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  context.lab.publish(2);
  // The object's list is no question about the repository: the edge still has the first state.
  while ((await kept(context, "lab")).length < 2) await pause(200);
  // The edge knows what it has looked at lately; a host that updates once a day comes later than that.
  await pause(freshMs + 500);
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, { "near-app": "1.2-1", "near-data": "2026.2-1" });
  return "one update after a pause, and the version published in it is installed";
}

async function pinned(context: RowContext): Promise<string> {
  const first = await snapshots(context, "lab", 1, aptRootPath);
  await pullIndexes(context);
  context.lab.publish(2);
  await snapshots(context, "lab", 2, aptRootPath);
  const root = aptRoot(context, `${context.tap.url}/lab@${first.id}/`);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, { "near-app": "1.1-1", "near-data": "2026.1-1" });
  return `version 1 from /lab@${first.id}/ after version 2 was published`;
}

async function dnfVerified(context: RowContext): Promise<string> {
  await snapshots(context, "lab-rpm", 1, "repodata/repomd.xml");
  const root = dnfRoot(context);
  const made = await root.makecache();
  check(made.code === 0, `dnf ended with exit code ${made.code}`);
  const signature = context.tap.requests.find(({ path }) => path.endsWith("/repomd.xml.asc"));
  check(signature?.status === 200, "repomd.xml.asc was not served");
  return "repomd.xml, its signature and the indexes of one snapshot";
}

export const snapshotRows: readonly Row[] = [
  {
    row: "apt-verified-origin-gone",
    promise: "Verified metadata goes on when the origin is gone",
    client: "apt",
    needs: "apt",
    verified: true,
    run: verified,
  },
  {
    row: "apt-verified-install",
    promise: "Update and install work with metadata of one snapshot",
    client: "apt",
    needs: "apt",
    verified: true,
    run: installs,
  },
  {
    row: "apt-origin-replays",
    promise: "An origin that goes back is not followed",
    client: "apt",
    needs: "apt",
    verified: true,
    run: replayed,
  },
  {
    row: "apt-origin-tampered",
    promise: "What is not signed is not followed",
    client: "apt",
    needs: "apt",
    verified: true,
    run: tampered,
  },
  {
    row: "apt-after-pause",
    promise: "The first update after a pause gets what was published in it",
    client: "apt",
    needs: "apt",
    verified: true,
    run: afterPause,
  },
  {
    row: "apt-pinned",
    promise: "A pinned snapshot stays as it was after a publish",
    client: "apt",
    needs: "apt",
    verified: true,
    run: pinned,
  },
  {
    row: "dnf-verified",
    promise: "repomd.xml and its signature come from one snapshot",
    client: "dnf",
    needs: "rpm",
    verified: true,
    run: dnfVerified,
  },
];
