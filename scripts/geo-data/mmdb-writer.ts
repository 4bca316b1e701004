/**
 * Writes a MaxMind DB of numbers: each address range has one record `{ <field>: uint32 }`.
 * After the MaxMind DB File Format Specification 2.0 (https://maxmind.github.io/MaxMind-DB/). IPv6 tree, IPv4 under ::/96.
 */
import {
  createSearchTree,
  EMPTY,
  type SearchTree,
  VALUE_BIT,
  type ValueRange,
} from "./mmdb-tree.ts";

export interface DatabaseDescription {
  /** The only field of every record. At most 28 bytes, so that its length fits the control byte. */
  field: string;
  /** `database_type` and English `description` of the metadata. */
  type: string;
  description: string;
  /** When the data was made, seconds since 1970. */
  buildEpoch: number;
}

/** Types of the specification's data section, as used here. Above 7 they are "extended": a byte of their own. */
const POINTER = 1;
const STRING = 2;
const UINT16 = 5;
const UINT32 = 6;
const MAP = 7;
const UINT64 = 9;
const ARRAY = 11;
const DATA_SEPARATOR = Buffer.alloc(16);
const METADATA_MARKER = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");

/**
 * The whole file. Ranges may come in any order but must not overlap; values are uint32. Throws a RangeError for
 * ranges that overlap, and for more data than 32-bit records can point to.
 */
export function writeMmdb(ranges: Iterable<ValueRange>, description: DatabaseDescription): Buffer {
  const tree = createSearchTree();
  const numbers = new Map<number, number>();
  for (const { start, end, value } of ranges) {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    tree.add({ start, end, value: number });
  }
  const data = encodeRecords([...numbers.keys()], description.field);
  const recordBits = narrowestRecord(tree.nodeCount() + DATA_SEPARATOR.length + data.bytes.length);
  return Buffer.concat([
    encodeTree(tree, data.offsets, recordBits),
    DATA_SEPARATOR,
    data.bytes,
    METADATA_MARKER,
    encodeMetadata(tree.nodeCount(), recordBits, description),
  ]);
}

/** 28-bit records would save an eighth of a tree that outgrows 24 bits, and cost their reader shifting: left out. */
function narrowestRecord(largestValue: number): 24 | 32 {
  if (largestValue < 2 ** 24) return 24;
  if (largestValue < 2 ** 32) return 32;
  throw new RangeError("more data than 32-bit records can point to");
}

function encodeTree(tree: SearchTree, dataOffsets: number[], recordBits: 24 | 32): Buffer {
  const nodeCount = tree.nodeCount();
  const recordBytes = recordBits / 8;
  const bytes = Buffer.alloc(nodeCount * 2 * recordBytes);
  for (let node = 0, at = 0; node < nodeCount; node++) {
    for (const bit of [0, 1] as const) {
      const held = tree.record(node, bit);
      // The specification's three meanings: below the node count a node, equal to it nothing, above it data.
      let value = held;
      if (held === EMPTY) value = nodeCount;
      if (held >= VALUE_BIT) {
        value = nodeCount + DATA_SEPARATOR.length + (dataOffsets[held - VALUE_BIT] ?? Number.NaN);
      }
      at = bytes.writeUIntBE(value, at, recordBytes);
    }
  }
  return bytes;
}

/** One record per value; `offsets[i]` is where value i's begins. The first spells the field, the others point to it. */
function encodeRecords(values: number[], field: string): { bytes: Buffer; offsets: number[] } {
  const offsets: number[] = [];
  const chunks: Buffer[] = [];
  let length = 0;
  for (const value of values) {
    const key = length === 0 ? encodeString(field) : Buffer.from([POINTER << 5, 1]);
    const record = Buffer.concat([encodeControl(MAP, 1), key, encodeUnsigned(UINT32, value)]);
    offsets.push(length);
    chunks.push(record);
    length += record.length;
  }
  return { bytes: Buffer.concat(chunks), offsets };
}

function encodeMetadata(nodeCount: number, recordBits: number, about: DatabaseDescription): Buffer {
  const entries: [string, Buffer][] = [
    ["binary_format_major_version", encodeUnsigned(UINT16, 2)],
    ["binary_format_minor_version", encodeUnsigned(UINT16, 0)],
    ["build_epoch", encodeUnsigned(UINT64, about.buildEpoch)],
    ["database_type", encodeString(about.type)],
    ["description", encodeMap([["en", encodeString(about.description)]])],
    ["ip_version", encodeUnsigned(UINT16, 6)],
    ["languages", encodeControl(ARRAY, 0)],
    ["node_count", encodeUnsigned(UINT32, nodeCount)],
    ["record_size", encodeUnsigned(UINT16, recordBits)],
  ];
  return encodeMap(entries);
}

function encodeMap(entries: [string, Buffer][]): Buffer {
  const fields = entries.flatMap(([key, value]) => [encodeString(key), value]);
  return Buffer.concat([encodeControl(MAP, entries.length), ...fields]);
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([encodeControl(STRING, bytes.length), bytes]);
}

/** Big-endian without leading zero bytes; zero has no bytes at all. */
function encodeUnsigned(type: number, value: number): Buffer {
  const hex = value === 0 ? "" : value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([encodeControl(type, bytes.length), bytes]);
}

/** The control byte: type and size; an extended type follows in a byte of its own, then a size of 29 and more. */
function encodeControl(type: number, size: number): Buffer {
  if (size >= 29 + 256) throw new RangeError(`no field of ours is as long as ${size}`);
  const shortSize = Math.min(size, 29);
  const bytes = type > 7 ? [shortSize, type - 7] : [(type << 5) | shortSize];
  return Buffer.from(size >= 29 ? [...bytes, size - 29] : bytes);
}
