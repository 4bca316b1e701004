/** IP databases as a failed download, a full disk or a wrong file leave them. */
import { seeded } from "../../../scripts/random.ts";

/** As a download that broke off leaves it: the metadata, which stand at the end, are missing. */
export function truncated(whole: Buffer): Buffer {
  return whole.subarray(0, Math.floor(whole.length / 2));
}

/** Bytes of no meaning, with the seed's value. */
export function randomBytes(length: number, seed = 20_261_130): Buffer {
  const random = seeded(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

/** The file's tree and metadata with records that are none: what is opened without an error and fails at look-ups. */
export function withDamagedRecords(whole: Buffer): Buffer {
  const damaged = Buffer.from(whole);
  const metadata = damaged.lastIndexOf(marker);
  // The tree is far longer than the records. An extended type above all that there are (specification, "Data Field Format").
  damaged.fill(0xff, Math.floor(metadata * 0.6), metadata);
  return damaged;
}

/** The metadata of a large file behind a few bytes: the tree that they tell isn't there. */
export function withoutTree(whole: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(64), whole.subarray(whole.lastIndexOf(marker))]);
}

const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
const map = (fields: number) => Buffer.from([0xe0 | fields]);
const text = (value: string) =>
  Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
const uint16 = (value: number) => Buffer.from([0xa2, value >> 8, value & 0xff]);
const uint32 = (value: number) => Buffer.from([0xc4, 0, 0, value >> 8, value & 0xff]);

/**
 * A database of IP version 4 by MaxMind DB format 2.0: one node, whose two sides are the one record. All addresses are
 * in that country.
 */
export function ipv4Only(country: string): Buffer {
  // A record's value is the number of nodes, the separator's 16 bytes, and where the record begins behind it.
  const toRecord = [0, 0, 1 + 16];
  return Buffer.concat([
    Buffer.from([...toRecord, ...toRecord]),
    Buffer.alloc(16),
    map(1),
    text("country_code"),
    text(country),
    marker,
    map(4),
    ...[text("node_count"), uint32(1), text("record_size"), uint16(24)],
    ...[text("ip_version"), uint16(4), text("binary_format_major_version"), uint16(2)],
  ]);
}
