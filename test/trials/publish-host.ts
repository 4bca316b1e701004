/**
 * A host that updates and installs again and again while editions are published: one root of apt or dnf, behind a
 * front of its own. Each of its runs is checked: what it got is one edition, that of its indexes, byte by byte.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AptRoot } from "../clients/apt.ts";
import { DnfRoot } from "../clients/dnf.ts";
import { type Front, startFront } from "../clients/loop-front.ts";
import { aptPackages } from "../lab/apt-packages.ts";
import { incompressible } from "../lab/bytes.ts";
import { describe, type Outcome } from "../lab/process.ts";
import { makeScratch, type Scratch } from "../lab/scratch.ts";
import { type PublishTrees, rpmsOf } from "./publish-trees.ts";

/**
 * What a run does. `apt-install`: update, then install or upgrade with dpkg unpacking; `apt-download`: update, then
 * apt fetches the same packages and checks their hashes; `dnf-download`: makecache, then dnf does.
 */
export type RunKind = "apt-install" | "apt-download" | "dnf-download";

export interface HostOptions {
  kind: RunKind;
  /** Base URL of the service. */
  service: string;
  /** That the service takes the host to have. */
  address: string;
  trees: PublishTrees;
  /** Ends its programs; a run that is under way then counts as failed. */
  signal: AbortSignal;
}

export interface RunTimes {
  /** Between having the indexes and asking for packages, ms. */
  restMs: number;
  /** Then the run is ended, counts as failed, and the host can do no more, ms. */
  deadlineMs: number;
}

export interface PublishRun {
  kind: RunKind;
  address: string;
  /** Unix ms. */
  beganAt: number;
  /** When it had its indexes. */
  updatedAt: number;
  endedAt: number;
  /** Of which its indexes are; absent: it got none. */
  edition?: number;
  /** Absent: everything asked for is there and right. */
  failed?: string;
  /** Of payload, by how it was answered. */
  payload: { redirects: number; bytes: number };
  /** The programs' last words and all requests, for a run that failed. */
  evidence: string[];
}

/**
 * What apt is asked for: an application with all that it needs, so that all of it is brought up to date, and
 * `near-tiny`, which is too small to be worth a redirect.
 */
const aptWanted = [
  ...["near-app", "near-g++", "near-tilde", "near-data", "near-lib", "near-base"],
  "near-tiny",
];

/** What tells that something was wrong, though the program may have got over it. */
const complaint =
  /^[WE]: .*|.*hash sum mismatch.*|.*unexpected size.*|.*status code: \d+.*|.*checksum.*/im;

export class Host {
  readonly #options: HostOptions;
  readonly #scratch: Scratch;
  readonly #front: Front;
  readonly #outcomes: Outcome[] = [];
  readonly #root: string;
  readonly #late = new AbortController();
  readonly #signal: AbortSignal;
  /** Does a run's work; a sentence on what was wrong. */
  readonly #work: (run: PublishRun, restMs: number) => Promise<string | undefined>;

