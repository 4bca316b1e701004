/** What attacks are made on: `npm start` with a small list, whose origin and mirrors are on loopback. */
import { rmSync } from "node:fs";
import { type NpmStart, npmStart } from "../lab/npm-start.ts";
import { listFolder } from "../unit/scripts/mirrors/list.ts";
import type { Bases } from "../unit/scripts/service/judge.ts";
import { type SmallOrigin, startSmallOrigin } from "../unit/scripts/service/small-views.ts";
import { temporaryFolder } from "../unit/temporary-folder.ts";

export interface Attacked {
  service: NpmStart;
  origin: SmallOrigin;
  /** Where redirects may lead. */
  bases: Bases;
  store: string;
  stop(): Promise<void>;
}

/** Listed repositories, by their kind. */
const kinds = {
  debian: "apt",
  rpms: "rpm",
  isos: "images",
  files: "files",
  alone: "apt",
} as const;
const carried = ["debian", "rpms", "isos", "files"] as const;
/** The mirrors' addresses: all of 127.0.0.0/8 is this machine, and the origin listens at all of it. */
const mirrors = ["127.0.1.1", "127.0.1.2"] as const;

/** Starts the origin and the service. @param args besides list, store, place and port */
export async function startAttacked(...args: string[]): Promise<Attacked> {
  const origin = await startSmallOrigin("0.0.0.0");
  const { port } = new URL(origin.url);
  const at = (host: string) => `http://${host}:${port}/`;
  const list = listFolder(
    Object.fromEntries(
      mirrors.map((host, index) => [
        `m${index}.example`,
        `name: m${index}.example\ncountry: DE\nlatitude: 50.1\nlongitude: 8.7\nbase:\n  http: ${at(host)}\nrepositories:\n${carried.map((name) => `  ${name}:\n    path: ${name}/\n`).join("")}`,
      ]),
    ),
    Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [
        name,
        `name: ${name}\nkind: ${kind}\ntitle: ${name}\norigin: ${origin.url}${name}/\narchitectures: [amd64, x86_64]\nredirect:\n  minSize: 0B\n`,
      ]),
    ),
  );
  const store = temporaryFolder("nearmirror-attacked-");
  const service = await npmStart({
    args: [...["--port", "0", "--list", list, "--store", store, "--place", "DE 50.1 8.7"], ...args],
  });
  return {
    service,
    origin,
    bases: Object.fromEntries(
      carried.map((name) => [name, mirrors.map((host) => `${at(host)}${name}/`)]),
    ),
    store,
    async stop() {
      await service.stop();
      origin.stop();
      rmSync(store, { recursive: true, force: true });
    },
  };
}
