/** What dnf must be able to do through the service. */

import type { Outcome } from "../lab/process.ts";
import { labViews } from "../lab/views.ts";
import { DnfRoot } from "./dnf.ts";
import {
  atMirrors,
  checkNoMetadataAtMirrors,
  checkNoPayloadAtOrigin,
  fetchedFromMirror,
  until,
} from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";

/** A dnf root that knows only the lab's repository. @param source default: through the tap */
export function dnfRoot(
  context: RowContext,
  source = `baseurl=${context.tap.url}/lab-rpm/`,
): DnfRoot {
  const { publicKeyFile } = context.trees;
  check(publicKeyFile !== undefined, "the lab's repository is not signed");
  return new DnfRoot({
    directory: context.directory,
    source,
    publicKeyFile,
    program: context.client === "dnf5" ? "dnf5" : "dnf",
    machine: context.machine,
    signal: context.signal,
    ran: context.ran,
  });
}

/** Throws unless dnf ended well. */
export function succeeded(outcome: Outcome): Outcome {
  check(!outcome.timedOut && outcome.code === 0, `dnf ended with exit code ${outcome.code}`);
  return outcome;
}

/** File names of `near-rpm-app` and what it needs, in a version of the repository, sorted. */
function appPackages(version = 1): string[] {
  return [
    `near-rpm-app-1.${version}-1.noarch.rpm`,
    "near-rpm-base-1.0-1.noarch.rpm",
    "near-rpm-c++-2.0~rc1+b2-1.noarch.rpm",
    `near-rpm-data-2026.${version}-1.noarch.rpm`,
    "near-rpm-doc-3.0-1.noarch.rpm",
    "near-rpm-tools-4.0-1.noarch.rpm",
  ];
}

const appAndWhatItNeeds = appPackages();

/** Throws unless `near-rpm-app` and what it needs were downloaded, in a version of the repository. */
export function checkDownloaded(root: DnfRoot, version = 1): void {
  const have = root.downloaded().sort();
  const wanted = appPackages(version).join();
  check(have.join() === wanted, `downloaded ${have.join(", ") || "nothing"}, not ${wanted}`);
}

async function makecache(context: RowContext): Promise<string> {
  succeeded(await dnfRoot(context).makecache());
  const { requests } = context.tap;
  const root = requests.find(({ path }) => path.endsWith("/repomd.xml"));
  check(root?.status === 200, `repomd.xml was answered ${root?.status ?? "never"}, not 200`);
  check(
    requests.some(({ path, status }) => path.endsWith("/repomd.xml.asc") && status === 200),
    "the signature of repomd.xml was not fetched",
  );
  check(atMirrors(context).length === 0, "mirrors were asked for metadata");
  return `${requests.length} requests answered by the service, no mirror asked`;
}

async function download(context: RowContext): Promise<string> {
  const root = dnfRoot(context);
  succeeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  for (const name of appAndWhatItNeeds) fetchedFromMirror(context, name);
  if (context.plain) return "6 packages";
  checkNoMetadataAtMirrors(context);
  checkNoPayloadAtOrigin(context);
  return `${appAndWhatItNeeds.length} packages from mirrors, none from the origin`;
}

async function encodedPaths(context: RowContext): Promise<string> {
  succeeded(await dnfRoot(context).download("near-rpm-c++"));
  const fileName = "near-rpm-c++-2.0~rc1+b2-1.noarch.rpm";
  const asked = context.tap.requests.find(({ path }) =>
    decodeURIComponent(path).endsWith(`/${fileName}`),
  );
  check(asked !== undefined, `the service was not asked for ${fileName}`);
  const arrived = fetchedFromMirror(context, fileName);
  check(
    arrived.path.endsWith(asked.path),
    `asked as ${asked.path}, arrived at ${arrived.server} as ${arrived.path}`,
  );
  return asked.path.slice(asked.path.lastIndexOf("/") + 1);
}

async function noMirror(context: RowContext): Promise<string> {
  await context.service.publish(labViews(context.lab, { only: [] }));
  const small = "/lab-rpm/Packages/near-rpm-base-1.0-1.noarch.rpm";
  await until(context, small, ({ status }) => status === 200);
  const root = dnfRoot(context);
  succeeded(await root.download("near-rpm-app"));
  checkDownloaded(root);
  check(atMirrors(context).length === 0, "mirrors were asked although none is listed");
  return "bytes came through the edge";
}

export const dnfRows: readonly Row[] = [
  {
    row: "dnf-makecache",
    promise: "repomd.xml, its signature and the indexes come from the service",
    client: "dnf",
    needs: "rpm",
    run: makecache,
  },
  {
    row: "dnf-download",
    promise: "Packages come from mirrors, none from the origin",
    compared: true,
    client: "dnf",
    needs: "rpm",
    run: download,
  },
  {
    row: "dnf-encoded-paths",
    promise: "`+` and `~` arrive at the mirror as dnf asked for them",
    client: "dnf",
    needs: "rpm",
    run: encodedPaths,
  },
  {
    row: "dnf-no-mirror",
    promise: "Without mirrors the bytes come through the service",
    client: "dnf",
    needs: "rpm",
    run: noMirror,
  },
];

/** The same rows of dnf with dnf5, which is another program. */
export function dnf5Rows(rows: readonly Row[]): Row[] {
  return rows
    .filter(({ client }) => client === "dnf")
    .map(({ compared: _, ...row }) => ({
      ...row,
      row: row.row.replace(/^dnf/, "dnf5"),
      client: "dnf5",
    }));
}
