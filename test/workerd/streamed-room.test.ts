/** The memory that large files on their way are read into: much for each of some, and little for each of many. */
import { expect, it, vi } from "vitest";
import { CheckedBytes } from "../../worker/delivery/checked-bytes.ts";
import { leastRoomBytes, pieceBytes } from "../../worker/runtime/piece-reader.ts";
import { hashOf } from "./snapshot-services.ts";
import { frankfurt, mirror, views } from "./views.ts";

const size = 4 * pieceBytes;
const text = "x".repeat(size);
const streams = 80;
/** Of all, bytes: what the table of limits says of `maxRoomBytes`. */
const most = 16 * 1024 * 1024;

it("isn't more than is allowed however many files are on their way, and is had back", async () => {
  /** Room that was given for a first piece, of each. */
  const rooms: number[] = [];
  let release = Promise.withResolvers<void>();
  const body = () =>
    new ReadableStream({
      type: "bytes",
      async pull(controller) {
        const view = controller.byobRequest?.view;
        rooms.push(view?.byteLength ?? 0);
        await release.promise;
        controller.error(new Error("the origin has gone"));
        controller.byobRequest?.respond(0);
      },
    });
  const bytes = {
    fetch: async () => new Response(body(), { headers: { "Content-Length": String(size) } }),
    ownHosts: [],
    cache: { match: async () => undefined, put: () => Promise.reject(new Error("it is full")) },
  };
  const checked = new CheckedBytes(bytes);
  const [repository] = views([mirror("m.example", frankfurt)]).repositories;
  if (repository === undefined) throw new Error("there is no repository");
  const waited: Promise<unknown>[] = [];
  const background = { waitUntil: (work: Promise<unknown>) => void waited.push(work) };
  const open = async (at: number) => {
    const path = `pool/${at}.deb`;
    const file = {
      ...{ request: new Request(`http://near.example/debian/${path}`), scheme: "http" as const },
      ...{ repository, path, decoded: path, size, sha256: Buffer.from(hashOf(text + at), "hex") },
    };
    const had = await checked.streamed(file, background);
    if (!(had instanceof Response)) throw new Error(had.why);
    return had.arrayBuffer().catch(() => undefined);
  };
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const all = Array.from({ length: streams }, (_, at) => open(at));
  await vi.waitFor(() => expect(rooms).toHaveLength(streams), 10_000);
  const sum = rooms.reduce((total, room) => total + room, 0);
  expect(sum).toBeLessThanOrEqual(most + streams * leastRoomBytes);
  expect(Math.max(...rooms)).toBe(pieceBytes);
  expect(Math.min(...rooms)).toBe(leastRoomBytes);
  release.resolve();
  await Promise.all(all);
  await Promise.all(waited);
  release = Promise.withResolvers();
  const next = open(streams);
  await vi.waitFor(() => expect(rooms).toHaveLength(streams + 1), 10_000);
  expect(rooms.at(-1)).toBe(pieceBytes);
  release.resolve();
  await next;
});
