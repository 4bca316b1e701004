/** What the browser visits: `npm start` with a small list, its origin and mirrors on loopback, images and packages. */

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { buildImagesTree, imageRepositories, rootsOf } from "../lab/images-tree.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { type NpmStart, npmStart } from "../lab/npm-start.ts";
import { makeScratch } from "../lab/scratch.ts";
import { makeSigningKey } from "../lab/signing-key.ts";

/** An image that pages are about. */
export const netinst = "debian-cd/current/amd64/iso-cd/debian-13.1.0-amd64-netinst.iso";

export interface VisitedField {
  lab: Lab;
  service: NpmStart;
  stop(): Promise<void>;
}

const mirrors = 4;
/** Version 2 is the next point release. */
const versions = 2;
/** Files in the folder that is listed in pages, of a repository without indexes. */
export const longFolderFiles = 5_000;
/** As mirrors have it: lines of a terminal's width, and one that no page is wide enough for. */
const readme = `Welcome to files/

  long/   a folder of many <names>

rsync -avz --delete rsync://files.example.org/files/${"long/".repeat(40)} .
`;
/** Snapshots are had within this time of the start, ms; a free machine takes two seconds. */
const snapshotDeadlineMs = 60_000;
/** An isolate tells what it counted every half minute. */
const countedDeadlineMs = 60_000;

/** Places of the mirrors, so that a map has something to show. */
const places = [
  "country: DE\nlatitude: 50.1\nlongitude: 8.7",
  "country: SE\nlatitude: 59.3\nlongitude: 18.1",
  "country: US\nlatitude: 40.7\nlongitude: -74",
  "country: JP\nlatitude: 35.7\nlongitude: 139.7",
] as const;

/** A repository that hosts are set up for, by a script and by hand. Nobody fetches anything of it. */
const debian = (origin: string) =>
  `name: debian
kind: apt
title: Debian
origin: ${origin}debian/
architectures: [amd64, arm64]
setup:
  suites: trixie trixie-updates
  components: main
  signedBy: /usr/share/keyrings/debian-archive-keyring.gpg
`;

/** @param args of `nearmirror serve`, besides list, store, place and port */
export async function startField(...args: string[]): Promise<VisitedField> {
  const scratch = makeScratch("browser");
  const key = await makeSigningKey(scratch.directory);
  const trees = join(scratch.directory, "trees");
  await buildImagesTree(trees, versions, key);
  for (let version = 1; version <= versions; version++) {
    const folder = join(trees, String(version), "files/long");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "../README"), readme);
    for (let at = 0; at < longFolderFiles; at++) {
      writeFileSync(join(folder, `package-${String(at).padStart(4, "0")}_1.0-1_amd64.deb`), "");
    }
  }
  const lab = await startLab({
    trees: { versions, root: (version) => join(trees, String(version)) },
    mirrors,
  });
  const list = join(scratch.directory, "list");
  for (const folder of ["repositories", "mirrors", "keys"]) {
    mkdirSync(join(list, folder), { recursive: true });
  }
  copyFileSync(key.publicFile, join(list, "keys/lab.asc"));
  for (const { name, title, signed } of imageRepositories) {
    const trust = signed
      ? `keys:\n  - file: lab.asc\n    fingerprints: [${key.fingerprint}]\n`
      : "verify: checksums\n";
    writeFileSync(
      join(list, `repositories/${name}.yaml`),
      `name: ${name}\nkind: images\ntitle: ${title}\norigin: ${lab.origin.url}${name}/\narchitectures: [amd64, arm64]\nroots:\n${rootsOf(
        name,
      )
        .map((root) => `  - ${root}\n`)
        .join("")}${trust}`,
    );
  }
  writeFileSync(join(list, "repositories/debian.yaml"), debian(lab.origin.url));
  writeFileSync(
    join(list, "repositories/files.yaml"),
    `name: files\nkind: files\ntitle: Files\norigin: ${lab.origin.url}files/\n`,
  );
  const carried = [...imageRepositories.map(({ name }) => name), "files"];
  lab.mirrors.forEach(({ name, url }, index) => {
    writeFileSync(
      join(list, `mirrors/${name}.yaml`),
      `name: ${name}\n${places[index % places.length]}\nbase:\n  http: ${url}\nrepositories:\n${carried.map((one) => `  ${one}:\n    path: ${one}/\n`).join("")}`,
    );
  });
  const store = join(scratch.directory, "store");
  const stopped = async () => {
    await lab.stop();
    await key.end();
    scratch.remove();
  };
  try {
    const service = await npmStart({
      args: [
        ...["--port", "0", "--list", list, "--store", store, "--place", "DE 50.1 8.7"],
        ...args,
      ],
    });
    const field = {
      lab,
      service,
      async stop() {
        await service.stop();
        await stopped();
      },
    };
    const ready = async () => {
      await untilSnapshots(service);
      await untilCounted(service);
    };
    await ready().catch(async (error: unknown) => {
      await field.stop();
      throw error;
    });
    return field;
  } catch (error) {
    await stopped();
    throw error;
  }
}

/** Images that are asked for before anybody looks, so that there are statistics; each once by each client. */
const countedImages = ["amd64", "arm64"].map(
  (architecture) =>
    `debian-cd/current/${architecture}/iso-cd/debian-13.1.0-${architecture}-netinst.iso`,
);

/** Clients that ask, each from an address of its own in one network: they are sent to the same mirror. */
const clients = 60;
/** What everybody reads of their redirects: counts are told in multiples of 50. */
export const toldRedirects = 100;

async function statusFrom(localAddress: string, url: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const asked = get(url, { localAddress, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once("error", reject);
  });
}

/** Has clients redirected, and waits until the statistics tell of it. Pages and answers are held: each look is a new query. */
async function untilCounted(service: NpmStart): Promise<void> {
  for (let client = 1; client <= clients; client += 1) {
    for (const image of countedImages) {
      const status = await statusFrom(`127.0.9.${client}`, service.url + image);
      if (status !== 302) throw new Error(`${image} is not redirected: ${status}`);
    }
  }
  const end = Date.now() + countedDeadlineMs;
  for (let limit = 1; ; limit++) {
    const answer = await fetch(`${service.url}api/v1/stats?by=class&limit=${limit}`);
    const text = await answer.text();
    if (text.includes(`"redirects":${toldRedirects},`)) return;
    if (Date.now() > end) throw new Error(`nothing is counted: ${answer.status} ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Waits until each image repository has its snapshot, and the edge has read one. */
async function untilSnapshots(service: NpmStart): Promise<void> {
  const end = Date.now() + snapshotDeadlineMs;
  for (const { name } of imageRepositories) {
    const [root] = rootsOf(name);
    // Asking for a root makes the service poll the origin, and the answer waits for that.
    for (;;) {
      const answer = await fetch(`${service.url}api/v1/repositories/${name}/snapshots`);
      const text = await answer.text();
      if (answer.ok && /"id":/.test(text)) break;
      if (Date.now() > end) throw new Error(`${name} has no snapshot: ${answer.status} ${text}`);
      await fetch(`${service.url}${name}/${root}`);
    }
  }
  // The edge asks for what is new once a second.
  while (!(await fetch(`${service.url}${netinst}.sha256`, { method: "HEAD" })).ok) {
    if (Date.now() > end) throw new Error(`${netinst} isn't listed.`);
  }
}
