/** How dnf fares with faulty mirrors near it, and with a publish in the middle. */

import type { Fault } from "../lab/faults.ts";
import { startFront } from "./loop-front.ts";
import { askedOf, breakNearest, nearest } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { checkDownloaded, dnfRoot, succeeded } from "./rows-dnf.ts";
import { snapshots } from "./rows-snapshots.ts";

interface DnfFault {
  name: string;
  fault: Fault;
  promise: string;
  /** Only bytes tell it: the mirror is found out by probes. */
  probed?: true;
}

const packages = /\.rpm$/;
const watched = "/lab-rpm/Packages/near-rpm-data-2026.1-1.noarch.rpm";
const rootPath = "repodata/repomd.xml";

const mirrorFaults: readonly DnfFault[] = [
  { name: "404", fault: { kind: "404" }, promise: "Files missing at the nearest mirror" },
  {
    name: "corrupt",
    fault: { kind: "corrupt", paths: packages },
    promise: "Packages at the nearest mirror have flipped bits",
    probed: true,
  },
  {
    name: "truncated",
    fault: { kind: "truncate", paths: packages },
    promise: "Packages of the nearest mirror end early",
    probed: true,
  },
  {
    name: "bad-repomd",
    fault: { kind: "corrupt", paths: /repodata/ },
    promise: "Garbage for repomd.xml at the nearest mirror",
  },
];

function downloadsDespite({ fault, probed }: DnfFault): Row["run"] {
  return async (context) => {
    await breakNearest(context, fault, probed && watched);
    const root = dnfRoot(context);
    succeeded(await root.download("near-rpm-app"));
    checkDownloaded(root);
    return `6 packages with ${fault.kind} at ${nearest}`;
  };
}

async function manyPackages(context: RowContext): Promise<string> {
  // In the way of dnf alone: the service can't know before dnf comes again.
  await breakNearest(context, { kind: "5xx", paths: packages, agents: /libdnf/ });
  const root = dnfRoot(context);
  succeeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  if (context.plain) return "6 packages";
  const failed = askedOf(context, nearest).filter(({ status }) => status === 503).length;
  check(failed > 0, "dnf never met the fault, so nothing was shown");
  return `${failed} failures at ${nearest}, then no more`;
}

async function twoDead(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "refuse" });
  await context.lab.mirror("mirror2").setFault({ kind: "down" });
  const root = dnfRoot(context);
  succeeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  return "6 packages with two of five mirrors dead";
}

async function staleMirror(context: RowContext): Promise<string> {
  context.lab.publish(2);
  await breakNearest(context, { kind: "stale", version: 1 });
  const root = dnfRoot(context);
  succeeded(await root.download("near-rpm-app"));
  checkDownloaded(root, 2);
  return `the second version with ${nearest} at the first`;
}

async function publishBetween(context: RowContext): Promise<string> {
  await snapshots(context, "lab-rpm", 1, rootPath);
  let armed = false;
  // An address of its own: what the row itself asks meanwhile must not count as dnf's.
  const front = await startFront(context.service.url, "84.128.0.1", {
    async before(path) {
      if (!armed || !path.endsWith("/repomd.xml.asc")) return;
      armed = false;
      context.lab.publish(2);
      await snapshots(context, "lab-rpm", 2, rootPath);
    },
  });
  try {
    const root = dnfRoot(context, `baseurl=${front.url}/lab-rpm/`);
    // A run of its own for the key: when it has imported that, dnf begins anew by itself.
    succeeded(await root.makecache());
    // With the same metadata at hand dnf would be content before it has looked at the signature.
    root.forgetMetadata();
    const before = front.requests.length;
    armed = true;
    succeeded(await root.makecache());
    check(!armed, "dnf asked for no signature, so nothing was shown");
    const again = front.requests.slice(before);
    const roots = again.filter(({ path }) => path.endsWith("/repomd.xml")).length;
    check(roots === 1, `dnf began anew: it asked for repomd.xml ${roots} times`);
    const indexes = again.filter(({ path }) => path.includes("-primary.xml")).length;
    check(indexes > 0, "dnf asked for no index, so nothing was shown");
    return "published between repomd.xml and its signature: both, and the indexes, of version 1";
  } finally {
    await front.stop();
  }
}

export const dnfFaultRows: readonly Row[] = [
  ...mirrorFaults.map(
    (one): Row => ({
      row: `dnf-mirror-${one.name}`,
      promise: `${one.promise}: everything is downloaded`,
      client: "dnf",
      needs: "rpm",
      compared: true,
      ...(one.probed && { probed: true, deadlineMs: 90_000 }),
      run: downloadsDespite(one),
    }),
  ),
  {
    row: "dnf-mirror-stale",
    promise: "The nearest mirror is a version behind: the newest is downloaded",
    client: "dnf",
    needs: "rpm",
    compared: true,
    run: staleMirror,
  },
  {
    row: "dnf-many-packages",
    promise:
      "A mirror that fails dnf alone is left before dnf's patience with the transaction ends",
    client: "dnf",
    needs: "rpm",
    compared: true,
    run: manyPackages,
  },
  {
    row: "dnf-two-dead",
    promise: "Two dead mirrors are no trouble",
    client: "dnf",
    needs: "rpm",
    compared: true,
    run: twoDead,
  },
  {
    row: "dnf-publish-between",
    promise: "A publish between repomd.xml and repomd.xml.asc: both of one snapshot",
    client: "dnf",
    needs: "rpm",
    verified: true,
    vars: { PEER_ADDRESS_HEADER: "x-lab-client", TRUSTED_PROXIES: "127.0.0.0/8" },
    run: publishBetween,
  },
];
