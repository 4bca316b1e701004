/** What pacman must be able to do through the service. */

import { incompressible } from "../lab/bytes.ts";
import {
  atMirrors,
  breakNearest,
  checkNoMetadataAtMirrors,
  checkNoPayloadAtOrigin,
  nearest,
} from "./observe.ts";
import { PacmanRoot, pacmanServer } from "./pacman.ts";
import { endedWell } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";

/** Throws unless `near-pac-app` and what it needs are installed, in a version of the repository. */
export function checkPacmanInstalled(root: PacmanRoot, version = 1): void {
  const versions = {
    "near-pac-app": `1.${version}-1`,
    "near-pac-base": "1.0-1",
    "near-pac-c++": "1:2.0~rc1+b2-1",
    "near-pac-data": `2026.${version}-1`,
  };
  for (const [name, version] of Object.entries(versions)) {
    const payload = root.payload(name);
    check(payload !== undefined, `${name} is not installed`);
    check(
      payload.equals(incompressible(`${name} ${version}`, payload.length)),
      `the files of ${name} are not those of ${version}`,
    );
  }
}

function oneServer(context: RowContext): Promise<PacmanRoot> {
  return PacmanRoot.make(context, [`Server = ${pacmanServer(context.tap.url)}`]);
}

async function install(context: RowContext): Promise<string> {
  const root = await oneServer(context);
  endedWell("pacman", await root.install("near-pac-app"));
  checkPacmanInstalled(root);
  if (context.plain) return "4 packages";
  checkNoPayloadAtOrigin(context);
  return "4 packages, signatures checked";
}

async function databaseAtTheEdge(context: RowContext): Promise<string> {
  const root = await oneServer(context);
  endedWell("pacman", await root.install("near-pac-app"));
  const databases = context.tap.requests.filter(({ path }) => /\.db(?:\.sig)?$/.test(path));
  const others = databases.filter(({ status }) => status !== 200);
  check(databases.length >= 2, "database and signature were not both asked for");
  check(others.length === 0, `not 200: ${others.map(({ path }) => path).join(", ")}`);
  checkNoMetadataAtMirrors(context);
  return `${databases.length} requests for database and signature answered by the service`;
}

async function oneMirrorEach(context: RowContext): Promise<string> {
  const root = await oneServer(context);
  endedWell("pacman", await root.install("near-pac-app"));
  const asked = atMirrors(context).filter(({ status }) => status === 200);
  const signatures = asked.filter(({ path }) => path.endsWith(".sig"));
  check(signatures.length >= 4, `mirrors gave ${signatures.length} signatures for 4 packages`);
  for (const { path, server } of signatures) {
    const together = asked.some((other) => other.server === server && `${other.path}.sig` === path);
    check(together, `${path} came from ${server}, its package didn't`);
  }
  return `${signatures.length} signatures, each where its package is from`;
}

async function missing(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const root = await oneServer(context);
  endedWell("pacman", await root.install("near-pac-app"));
  checkPacmanInstalled(root);
  return `4 packages with 404 at ${nearest}`;
}

async function missingTwice(context: RowContext): Promise<string> {
  // In the way of pacman alone: the service can't know before pacman comes again, by the second line. One file
  // only: after three errors pacman gives up the host in its configuration, which is the service.
  await breakNearest(context, { kind: "404", paths: /near-pac-data/, agents: /^pacman/ });
  const line = `Server = ${pacmanServer(context.tap.url)}`;
  const root = await PacmanRoot.make(context, [line, line]);
  endedWell("pacman", await root.install("near-pac-app"));
  checkPacmanInstalled(root);
  return "what failed came from another mirror by the second line";
}

async function lastModified(context: RowContext): Promise<string> {
  const root = await oneServer(context);
  endedWell("pacman", await root.install("near-pac-app"));
  endedWell("pacman", await root.refresh());
  const dated = context.tap.requests.filter(
    ({ path, status, headers }) =>
      path.endsWith(".db") && status === 304 && headers["if-modified-since"] !== undefined,
  );
  check(dated.length > 0, "the database was not answered 304");
  const reply = await fetch(`${pacmanServer(context.tap.url)}/near.db`, {
    method: "HEAD",
    signal: context.signal,
  });
  const original = await fetch(
    `${pacmanServer(context.lab.origin.url.replace(/\/$/, ""))}/near.db`,
    {
      method: "HEAD",
      signal: context.signal,
    },
  );
  const told = [reply, original].map(({ headers }) => headers.get("last-modified"));
  check(told[0] === told[1], `Last-Modified is ${told[0]}, the origin's ${told[1]}`);
  context.lab.publish(2);
  endedWell("pacman", await root.upgrade());
  checkPacmanInstalled(root, 2);
  return `${dated.length} answered 304, the origin's date, and the second version after a publish`;
}

export const pacmanRows: readonly Row[] = [
  {
    row: "pacman-install",
    promise: "Database and packages with their signatures are had and installed",
    client: "pacman",
    needs: "pacman",
    compared: true,
    run: install,
  },
  {
    row: "pacman-database",
    promise: "The database and its signature come from the service",
    client: "pacman",
    needs: "pacman",
    run: databaseAtTheEdge,
  },
  {
    row: "pacman-verified",
    promise: "The same from a verified snapshot",
    client: "pacman",
    needs: "pacman",
    verified: true,
    run: databaseAtTheEdge,
  },
  {
    row: "pacman-signature",
    promise: "A package and its signature come from one mirror",
    client: "pacman",
    needs: "pacman",
    run: oneMirrorEach,
  },
  {
    row: "pacman-mirror-404",
    promise: "Files missing at the nearest mirror, one Server line: install succeeds",
    client: "pacman",
    needs: "pacman",
    compared: true,
    run: missing,
  },
  {
    row: "pacman-two-lines",
    promise:
      "The service listed twice: the second line leads away from a mirror that failed pacman",
    client: "pacman",
    needs: "pacman",
    compared: true,
    run: missingTwice,
  },
  {
    row: "pacman-last-modified",
    promise: "Last-Modified is the origin's, 304 where it fits, and a publish is followed",
    client: "pacman",
    needs: "pacman",
    run: lastModified,
  },
];
