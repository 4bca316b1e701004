/** Packs bytes as origins do, in ways that Node doesn't. */
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { XzModule } from "../../../worker/formats/compression/xz-decoder.ts";

export const xzFile = new URL("../../../worker/formats/compression/xz.wasm", import.meta.url);

/** What a Worker imports as a module. */
export const xz: XzModule = new WebAssembly.Module(readFileSync(xzFile));

/** `seq 1 700 | xz -6e --block-size=1500` of XZ Utils 5.4.1: two blocks, really compressed. */
export const counted = Buffer.from(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AXbAStdABiCgo8iTvimVffwmaUlDZBFkVpRtJvKrNwFMuyFUp+xSG3v3OhLuWG64JxTf5jIqVQO/D0q0wbXZkQ9VmSmzT3Xxx9E9BjfAgs/4sbGe+Hnf3lEHHm3Qq5luBu1DoThmoIGIzlaf3KqQ/qlmh+SwL5FcXlK1ZPGkAo5rZxlhyq2GjjH4ZMXytA+CeqwUvAQYCbAXl8QkQ25eXh9l0Jg0KY4d+Ej6LsoT4hSLXVYJj9m/eKc69OvYdk1ev/7YrE8fJMc8mS4TRyFKrFcAAY2AUrrvAVI71xotTxxgZ4sbORnBs+FKnUJGYy8F0QNzTxpxjbEnpzS7js1Ej6TUpedkeFNVjFeyuWWgq9ADIWjSVbIkWpANfkU5FUtUTUkUoSAFyAtXAOMwedof/YAAAD2qV9ehvfYqgIAIQEWAAAAdC/lo+AEpwDPXQAaDAK0aL/OHJjy0UPm9Pz99EAc9DwIQ7Ifwf3XXmNjYxNHmlVOdIWw+O1rPvXICKLcVozBnusYqgd053NR+2/YJaiiys7ueSSuEWejFKgUwXSmQaDdxD48WvopfTX0gOnUfC+Qjyn0oXK2mDYvqZ5x/kamFX2mzWuAetmblV2Q/tdSNsioxsNr5CAISfvWfQHa+Frq3ybPQRkC6rThKa3dbRKG76qY7aBuslhJkzTRn8GbjTcpVYpT9xaJMsabSHYzwmueL7oSmLOZ/snFWwAAACXxUAy3zeavAALHAtwL6wGoCQAAzb10AhQXOzADAAAAAARZWg==",
  "base64",
);
export const countedText = Array.from({ length: 700 }, (_, at) => `${at + 1}\n`).join("");

/** Where a stream's index begins, as its footer tells (section 2.1.2.2). */
export function indexAt(stream: Buffer): number {
  return stream.length - 12 - 4 * (stream.readUInt32LE(stream.length - 8) + 1);
}

export interface XzForm {
  /** The byte that tells the dictionary's size: 0 is 4 KiB, 24 is 16 MiB, 25 is 24 MiB. */
  dictionary?: number;
  filter?: number;
  check?: number;
  /** The block's head tells how long it is unpacked, as of `xz` with threads; a number: it tells that. */
  sized?: boolean | number;
}

/** An xz stream that stores its bytes, one block for each of `blocks`. */
export function xzStored(blocks: readonly Uint8Array[], form: XzForm = {}): Buffer {
  const { dictionary = 0, filter = 0x21, check = 0, sized = false } = form;
  const flags = Buffer.of(0, check);
  const parts = [Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), flags, sum(flags)];
  const records: Buffer[] = [];
  for (const bytes of blocks) {
    const told = sized === false ? [] : number(sized === true ? bytes.length : sized);
    const fields = Buffer.of(sized === false ? 0 : 0x80, ...told, filter, 1, dictionary);
    const head = Buffer.concat([Buffer.of(0), fields, Buffer.alloc(-(1 + fields.length) & 3)]);
    head[0] = head.length / 4;
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 65536) {
      const chunk = bytes.subarray(at, at + 65536);
      const size = chunk.length - 1;
      chunks.push(Buffer.of(at === 0 ? 1 : 2, size >> 8, size & 255), Buffer.from(chunk));
    }
    const body = Buffer.concat([...chunks, Buffer.of(0)]);
    // Section 2.1.1.2; of zeros, which is right for no bytes.
    const checked = Buffer.alloc(check === 0 ? 0 : 4 << Math.floor((check - 1) / 3));
    parts.push(head, sum(head), body, Buffer.alloc(-body.length & 3), checked);
    records.push(number(head.length + 4 + body.length + checked.length), number(bytes.length));
  }
  const listed = Buffer.concat([Buffer.of(0), number(blocks.length), ...records]);
  const index = Buffer.concat([listed, Buffer.alloc(-listed.length & 3)]);
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE((index.length + 4) / 4 - 1);
  const foot = Buffer.concat([backward, flags]);
  return Buffer.concat([...parts, index, sum(index), sum(foot), foot, Buffer.from("YZ")]);
}

