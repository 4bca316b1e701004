/** How apt fares when something changes while the service runs: a drain, a publish, mirrors or the origin gone. */

import { formatRequest } from "../lab/request-log.ts";
import { labViews } from "../lab/views.ts";
import {
  atMirrors,
  checkNoPayloadAtOrigin,
  debFileName,
  debPath,
  fetchedFromMirror,
  fromClient,
  mirrorOf,
  until,
} from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, checkInstalled, succeeded } from "./rows-apt.ts";

async function drainedWhileRunning(context: RowContext): Promise<string> {
  const { lab, service } = context;
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-base"));
  const drained = mirrorOf(context, fetchedFromMirror(context, debFileName("near-base")));
  // The file that is asked for next must be one this mirror would have been chosen for, or nothing is shown.
  const next = await redirectTarget(context, "near-many");
  check(next.startsWith(drained.url), `${next} would not have gone to ${drained.name} anyway`);

  await service.publish(labViews(lab, { states: { [drained.name]: "drained" } }));
  // By HEAD: apt's question for the same file is not to be taken for its second.
  const followed = ({ status, location }: { status: number; location: string }) =>
    status === 302 && !location.startsWith(drained.url);
  await until(context, `/lab/${debPath("near-many")}`, followed, "HEAD");
  drained.log.clear();
  succeeded(await root.install("near-many"));
  checkInstalled(root, { "near-many": "1.0-1", "near-part8": "1.0-1" });
  const after = drained.log.requests.filter(fromClient);
  check(
    after.length === 0,
    `${drained.name} was still asked: ${after.map(formatRequest).join("; ")}`,
  );
  checkNoPayloadAtOrigin(context);
  return `${drained.name} drained, and no request reached it any more`;
}

async function upgrade(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  context.lab.publish(2);
  await until(context, "/lab/dists/stable/InRelease", ({ text }) => /^Version: 2$/m.test(text));
  succeeded(await root.update());
  succeeded(await root.upgrade());
  checkInstalled(root, {
    "near-app": "1.2-1",
    "near-g++": "12.2.0-1+b1",
    "near-tilde": "1:2.0~rc2+b2",
    "near-data": "2026.2-1",
    "near-lib": "2:1.4.2+dfsg-1",
  });
  fetchedFromMirror(context, debFileName("near-data", 2));
  return "four packages upgraded to the second version";
}

async function noMirror(context: RowContext): Promise<string> {
  const { lab, service } = context;
  await service.publish(labViews(lab, { only: [] }));
  await until(context, `/lab/${debPath("near-base")}`, ({ status }) => status === 200);
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-data", "near-g++"));
  checkInstalled(root, { "near-data": "2026.1-1", "near-g++": "12.1.0-1+b1" });
  check(atMirrors(context).length === 0, "mirrors were asked although none is listed");
  const redirected = context.tap.requests.filter(({ status }) => status === 302);
  check(redirected.length === 0, `${redirected.length} requests were redirected`);
  return "bytes came through the edge";
}

async function originGone(context: RowContext): Promise<string> {
  const { lab, service } = context;
  await service.publish(labViews(lab, { only: [] }));
  await until(context, `/lab/${debPath("near-base")}`, ({ status }) => status === 200);
  await lab.origin.setFault({ kind: "refuse" });
  const root = aptRoot(context);
  const outcome = await root.update();
  check(!outcome.timedOut, "apt did not end");
  check(outcome.code !== 0, "apt ended with exit code 0 although nothing could be fetched");
  const held = context.tap.requests.filter(({ status }) => status === 503);
  check(held.length > 0, "the service never answered 503");
  const complaint = /^[WE]: .*503.*$/m.exec(outcome.stderr)?.[0];
  check(complaint !== undefined, "apt's message doesn't name the status");
  check(
    held.length > 1,
    "apt did not ask again: it takes a 503 for a hold only when the body isn't empty",
  );
  return `exit code ${outcome.code} after ${held.length} answers of 503: ${complaint}`;
}

/** Where the service redirects a client like this row's to, for a lab package. */
async function redirectTarget(context: RowContext, name: string): Promise<string> {
  const reply = await fetch(`${context.tap.url}/lab/${debPath(name)}`, {
    redirect: "manual",
    signal: context.signal,
  });
  await reply.body?.cancel();
  return reply.headers.get("location") ?? "";
}

export const aptChangeRows: readonly Row[] = [
  {
    row: "apt-drained-while-running",
    promise: "A drained mirror gets no more requests",
    client: "apt",
    needs: "apt",
    run: drainedWhileRunning,
  },
  {
    row: "apt-upgrade",
    promise: "An upgrade follows a publish",
    client: "apt",
    needs: "apt",
    deadlineMs: 120_000,
    run: upgrade,
  },
  {
    row: "apt-no-mirror",
    promise: "Without mirrors the bytes come through the service",
    client: "apt",
    needs: "apt",
    run: noMirror,
  },
  {
    row: "apt-origin-gone",
    promise: "503 with a body is the hold signal: apt asks again and says why it ends",
    client: "apt",
    needs: "apt",
    run: originGone,
  },
];
