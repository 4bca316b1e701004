/** workerd's own zlib and zstd unpack what clients unpack; that Node's do is `decompressed.test.ts`. */
import { expect, test } from "vitest";
import { readIndexStream } from "../../worker/formats/read-index-stream.ts";

const bytesOf = (base64: string) =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
/** What `printf 'Package: a\nFilename: pool/a.deb\nSize: 1\n\n' | pzstd -c` of zstd 1.5.4 writes. */
const pzstd = bytesOf(
  "UCpNGAQAAAA2AAAAKLUv/QRYSQEAUGFja2FnZTogYQpGaWxlbmFtZTogcG9vbC9hLmRlYgpTaXplOiAxCgp8HuWh",
);
/** The same by `gzip -n`. */
const gzip = bytesOf(
  "H4sIAAAAAAAAAwtITM5OTE+1UkjkcsvMSc1LzAWyC/Lzc/QT9VJSk7iCM6uAAoZcXAD5iStWKQAAAA==",
);
const text = "Package: a\nFilename: pool/a.deb\nSize: 1\n\n";
const padded = (zeros: number) => {
  const bytes = new Uint8Array(gzip.byteLength + zeros);
  bytes.set(gzip);
  return bytes;
};

async function unpacked(bytes: Uint8Array, pieceLength: number): Promise<unknown> {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + pieceLength));
      else controller.close();
      at += pieceLength;
    },
  });
  let raw = "";
  const push = (piece: Uint8Array) => {
    raw += new TextDecoder().decode(piece);
  };
  const read = await readIndexStream(body, { push, end() {} });
  return "refused" in read ? read : raw;
}

test.each([1, 7, 100_000])("in pieces of %i bytes", async (pieceLength) => {
  expect(await unpacked(pzstd, pieceLength)).toBe(text);
  for (const zeros of [1, 700]) expect(await unpacked(padded(zeros), pieceLength)).toBe(text);
});