  private constructor(options: HostOptions, scratch: Scratch, front: Front) {
    const { kind, trees } = options;
    const signal = AbortSignal.any([options.signal, this.#late.signal]);
    this.#signal = signal;
    this.#options = options;
    this.#scratch = scratch;
    this.#front = front;
    this.#root = join(scratch.directory, "root");
    mkdirSync(this.#root);
    const ran = (outcome: Outcome) => {
      this.#outcomes.push(outcome);
      return outcome;
    };
    const setting = { directory: this.#root, publicKeyFile: trees.publicKeyFile, signal, ran };
    if (kind === "dnf-download") {
      const dnf = new DnfRoot({ ...setting, source: `baseurl=${front.url}/lab-rpm/` });
      this.#work = (run, restMs) => this.#dnf(dnf, run, restMs);
    } else {
      const apt = new AptRoot({ ...setting, repositoryUrl: `${front.url}/lab/` });
      this.#work = (run, restMs) => this.#apt(apt, run, restMs);
    }
  }

  static async start(options: HostOptions): Promise<Host> {
    const front = await startFront(options.service, options.address);
    return new Host(options, makeScratch("host"), front);
  }

  async stop(): Promise<void> {
    await this.#front.stop();
    this.#scratch.remove();
  }

  /** Does a run. Never rejects for what the service or a mirror does: that is in the result. */
  async run({ restMs, deadlineMs }: RunTimes): Promise<PublishRun> {
    const { kind, address } = this.#options;
    const { requests } = this.#front;
    const beganAt = Date.now();
    this.#outcomes.length = 0;
    requests.length = 0;
    const run: PublishRun = {
      ...{ kind, address, beganAt, updatedAt: beganAt, endedAt: beganAt },
      payload: { redirects: 0, bytes: 0 },
      evidence: [],
    };
    const timer = setTimeout(() => this.#late.abort(), deadlineMs);
    let failed = await this.#work(run, restMs).catch((error: unknown) => String(error));
    clearTimeout(timer);
    run.endedAt = Date.now();
    const refused = requests.find(({ status }) => status >= 400);
    if (refused !== undefined) failed ??= `${refused.path} was answered ${refused.status}`;
    for (const { path, location } of requests) {
      if (/\.(deb|rpm)$/.test(path)) run.payload[location === "" ? "bytes" : "redirects"] += 1;
    }
    if (failed !== undefined) {
      run.failed = failed;
      run.evidence.push(
        ...this.#outcomes.slice(-2).map((one) => describe(one, 20)),
        ...requests.map(
          ({ time, method, path, status, location }) =>
            `+${time - beganAt} ms ${method} ${path} -> ${status} ${location}`,
        ),
      );
    }
    return run;
  }

  #rest(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.#signal });
  }

  async #apt(apt: AptRoot, run: PublishRun, restMs: number): Promise<string | undefined> {
    const updated = wrongWith(await apt.update());
    run.updatedAt = Date.now();
    if (updated !== undefined) return `apt-get update: ${updated}`;
    const edition = editionOfLists(join(this.#root, "var/lib/apt/lists"));
    if (typeof edition === "string") return edition;
    run.edition = edition;
    await this.#rest(restMs);
    const installs = run.kind === "apt-install";
    const outcome = installs
      ? await apt.install(...aptWanted)
      : await apt.aptGet(["install", "--download-only", ...aptWanted]);
    const wrong = wrongWith(outcome);
    if (wrong !== undefined) return `apt-get install: ${wrong}`;
    const archives = join(this.#root, "var/cache/apt/archives");
    const mixed = installs ? wrongInstalled(apt, edition) : this.#wrongArchives(archives, edition);
    // The next run shall fetch what it names.
    empty(archives);
    mkdirSync(join(archives, "partial"));
    return mixed;
  }

  #wrongArchives(directory: string, edition: number): string | undefined {
    const got = readdirSync(directory).filter((name) => name.endsWith(".deb"));
    for (const { name, version, file } of aptPackages(edition)) {
      if (!aptWanted.includes(name)) continue;
      const archive = `${name}_${version.replaceAll(":", "%3a")}_all.deb`;
      if (!got.includes(archive))
        return `with indexes of edition ${edition} it has ${got.join(" ")}`;
      const right = readFileSync(this.#options.trees.payload(`lab/${file}`));
      if (!right.equals(readFileSync(join(directory, archive))))
        return `${archive} has other bytes`;
    }
    return got.length === aptWanted.length ? undefined : `it has too much: ${got.join(" ")}`;
  }

  async #dnf(dnf: DnfRoot, run: PublishRun, restMs: number): Promise<string | undefined> {
    const { trees } = this.#options;
    const made = wrongWith(await dnf.makecache());
    run.updatedAt = Date.now();
    if (made !== undefined) return `dnf makecache: ${made}`;
    const revision = revisionIn(this.#root);
    const edition = trees.editionOfRevision(revision);
    if (edition === undefined) return `no edition has the revision ${revision}`;
    run.edition = edition;
    await this.#rest(restMs);
    const wrong = wrongWith(await dnf.download("near-rpm-app"));
    if (wrong !== undefined) return `dnf install: ${wrong}`;
    const directory = join(this.#root, "downloaded");
    const got = dnf.downloaded();
    const right = rpmsOf(edition).every((path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return (
        got.includes(name) &&
        readFileSync(trees.payload(path)).equals(readFileSync(join(directory, name)))
      );
    });
    const told = `with indexes of edition ${edition} it has ${got.join(" ")}`;
    // The next run shall fetch what it names.
    empty(directory);
    for (const copy of filesIn(this.#root, ".rpm")) rmSync(copy);
    return right && got.length === rpmsOf(edition).length ? undefined : told;
  }
}

/** What a program says was wrong; undefined: nothing. */
export function wrongWith({ code, timedOut, stdout, stderr }: Outcome): string | undefined {
  const said = complaint.exec(`${stderr}\n${stdout}`)?.[0]?.trim();
  if (timedOut) return "was not done in time";
  if (code !== 0) return `exit code ${code}: ${said ?? ""}`;
  return said;
}

/** The edition of which apt's lists are; a sentence where they are of none, or of two. */
function editionOfLists(directory: string): number | string {
  const text = (ending: string) => {
    const name = readdirSync(directory).find((one) => one.endsWith(ending));
    return name === undefined ? "" : readFileSync(join(directory, name), "utf8");
  };
  const root = Number(/^Description: version (\d+)$/m.exec(text("_InRelease"))?.[1]);
  const app = text("_Packages")
    .split("\n\n")
    .find((stanza) => stanza.startsWith("Package: near-app\n"));
  const index = Number(/^Version: 1\.(\d+)-1$/m.exec(app ?? "")?.[1]);
  return root === index ? root : `apt has InRelease of edition ${root} and Packages of ${index}`;
}

function wrongInstalled(apt: AptRoot, edition: number): string | undefined {
  const installed = apt.installed();
  for (const { name, version, sizeBytes } of aptPackages(edition)) {
    if (!aptWanted.includes(name)) continue;
    if (installed.get(name) !== version) {
      return `with indexes of edition ${edition} it has ${name} ${installed.get(name)}`;
    }
    const right = incompressible(`${name} ${version}`, sizeBytes);
    if (apt.payload(name)?.equals(right) !== true) return `${name} has other bytes`;
  }
  return undefined;
}

/** Of the `repomd.xml` that dnf has: where in its root its cache is depends on its version. */
function revisionIn(root: string): number {
  const [file] = filesIn(root, "/repomd.xml");
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  return Number(/<revision>(\d+)<\/revision>/.exec(text)?.[1]);
}

function filesIn(directory: string, ending: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(directory, name));
}

function empty(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
}