function sum(bytes: Uint8Array): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32LE(crc32(bytes));
  return four;
}

function number(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.of(...bytes, rest);
}

/** A ustar archive of files, with its end unless it is to be continued. */
export function tar(files: Readonly<Record<string, string>>, { ends = true } = {}): Buffer {
  const parts: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const body = Buffer.from(text);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write("0000644\0", 100);
    head.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
    head.write("        ", 148);
    head.write(name.endsWith("/") ? "5" : "0", 156);
    head.write("ustar\0", 257);
    const total = head.reduce((one, other) => one + other, 0);
    head.write(`${total.toString(8).padStart(6, "0")}\0 `, 148);
    parts.push(head, body, Buffer.alloc(-body.length & 511));
  }
  if (ends) parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

/** The bytes as a stream in pieces of that length. */
export function inPieces(bytes: Uint8Array, length: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}

/** What `printf 'Package: a\nFilename: pool/a.deb\nSize: 1\n\n' | pzstd -c` of zstd 1.5.4 writes: a skippable frame first. */
export const pzstd = Buffer.from(
  "UCpNGAQAAAA2AAAAKLUv/QRYSQEAUGFja2FnZTogYQpGaWxlbmFtZTogcG9vbC9hLmRlYgpTaXplOiAxCgp8HuWh",
  "base64",
);
export const pzstdText = "Package: a\nFilename: pool/a.deb\nSize: 1\n\n";

/** What `zck -m -s "<package " m.xml` of zchunk 1.2.3 writes of the text: a chunk for each package. */
export const zck = Buffer.from(
  "AFpDSzGBAIEH6581L454RN7Dti9xG25YUSzE2tsRRGJkyfsN477RIetqTAZ1Zwr0lDeKgF56BxODBqyiQttia90mcDWJgNdTgILcg4UAAAAAAAAAAAAAAAAAAAAAgIApprPjqfq95HWuhsP8M3mPyL9iLCpS/H1gxDRiq99NH/Ap1NgPt8BQLI+FIrcvmXxGup481tjNfThoHLiAvDRr9OT0fdIW2+SAKLUv/SA/+QEAPD94bWwgdmVyc2lvbj0iMS4wIiBlbmNvZGluZz0iVVRGLTgiPz4KPG1ldGFkYXRhIHBhY2thZ2VzPSIzIj4KKLUv/SBYXQIAUoQPFqC1OTEIEaElLdRNbqpilNRDbcwaGq0B3vGclglpQygzilqo5VnI8TzYFA2g5PdETamOTstsdAGtaJHHyX0DAAD5KZWl7XUCKLUv/SBYbQIAUgQQF5C1bVcIjVATmza72rg7sHR5gzipxmoQgWIqPjUTzAvBzDi1UNuzkFT88HIcQEliGuW0KvWp2Qs3oB0Xe5ztDAMAAPkplaXtdQIotS/9IGSVAgASRREWkLUdJ6uzbPHTZp9r/bfE5XhBYjqHEiX1ddDnPix5mGftK1g7BC/DJIVeVyGYZ4IdwwGU4OEmtyZMa1922AFvuNBj1TEDAAD5KZWl7XUC",
  "base64",
);
export const zckText = `<?xml version="1.0" encoding="UTF-8"?>
<metadata packages="3">
<package type="rpm"><name>a</name><size package="5"/><location href="a.rpm"/></package>
<package type="rpm"><name>b</name><size package="5"/><location href="b.rpm"/></package>
<package type="rpm"><name>c</name><size package="5"/><location href="c.rpm"/></package>
</metadata>
`;
