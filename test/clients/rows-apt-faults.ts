/** How apt fares with a faulty mirror nearest to it. After a redirect apt never asks the service again. */

import type { Fault } from "../lab/faults.ts";
import type { Outcome } from "../lab/process.ts";
import { breakNearest, debPath, nearest } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";

interface AptFault {
  name: string;
  fault: Fault;
  promise: string;
  /** Only bytes tell it: the mirror is found out by probes. */
  probed?: true;
  /** Default: that of rows, or what probes take longer. */
  deadlineMs?: number;
}

const packages = /\.deb$/;

const mirrorFaults: readonly AptFault[] = [
  { name: "404", fault: { kind: "404" }, promise: "Files missing at the nearest mirror" },
  { name: "503", fault: { kind: "5xx" }, promise: "The nearest mirror answers 503" },
  { name: "reset", fault: { kind: "down" }, promise: "The nearest mirror resets connections" },
  { name: "refused", fault: { kind: "refuse" }, promise: "The nearest mirror is gone" },
  {
    name: "silent",
    fault: { kind: "hang" },
    promise: "The nearest mirror answers nothing",
    deadlineMs: 40_000,
  },
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
];

function installsDespite({ fault, probed }: AptFault): Row["run"] {
  return async (context) => {
    await breakNearest(context, fault, probed && `/lab/${debPath("near-lib")}`);
    const root = aptRoot(context);
    succeeded(await root.update());
    // One retry in place of three: a mirror that fails the first is lost anyway, and each waits for its timeout.
    succeeded(await root.aptGet(["install", "near-app", "-o", "Acquire::Retries=1"]));
    checkInstalled(root, { "near-app": "1.1-1", "near-data": "2026.1-1", "near-base": "1.0-1" });
    return `installed with ${fault.kind} at ${nearest}`;
  };
}

async function stale(context: RowContext): Promise<string> {
  context.lab.publish(2);
  await breakNearest(context, { kind: "stale", version: 1 });
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, { "near-app": "1.2-1", "near-data": "2026.2-1" });
  if (context.plain) return "the second version";
  const indexes = context.tap.requests.filter(({ path }) => path.includes("/by-hash/"));
  check(indexes.length > 0, "apt asked for no index by its hash, so nothing was shown of that");
  return `the second version, its indexes by hash, with ${nearest} at the first`;
}

async function secondRun(context: RowContext): Promise<string> {
  // In the way of the client alone: whoever else asks the mirror is answered, so that it counts as proven.
  await breakNearest(context, { kind: "404", paths: packages, agents: /APT-HTTP/ });
  const root = aptRoot(context);
  succeeded(await root.update());
  const first = await root.install("near-data");
  check(first.code !== 0, "the first run did not fail, so nothing was shown");
  succeeded(await root.install("near-data"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  return "the first run failed at the mirror, the second got the file";
}

async function noLoop(context: RowContext): Promise<string> {
  const target = `${context.tap.url}/lab/${debPath("near-data")}`;
  await breakNearest(context, { kind: "redirect-loop", to: target, paths: packages });
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-data"));
  checkInstalled(root, { "near-data": "2026.1-1" });
  return `${nearest} redirects back to the service, and nobody was sent there`;
}

async function validUntil(context: RowContext): Promise<string> {
  context.lab.publish(2);
  await breakNearest(context, { kind: "stale", version: 1 });
  const root = aptRoot(context);
  // The second version is one hour old, the first two.
  const valid = ["-o", "Acquire::Max-ValidTime=5400"];
  const update = ["update", ...valid, "-o", "APT::Update::Error-Mode=any"];
  succeeded(await root.aptGet(update));
  if (context.plain) return "not expired";
  const expired: Outcome = await aptRoot(context, `${context.tap.url}/lab/`, "late").aptGet([
    ...update,
    ...["-o", "Acquire::Max-ValidTime=1800"],
  ]);
  check(expired.code !== 0 && /is expired/.test(expired.stderr), "apt did not find it expired");
  return "valid for an hour and a half: the newest is; for half an hour: apt says it is expired";
}

export const aptFaultRows: readonly Row[] = [
  ...mirrorFaults.map(
    (one): Row => ({
      row: `apt-mirror-${one.name}`,
      promise: `${one.promise}: install succeeds`,
      client: "apt",
      needs: "apt",
      compared: true,
      ...(one.probed && { probed: true, deadlineMs: 90_000 }),
      ...(one.deadlineMs !== undefined && { deadlineMs: one.deadlineMs }),
      run: installsDespite(one),
    }),
  ),
  {
    row: "apt-mirror-stale",
    promise: "The nearest mirror is a version behind: the newest is installed, indexes by hash",
    client: "apt",
    needs: "apt",
    compared: true,
    run: stale,
  },
  {
    row: "apt-second-run",
    promise: "Who had no luck with a mirror gets the file when he comes again",
    client: "apt",
    needs: "apt",
    compared: true,
    run: secondRun,
  },
  {
    row: "apt-no-loop",
    promise: "A mirror that redirects to the service is not redirected to",
    client: "apt",
    needs: "apt",
    compared: true,
    run: noLoop,
  },
  {
    row: "apt-valid-until",
    promise: "With Valid-Until near, the state that is valid still is what apt gets",
    client: "apt",
    needs: "apt",
    compared: true,
    run: validUntil,
  },
];
