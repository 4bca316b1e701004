/** `npm start` with Debian's images alone, from an origin and mirrors on loopback: two point releases. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildImagesTree, rootsOf } from "../lab/images-tree.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { type NpmStart, npmStart } from "../lab/npm-start.ts";
import { firstToken, posted } from "../lab/operator.ts";
import { makeScratch } from "../lab/scratch.ts";
import { makeSigningKey } from "../lab/signing-key.ts";

export interface ImagesField {
  lab: Lab;
  service: NpmStart;
  /** The folder of a release, by its number from 1. */
  root(version: number): string;
  /** Tells the service that the origin has something new. */
  refresh(): Promise<void>;
  /** Waits until a permanent link means that file. */
  untilLinked(link: string, name: string, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const name = "debian-cd";
const releases = 2;
/** Between two questions for what can only be asked for, ms. */
const askMs = 100;

/** @param mirrors how many, all in one place: none is nearest for all clients */
export async function imagesField(mirrors: number): Promise<ImagesField> {
  const scratch = makeScratch("images-publish");
  const key = await makeSigningKey(scratch.directory);
  const trees = join(scratch.directory, "trees");
  const root = (version: number) => join(trees, String(version));
  const begun: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    for (const one of begun.reverse()) await one.stop();
    await key.end();
    scratch.remove();
  };
  try {
    await buildImagesTree(trees, releases, key);
    const lab = await startLab({ trees: { versions: releases, root }, mirrors });
    begun.push(lab);
    const list = join(scratch.directory, "list");
    for (const folder of ["repositories", "mirrors", "keys"]) {
      mkdirSync(join(list, folder), { recursive: true });
    }
    copyFileSync(key.publicFile, join(list, "keys/lab.asc"));
    const roots = rootsOf(name).map((one) => `  - ${one}\n`);
    writeFileSync(
      join(list, `repositories/${name}.yaml`),
      `name: ${name}\nkind: images\ntitle: Debian installer images\norigin: ${lab.origin.url}${name}/\narchitectures: [amd64, arm64]\nroots:\n${roots.join("")}keys:\n  - file: lab.asc\n    fingerprints: [${key.fingerprint}]\n`,
    );
    for (const mirror of lab.mirrors) {
      writeFileSync(
        join(list, `mirrors/${mirror.name}.yaml`),
        `name: ${mirror.name}\ncountry: DE\nlatitude: 50.1\nlongitude: 8.7\nbase:\n  http: ${mirror.url}\nrepositories:\n  ${name}:\n    path: ${name}/\n`,
      );
    }
    const place = ["--place", "DE 50.1 8.7", "--set", "TRUSTED_PROXIES=any"];
    const store = join(scratch.directory, "store");
    const service = await npmStart({
      args: ["--port", "0", "--list", list, "--store", store, ...place],
    });
    begun.push(service);
    const token = await firstToken(service.url);
    return {
      lab,
      service,
      root,
      async refresh() {
        const url = `${service.url}api/v1/repositories/${name}/refresh`;
        const answer = await fetch(url, posted(token));
        if (!answer.ok) throw new Error(`refresh was answered ${answer.status}`);
        await answer.body?.cancel();
      },
      async untilLinked(link, file, signal) {
        for (;;) {
          // Asking for a root makes the service poll the origin at the first time.
          await (await fetch(`${service.url}${name}/${rootsOf(name)[0]}`, { signal })).text();
          const answer = await fetch(`${service.url}${link}.sha256`, { signal });
          if ((await answer.text()).includes(file)) return;
          await pause(askMs, undefined, { signal });
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
