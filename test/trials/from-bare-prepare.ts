/** What is there before the first command of the page: two minimal Debians, the built folder, a network, an origin. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildFolder } from "../../scripts/build/build-folder.ts";
import { keptDebian } from "../clients/debian-make.ts";
import { makeCertificates } from "../lab/certificates.ts";
import { NetworkNamespace } from "../lab/network-namespace.ts";
import { runOrThrow } from "../lab/process.ts";
import type { BootedDebian } from "./booted-debian.ts";
import { installedPackages, type PageBlock } from "./from-bare-page.ts";
import type { TrialContext } from "./trial.ts";

/** The name that the page has. */
export const serviceName = "mirrors.example.org";
/** Of the two ends of the only cable: the service, and all others. */
export const addresses = { service: "10.9.0.1", outside: "10.9.0.2" } as const;

/** Ends a part of the trial. */
export type End = () => Promise<void> | void;

const originProgram = fileURLToPath(new URL("from-bare-origin.ts", import.meta.url));
/** 300 MB are packed and unpacked, ms. */
const packMs = 180_000;

export interface Prepared {
  /** Folder of the Debian with the page's packages. */
  root: string;
  /** Folder of the client's. */
  clientRoot: string;
  archive: Buffer;
  /** PEM. */
  authority: string;
  certificate: { cert: string; key: string };
  /** Armoured public key of the lab. */
  key: string;
}

/** What the trial has before the page's commands begin. */
export async function prepare(
  { trees, progress, signal }: TrialContext,
  blocks: readonly PageBlock[],
  scratch: string,
): Promise<Prepared> {
  if (trees.publicKeyFile === undefined) throw new Error("the lab's repositories are not signed");
  const tell = (line: string) => progress(line);
  const debian = { suite: "bookworm", signal, tell };
  const root = join(tmpdir(), "nearmirror-bare");
  const clientRoot = join(tmpdir(), "nearmirror-bare-client");
  const onPage = installedPackages(blocks.filter(({ mark }) => mark.endsWith("packages")));
  await keptDebian({
    ...debian,
    name: "a bare Debian 12",
    packages: ["systemd", "systemd-sysv", ...onPage],
    directory: root,
  });
  const packages = ["ca-certificates"];
  await keptDebian({ ...debian, name: "a client", packages, directory: clientRoot });
  progress("building the folder");
  await buildFolder(join(scratch, "nearmirror"));
  const archive = join(scratch, "nearmirror.tar.gz");
  // As the page says, but quicker.
  const tar = ["-C", scratch, "-I", "gzip -1", "-cf", archive, "nearmirror"];
  await runOrThrow("tar", tar, { deadlineMs: packMs });
  const { authorityFile, certificate } = await makeCertificates(scratch, [serviceName]);
  return {
    root,
    clientRoot,
    archive: readFileSync(archive),
    authority: readFileSync(authorityFile, "utf8"),
    certificate,
    key: readFileSync(trees.publicKeyFile, "utf8"),
  };
}

export async function networks(ends: End[]) {
  const network = await NetworkNamespace.make();
  ends.unshift(() => network.end());
  const outside = await NetworkNamespace.make();
  ends.unshift(() => outside.end());
  await network.connect(outside, {
    here: [`${addresses.service}/24`],
    there: [`${addresses.outside}/24`],
  });
  return { network, outside };
}

export interface Bases {
  /** URLs that end in `/`. */
  origin: string;
  mirror: string;
}

export async function startOrigin(
  outside: NetworkNamespace,
  folder: string,
  ends: End[],
): Promise<Bases> {
  const words = outside.words(process.execPath, originProgram, addresses.outside, folder);
  const child = spawn(...words, { stdio: ["pipe", "pipe", "inherit"] });
  ends.unshift(() => {
    child.kill("SIGKILL");
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return JSON.parse(String(line));
}

/** What somebody who follows the page has already: the folder's archive, a certificate, a name that leads there. */
export function putFiles(
  machine: BootedDebian,
  { archive, certificate, authority }: Prepared,
): void {
  machine.write("/root/nearmirror.tar.gz", archive);
  machine.write("/etc/hosts", `127.0.0.1 localhost\n${addresses.service} ${serviceName}\n`);
  machine.write("/etc/ssl/nearmirror/fullchain.pem", certificate.cert);
  // For this machine alone: Caddy reads it as a user of its own, who isn't known here.
  machine.write("/etc/ssl/nearmirror/privkey.pem", certificate.key, 0o644);
  machine.write("/root/authority.pem", authority);
}

export function putList(
  machine: BootedDebian,
  { trees }: TrialContext,
  { origin, mirror }: Bases,
): void {
  const list = "/etc/nearmirror/mirror-list";
  const old = `/proc/${machine.pid}/root${list}`;
  for (const folder of ["mirrors", "repositories"]) clear(join(old, folder));
  machine.write(
    `${list}/repositories/debian.yaml`,
    `name: debian
kind: apt
title: The trial's repository
origin: ${origin}lab/
architectures: [amd64]
roots: [dists/stable/InRelease]
keys:
  - file: lab.asc
    fingerprints: [${trees.fingerprint}]
setup:
  suites: stable
  components: main
`,
  );
  machine.write(
    `${list}/mirrors/mirror.example.yaml`,
    `name: mirror.example
country: SE
latitude: 63.8
longitude: 20.3
base:
  http: ${mirror}
repositories:
  debian:
    path: lab/
`,
  );
  machine.write(`${list}/keys/lab.asc`, readFileSync(trees.publicKeyFile ?? ""));
}

function clear(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
}
