/** What apt must be able to do through the service. */

import { join } from "node:path";
import { incompressible } from "../lab/bytes.ts";
import type { Outcome } from "../lab/process.ts";
import { AptRoot } from "./apt.ts";
import {
  atMirrors,
  checkNoMetadataAtMirrors,
  checkNoPayloadAtOrigin,
  debFileName,
  fetchedFromMirror,
} from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";

/** An apt root that knows only the lab's repository, through the tap. @param name tells several of a row apart */
export function aptRoot(
  context: RowContext,
  repositoryUrl = `${context.tap.url}/lab/`,
  name = "",
): AptRoot {
  const { publicKeyFile } = context.trees;
  check(publicKeyFile !== undefined, "the lab's repository is not signed");
  return new AptRoot({
    directory: name === "" ? context.directory : join(context.directory, name),
    repositoryUrl,
    publicKeyFile,
    machine: context.machine,
    signal: context.signal,
    ran: context.ran,
  });
}

/** Throws unless apt ended well and complained of nothing. */
export function succeeded(outcome: Outcome): Outcome {
  check(!outcome.timedOut && outcome.code === 0, `apt ended with exit code ${outcome.code}`);
  const complaint = /^[WE]: .*$/m.exec(outcome.stderr)?.[0];
  check(complaint === undefined, `apt complained: ${complaint}`);
  return outcome;
}

/** Throws unless those packages are installed, in the versions given, with the bytes the lab put in them. */
export function checkInstalled(root: AptRoot, versions: Record<string, string>): void {
  const installed = root.installed();
  for (const [name, version] of Object.entries(versions)) {
    check(
      installed.get(name) === version,
      `${name} ${version} should be installed; dpkg has ${installed.get(name) ?? "none"}`,
    );
    const payload = root.payload(name);
    check(payload !== undefined, `${name} is installed without its files`);
    check(
      payload.equals(incompressible(`${name} ${version}`, payload.length)),
      `the files of ${name} are not the ones the lab made`,
    );
  }
}

const appAndWhatItNeeds = {
  "near-app": "1.1-1",
  "near-g++": "12.1.0-1+b1",
  "near-tilde": "1:2.0~rc1+b2",
  "near-data": "2026.1-1",
  "near-lib": "2:1.4.2+dfsg-1",
  "near-base": "1.0-1",
};

async function update(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const lists = root.lists();
  check(
    lists.some((name) => name.endsWith("_InRelease")),
    "apt has no InRelease",
  );
  check(
    lists.some((name) => name.includes("_Packages")),
    "apt has no Packages",
  );
  return `${context.tap.requests.length} requests`;
}

async function indexesAtTheEdge(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const { requests } = context.tap;
  const signed = requests.find(({ path }) => path.endsWith("/InRelease"));
  check(signed?.status === 200, `InRelease was answered ${signed?.status ?? "never"}, not 200`);
  const others = requests.filter(({ status }) => status !== 200);
  check(
    others.length === 0,
    `not 200: ${others.map(({ path, status }) => `${path} ${status}`).join(", ")}`,
  );
  const hits = atMirrors(context).length;
  check(hits === 0, `mirrors were asked ${hits} times during an update`);
  return `${requests.length} answered 200 by the service, no mirror asked`;
}

async function install(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  checkInstalled(root, appAndWhatItNeeds);
  return `${root.installed().size} packages, hashes checked by apt and by content`;
}

async function payloadAtMirrors(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  succeeded(await root.install("near-app"));
  for (const name of Object.keys(appAndWhatItNeeds)) {
    fetchedFromMirror(context, debFileName(name));
  }
  checkNoPayloadAtOrigin(context);
  checkNoMetadataAtMirrors(context);
  const used = new Set(atMirrors(context).map(({ server }) => server));
  return `all from ${[...used].join(", ")}, none from the origin`;
}

async function encodedPaths(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const names = ["near-g++", "near-tilde", "near-epoch", "near-colon"];
  succeeded(await root.install(...names));
  const { requests } = context.tap;
  const compared: string[] = [];
  for (const name of names) {
    const fileName = debFileName(name);
    const asked = requests.find(({ path }) => decodeURIComponent(path).endsWith(`/${fileName}`));
    check(asked !== undefined, `the service was not asked for ${fileName}`);
    const arrived = fetchedFromMirror(context, fileName);
    check(
      arrived.path.endsWith(asked.path),
      `asked as ${asked.path}, arrived at ${arrived.server} as ${arrived.path}`,
    );
    compared.push(asked.path.slice(asked.path.lastIndexOf("/") + 1));
  }
  check(
    compared.some((path) => path.includes("%")),
    `apt sent no percent-encoding, so nothing was shown: ${compared.join(", ")}`,
  );
  return compared.join(", ");
}

async function pipelining(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const before = context.tap.requests.length;
  succeeded(await root.install("near-many", "-o", "Acquire::http::Pipeline-Depth=10"));
  const payload = context.tap.requests.slice(before);
  const perConnection = new Map<number, number>();
  for (const { connection } of payload) {
    perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1);
  }
  const most = Math.max(0, ...perConnection.values());
  check(most >= 6, `at most ${most} requests went over one connection to the service`);
  check(context.tap.mostOutstanding() > 1, "no request was sent before the last was answered");
  const refused = payload.filter(({ status }) => status !== 302);
  check(refused.length === 0, `not redirected: ${refused.map(({ path }) => path).join(", ")}`);
  return `${most} requests over one connection, ${context.tap.mostOutstanding()} outstanding at once`;
}

async function secondUpdate(context: RowContext): Promise<string> {
  const root = aptRoot(context);
  succeeded(await root.update());
  const before = context.tap.requests.length;
  const outcome = succeeded(await root.update());
  const again = context.tap.requests.slice(before);
  const signed = again.find(({ path }) => path.endsWith("/InRelease"));
  check(signed?.status === 304, `InRelease was answered ${signed?.status ?? "never"}, not 304`);
  check(/^Hit:/m.test(outcome.stdout), "apt did not say Hit");
  return "304 for InRelease, and apt says Hit";
}

export const aptRows: readonly Row[] = [
  {
    row: "apt-update",
    promise: "apt-get update succeeds",
    compared: true,
    client: "apt",
    needs: "apt",
    run: update,
  },
  {
    row: "apt-indexes-at-the-edge",
    promise: "Indexes come from the service, no mirror is asked",
    client: "apt",
    needs: "apt",
    run: indexesAtTheEdge,
  },
  {
    row: "apt-install",
    promise: "apt-get install succeeds with the bytes that were published",
    compared: true,
    client: "apt",
    needs: "apt",
    run: install,
  },
  {
    row: "apt-payload-at-mirrors",
    promise: "Packages come from mirrors, none from the origin",
    client: "apt",
    needs: "apt",
    run: payloadAtMirrors,
  },
  {
    row: "apt-encoded-paths",
    promise: "`+`, `~`, epochs and colons arrive at the mirror as apt asked for them",
    client: "apt",
    needs: "apt",
    run: encodedPaths,
  },
  {
    row: "apt-pipelining",
    promise: "Six and more pipelined requests on one connection are all redirected",
    client: "apt",
    needs: "apt",
    run: pipelining,
  },
  {
    row: "apt-second-update",
    promise: "A second update is answered 304",
    client: "apt",
    needs: "apt",
    run: secondUpdate,
  },
];
