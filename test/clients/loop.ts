/** One run of a package manager as loops do many: a fresh root, everything fetched anew, as a client of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptPackages } from "../lab/apt-packages.ts";
import { incompressible } from "../lab/bytes.ts";
import { describe, type Outcome } from "../lab/process.ts";
import { makeScratch } from "../lab/scratch.ts";
import { AptRoot, type AptRootOptions } from "./apt.ts";
import { DnfRoot } from "./dnf.ts";
import { startFront } from "./loop-front.ts";

export type LoopClient = "apt" | "dnf";

export interface LoopRunOptions {
  /** Base URL of the service. */
  service: string;
  /** That the service takes the client to have. */
  address: string;
  /** Armoured key that signed the lab's repositories. */
  publicKeyFile: string;
  /** Version of the trees that is published. */
  version: number;
  /** Asks only at `/again/`, where payload is bytes that the service has checked. */
  bytes?: boolean;
  /** Ends the run, which then counts as failed. */
  signal: AbortSignal;
}

export interface LoopRun {
  client: LoopClient;
  address: string;
  /** Unix ms. */
  beganAt: number;
  endedAt: number;
  /** Absent: everything asked for is there and right. */
  failed?: string;
  /** Where each payload file was had: path at the service, and where it was sent (or the status). */
  sent: { path: string; to: string }[];
  /** The program's last words and all requests, for a run that failed. */
  evidence: string[];
}

/** What apt is asked to install, and what that brings along. */
const aptNames = ["near-app", "near-g++", "near-tilde", "near-data", "near-lib", "near-base"];

/** Files that a run of either client fetches, decoded, as paths below a mirror's base. */
export function filesOfRun(version: number): Record<LoopClient, string[]> {
  const apt = aptPackages(version).filter(({ name }) => aptNames.includes(name));
  return {
    apt: apt.map(({ file }) => `lab/${file}`),
    dnf: rpmNames(version).map((name) => `lab-rpm/Packages/${name}`),
  };
}

function rpmNames(version: number): string[] {
  return [
    `near-rpm-app-1.${version}-1.noarch.rpm`,
    "near-rpm-base-1.0-1.noarch.rpm",
    "near-rpm-c++-2.0~rc1+b2-1.noarch.rpm",
    `near-rpm-data-2026.${version}-1.noarch.rpm`,
    "near-rpm-doc-3.0-1.noarch.rpm",
    "near-rpm-tools-4.0-1.noarch.rpm",
  ];
}

/** Runs a client once. Never rejects for what the service or a mirror does: that is in the result. */
export async function runClient(client: LoopClient, options: LoopRunOptions): Promise<LoopRun> {
  const scratch = makeScratch("loop");
  const beganAt = Date.now();
  const front = await startFront(options.service, options.address);
  const outcomes: Outcome[] = [];
  const ran = (outcome: Outcome) => {
    outcomes.push(outcome);
    return outcome;
  };
  let failed: string | undefined;
  try {
    const directory = join(scratch.directory, "root");
    mkdirSync(directory);
    const setting = {
      directory,
      publicKeyFile: options.publicKeyFile,
      ran,
      signal: options.signal,
    };
    const bytes = options.bytes === true;
    const source = `baseurl=${front.url}${bytes ? "/again" : ""}/lab-rpm/`;
    failed =
      client === "apt"
        ? await runApt(aptRoot(setting, aptPlaces(front.url, scratch, bytes)), options)
        : await runDnf(new DnfRoot({ ...setting, source }), options);
  } finally {
    await front.stop();
    scratch.remove();
  }
  const endedAt = Date.now();
  const told = front.requests.map(
    ({ time, method, path, status, location }) =>
      `+${time - beganAt} ms ${method} ${path} -> ${status} ${location}`,
  );
  return {
    client,
    address: options.address,
    beganAt,
    endedAt,
    ...(failed !== undefined && { failed }),
    sent: front.requests
      .filter(({ path }) => /\.(deb|rpm)$/.test(path))
      .map(({ path, status, location }) => ({ path, to: location || String(status) })),
    evidence:
      failed === undefined ? [] : [...outcomes.slice(-1).map((one) => describe(one, 20)), ...told],
  };
}

/** Has apt set up as `/setup/NAME` does it: with our two places, between which it goes on at once. */
function aptRoot(setting: Omit<AptRootOptions, "repositoryUrl">, places: string): AptRoot {
  const root = new AptRoot({ ...setting, repositoryUrl: places });
  const file = join(root.directory, "etc/apt/apt.conf.d/90nearmirror");
  writeFileSync(file, 'Acquire::Retries::Delay "false";\n');
  return root;
}

/** @returns what stands for the two places in a source, or for the second alone */
function aptPlaces(
  service: string,
  { directory }: { directory: string },
  secondAlone: boolean,
): string {
  const list = join(directory, "places.list");
  const first = secondAlone ? "" : `${service}/lab/\tpriority:1\n`;
  writeFileSync(list, `${first}${service}/again/lab/\tpriority:2\n`);
  return `mirror+file:${list}`;
}

/** `apt-get update`, then install; undefined when the packages are there with the bytes the lab put in them. */
async function runApt(root: AptRoot, { version }: LoopRunOptions): Promise<string | undefined> {
  const updated = await root.update();
  if (!well(updated)) return `apt-get update ${ended(updated)}`;
  const outcome = await root.install("near-app");
  if (!well(outcome)) return `apt-get install ${ended(outcome)}`;
  const installed = root.installed();
  for (const wanted of aptPackages(version).filter(({ name }) => aptNames.includes(name))) {
    if (installed.get(wanted.name) !== wanted.version) return `${wanted.name} is not installed`;
    const right = incompressible(`${wanted.name} ${wanted.version}`, wanted.sizeBytes);
    if (root.payload(wanted.name)?.equals(right) !== true) return `${wanted.name} has other bytes`;
  }
  return undefined;
}

async function runDnf(root: DnfRoot, { version }: LoopRunOptions): Promise<string | undefined> {
  const outcome = await root.download("near-rpm-app");
  if (!well(outcome)) return `dnf install ${ended(outcome)}`;
  const have = root.downloaded().sort().join();
  return have === rpmNames(version).join() ? undefined : `dnf downloaded ${have || "nothing"}`;
}

function well({ code, timedOut }: Outcome): boolean {
  return code === 0 && !timedOut;
}

function ended({ code, timedOut }: Outcome): string {
  return timedOut ? "was not done in time" : `ended with exit code ${code}`;
}
