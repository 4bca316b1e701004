/** What every `Blobs` promises, whatever keeps the bytes: run over memory and SQLite in Node, over R2 and SQLite in workerd. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { Blobs, SizedStream } from "../../../worker/blobs/blobs.ts";

/** Bytes that differ from place to place, so that a piece at a wrong place is found. */
export function varied(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8)) & 0xff);
}

export const nameOf = (bytes: Uint8Array, algorithm: "sha256" | "sha512" = "sha256") =>
  createHash(algorithm).update(bytes).digest("hex");

/** A stream in pieces of some length that is said to have so many bytes. */
export function streamed(bytes: Uint8Array, size = bytes.byteLength, pieces = 70_001): SizedStream {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.slice(at, at + pieces));
      at += pieces;
    },
  });
  return { body, size };
}

/** A stream that breaks after its first bytes. */
function breaking(bytes: Uint8Array): SizedStream {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.slice(0, 1000)),
    pull: (controller) => controller.error(new Error("reset")),
  });
  return { body, size: bytes.byteLength };
}

async function bytesOf(stored: SizedStream | null): Promise<Uint8Array | undefined> {
  if (stored === null) return undefined;
  const bytes = new Uint8Array(await new Response(stored.body).arrayBuffer());
  expect(stored.size).toBe(bytes.byteLength);
  return bytes;
}

/** Each promise by its name; each is given blobs of which nothing is stored. */
export const blobsContract: Readonly<Record<string, (blobs: Blobs) => Promise<void>>> = {
  async "what isn't of that name, or not as long as said, or breaks, is refused and not stored"(
    blobs,
  ) {
    const bytes = varied(300_000);
    const name = nameOf(bytes);
    const wrong = bytes.with(299_999, 1 ^ (bytes[299_999] ?? 0));
    for (const given of [
      Uint8Array.of(121),
      wrong,
      streamed(wrong),
      streamed(bytes.subarray(1), 300_000),
      streamed(bytes, 299_999),
      streamed(bytes, 300_001),
    ]) {
      await expect(blobs.put(name, given)).rejects.toThrow();
    }
    await expect(blobs.put(name, breaking(bytes))).rejects.toThrow("reset");
    expect(await blobs.has(name)).toBe(false);
    expect(await blobs.get(name)).toBeNull();
    expect((await blobs.list()).names).toEqual([]);
  },

  async "what is stored comes back whole, stored once or twice, as bytes or as a stream"(blobs) {
    const bytes = varied(2_500_000);
    const name = nameOf(bytes);
    await blobs.put(name, streamed(bytes));
    await blobs.put(name, bytes);
    await blobs.put(name, streamed(bytes));
    expect(await blobs.has(name)).toBe(true);
    expect(nameOf((await bytesOf(await blobs.get(name))) ?? new Uint8Array())).toBe(name);
    expect((await blobs.list()).names).toEqual([name]);
    const empty = new Uint8Array();
    await blobs.put(nameOf(empty), streamed(empty));
    expect(await bytesOf(await blobs.get(nameOf(empty)))).toEqual(empty);
  },

  async "a refused second time leaves the first as it was"(blobs) {
    const bytes = varied(5000);
    const name = nameOf(bytes);
    await blobs.put(name, bytes);
    await expect(blobs.put(name, streamed(bytes.subarray(1)))).rejects.toThrow();
    expect(await bytesOf(await blobs.get(name))).toEqual(bytes);
  },

  async "a name is a SHA-512 as well"(blobs) {
    const bytes = varied(5000);
    const name = nameOf(bytes, "sha512");
    await expect(blobs.put(name, bytes.subarray(1))).rejects.toThrow();
    await blobs.put(name, streamed(bytes));
    expect(await bytesOf(await blobs.get(name))).toEqual(bytes);
  },

  async "a part is just these bytes"(blobs) {
    const bytes = varied(2_500_000);
    const name = nameOf(bytes);
    await blobs.put(name, streamed(bytes));
    const mebibyte = 1024 * 1024;
    for (const [offset, length] of [
      [0, 1],
      [mebibyte - 1, 2],
      [mebibyte, mebibyte],
      [1, 2_499_999],
      [2_499_999, 1],
    ] as const) {
      const part = await bytesOf(await blobs.get(name, { offset, length }));
      expect(nameOf(part ?? new Uint8Array())).toBe(
        nameOf(bytes.subarray(offset, offset + length)),
      );
    }
  },

  async "lists are sorted, and go on behind a name; what is deleted is gone"(blobs) {
    const all = ["a", "b", "c"].map((letter) => new TextEncoder().encode(letter));
    const names = all.map((one) => nameOf(one)).sort();
    for (const one of all) await blobs.put(nameOf(one), one);
    expect((await blobs.list()).names).toEqual(names);
    expect((await blobs.list(names[0])).names).toEqual(names.slice(1));
    await blobs.delete([names[1] ?? "", "0".repeat(64)]);
    expect((await blobs.list()).names).toEqual([names[0], names[2]]);
    expect(await blobs.get(names[1] ?? "")).toBeNull();
    await blobs.delete(names);
    expect(await blobs.list()).toEqual({ names: [] });
  },
};
