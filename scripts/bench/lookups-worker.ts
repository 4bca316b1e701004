/** The Worker that looks files up, `?what=&count=&files=`. */
import { createHash } from "node:crypto";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import type { SnapshotPresence } from "../../worker/repositories/chain/snapshot.ts";
import { IndexContentsBuilder } from "../../worker/repositories/contents/index-contents.ts";
import { contentsBlob } from "../../worker/repositories/contents/index-contents-blob.ts";
import { buildPresence } from "../../worker/repositories/contents/presence/build-presence.ts";
import {
  PresenceAtEdge,
  usuallyHeld,
} from "../../worker/repositories/contents/presence/presence-at-edge.ts";

interface Listed {
  presence: SnapshotPresence;
  /** All paths in one text, with where each begins and ends: cut out of it, a path is as new as a request's. */
  text: string;
  ends: Uint32Array;
  /** Holds all answers. */
  warm: PresenceAtEdge;
  /** Holds the segments, and hardly any answer. */
  cold: PresenceAtEdge;
}

const background = { waitUntil: () => undefined };

let listed: Promise<Listed> | undefined;

export default {
  async fetch(request: Request): Promise<Response> {
    const { search, searchParams } = new URL(request.url);
    if (search === "") return new Response("ready");
    const number = (name: string) => Number(searchParams.get(name) ?? 0);
    listed ??= list(number("files"));
    const found = await look(await listed, searchParams.get("what") ?? "", number("count"));
    return new Response(`${found} found`);
  },
};

async function look(
  { presence, text, ends, warm, cold }: Listed,
  what: string,
  count: number,
): Promise<number> {
  const pathAt = (at: number) => text.slice(ends[at], ends[at + 1]);
  const files = ends.length - 1;
  let found = 0;
  if (what === "atHand") {
    for (let at = 0; at < count; at++) {
      if (warm.atHand("", presence, pathAt(at % files))) found++;
    }
  } else if (what === "find") {
    for (let at = 0; at < count; at++) {
      if (await cold.find("", presence, pathAt(at % files), background)) found++;
    }
  } else {
    for (let at = 0; at < count; at++) if (pathAt(at % files).length > 1) found++;
  }
  return found;
}

async function list(files: number): Promise<Listed> {
  const paths = Array.from({ length: files }, (_, at) => {
    const name = `lib${"abcdefghijklmnopqrstuvwxyz"[at % 26]}${at}`;
    return `pool/main/${name.slice(0, 4)}/${name}/${name}_1.${at}-2+deb13u1_amd64.deb`;
  });
  const builder = new IndexContentsBuilder();
  for (const path of paths) builder.add({ path, size: path.length, sha256: hash(path) });
  const blobs = memoryBlobs();
  const bytes = contentsBlob(builder.listing());
  await blobs.put(hash(bytes), bytes);
  const presence = await buildPresence({
    blobs,
    listings: [hash(bytes)],
    previous: undefined,
    generation: 1,
    oldestKept: 1,
  });
  const open = async (_: string, sha256: string) => {
    const stored = await blobs.get(sha256);
    return stored === null
      ? undefined
      : new Uint8Array(await new Response(stored.body).arrayBuffer());
  };
  const held = (answerBytes: number) =>
    new PresenceAtEdge(open, { ...usuallyHeld, segmentBytes: 64 * 1024 * 1024, answerBytes });
  const [warm, cold] = [held(1024 * 1024 * 1024), held(0)];
  const ends = new Uint32Array(files + 1);
  for (const [at, path] of paths.entries()) {
    ends[at + 1] = (ends[at] ?? 0) + path.length;
    await warm.find("", presence, path, background);
  }
  // Joined texts are flat: cut out of them, a path is a view on them, and none has its hash known.
  return { presence, text: paths.join(""), ends, warm, cold };
}

function hash(of: string | Uint8Array): string {
  const bytes = typeof of === "string" ? new TextEncoder().encode(of) : of;
  return createHash("sha256").update(bytes).digest("hex");
}
