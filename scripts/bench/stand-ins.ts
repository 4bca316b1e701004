/**
 * What the platform and the watchers hand the edge, made beforehand: a snapshot that lists the loaded files, presence
 * blobs, and a Fleet that publishes as the real one does. All of it does next to nothing, so that the process's time is
 * the edge's. Mirrors that answer are in a process of their own.
 */
import { createHash } from "node:crypto";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Snapshot } from "../../worker/repositories/chain/snapshot.ts";
import { buildFolders } from "../../worker/repositories/contents/folders/build-folders.ts";
import { IndexFolders } from "../../worker/repositories/contents/folders/index-folders.ts";
import { namesBlob } from "../../worker/repositories/contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../../worker/repositories/contents/index-contents.ts";
import { contentsBlob } from "../../worker/repositories/contents/index-contents-blob.ts";
import { buildPresence } from "../../worker/repositories/contents/presence/build-presence.ts";
import { publishedText } from "../../worker/views/views-text.ts";
import type { StandIns } from "../service/workerd.ts";
import { generation } from "./rosters.ts";
import { worldWorker } from "./world.ts";

/** Of each file; above `redirect.minSize`. */
export const fileBytes = 1_000_000;
/** Rosters that take turns. */
const rosters = 8;
/** Stands for a roster's version where it isn't known yet; as many digits. */
const someVersion = 1_000_000_000_000;

/** What Fleet publishes. */
export interface Publishing {
  /** The views of which each publication differs. */
  views: Views;
  everyMs: number;
  /** Mirrors that are otherwise in one publication alone: coming and going, twice as many differ from the one before. */
  changed: number;
  /** Of how many publications one changes a state, and the others only what files a mirror has. */
  stateOnceIn: number;
}

/** A file that the repository lists; a path alone is a file of `fileBytes` that nobody reads. */
export type ListedFile = string | { path: string; size: number; sha256: string };

/**
 * @param listed the files that the repository lists
 * @param publishing absent: there is no Fleet
 * @param isCounted there is somebody who adds up redirects
 * @param directoryPage what the origin has at each folder; absent: nothing
 */
export async function standIns(
  listed: readonly ListedFile[],
  publishing?: Publishing,
  isCounted = false,
  directoryPage?: string,
): Promise<StandIns> {
  const { snapshot, blobs } = await listing(listed);
  const published = publishing === undefined ? [] : await publications(publishing);
  const prepared = { snapshot: JSON.stringify(snapshot), id: snapshot.id, blobs, published };
  const script = `const prepared = ${JSON.stringify(prepared)};
const repository = ${JSON.stringify(snapshot.repository)};
const publishEveryMs = ${publishing?.everyMs ?? 0};
const someVersion = "${someVersion}";
${worker}`;
  return {
    script,
    world: worldWorker(fileBytes, directoryPage),
    objects: {
      REPOSITORY: "Repository",
      ...(publishing !== undefined && { FLEET: "Fleet" }),
      ...(isCounted && { STATISTICS: "Statistics" }),
    },
    entrypoints: { BLOBS: "Blobs" },
  };
}

const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

export class Repository extends DurableObject {
  configure(entry, version) {
    this.name = entry.name;
    return version;
  }
  currentSnapshot(_, known) {
    if (this.name === undefined) return { configure: true };
    return { answer: this.name !== repository || known === prepared.id ? null : prepared.snapshot };
  }
}

export class Blobs extends WorkerEntrypoint {
  get(name) {
    const stored = prepared.blobs[name];
    if (stored === undefined) return null;
    const bytes = Uint8Array.fromBase64(stored);
    return { size: bytes.length, body: new Blob([bytes]).stream() };
  }
}

const began = Date.now();

export class Fleet extends DurableObject {
  async views(known) {
    const step = Math.floor((Date.now() - began) / publishEveryMs);
    const version = Number(someVersion) + step;
    if (version <= known) return null;
    const { heading, sum, body } = prepared.published[step % prepared.published.length];
    const next = body.replace(someVersion, version);
    const bytes = new TextEncoder().encode(next);
    const now = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    return heading.replace(someVersion, version).replace(sum, now) + next;
  }
  clients() {}
  offered() {}
}

export class Statistics extends DurableObject {
  take() {
    return "counted";
  }
}

export default {
  fetch() {
    return new Response(null, { status: 404 });
  },
};
`;

function unread(path: string) {
  return { path, size: fileBytes, sha256: createHash("sha256").update(path).digest("hex") };
}

async function listing(all: readonly ListedFile[]) {
  const files = new IndexContentsBuilder();
  const folders = new IndexFolders();
  for (const one of all) {
    const file = typeof one === "string" ? unread(one) : one;
    const refused = files.add(file);
    if (refused !== undefined) throw new Error(refused);
    folders.add(file.path);
  }
  const stored = new Map<string, Uint8Array>();
  const blobs = memoryBlobs(stored);
  const contents = files.listing();
  const bytes = contentsBlob(contents);
  const listed = createHash("sha256").update(bytes).digest("hex");
  await blobs.put(listed, bytes);
  const presence = await buildPresence({
    blobs,
    listings: [listed],
    previous: undefined,
    generation,
    oldestKept: generation,
  });
  const names = namesBlob(folders, contents.records);
  if (names === undefined) throw new Error("there are too many names");
  const of = createHash("sha256").update(names).digest("hex");
  await blobs.put(of, names);
  const head = await buildFolders({ blobs, names: [of], previous: undefined });
  const snapshot: Snapshot = {
    repository: "debian",
    generation,
    id: "20261123T025500Z-1a2b3c4d",
    at: Date.parse("2026-11-23T02:55:00Z"),
    roots: [],
    presence,
    folders: { head, of },
  };
  const named = [...stored].map(([sha256, blob]) => [
    `debian/${sha256}`,
    Buffer.from(blob).toString("base64"),
  ]);
  return { snapshot, blobs: Object.fromEntries(named) };
}

/** What Fleet publishes in turn. */
function publications({
  views: { roster, catalogue },
  changed,
  stateOnceIn,
}: Publishing): Promise<{ heading: string; sum: string; body: string }[]> {
  const each = Array.from({ length: rosters }, async (_, turn) => {
    const from = turn * changed;
    const mirrors = roster.mirrors.map((mirror, at) =>
      at < from || at >= from + changed
        ? mirror
        : turn % stateOnceIn === 0
          ? { ...mirror, state: "degraded" as const }
          : behind(mirror),
    );
    const text = await publishedText({ roster: { version: someVersion, mirrors }, catalogue });
    const end = text.indexOf("\n") + 1;
    const heading = text.slice(0, end);
    return { heading, sum: heading.trim().split(" ").at(-1) ?? "", body: text.slice(end) };
  });
  return Promise.all(each);
}

/** The mirror before it has the files of the newest snapshot. */
function behind(mirror: RosterMirror): RosterMirror {
  const carries = Object.entries(mirror.carries).map(([name, carried]) => [
    name,
    { ...carried, generation: generation - 1 },
  ]);
  return { ...mirror, carries: Object.fromEntries(carries) };
}
