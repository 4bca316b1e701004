/** Reads the ranges of the CSV package `@ip-location-db/asn` (files `asn-ipv4-num.csv` and `asn-ipv6-num.csv`). */
import { type AddressWords, compareAddresses, nextAddress } from "./address-words.ts";
import type { ValueRange } from "./mmdb-tree.ts";

const WORD = 0xffff_ffffn;

/**
 * The ranges of one file: `start,end,number,"organisation"` per line, addresses as decimal numbers, ends included.
 * Sorted, as the files are. Neighbouring ranges of one network are joined. A range that begins inside the one
 * before gets what that one leaves (the files have such a slip now and then). Throws with the line's number when a
 * line is not of that shape or out of order.
 */
export function* readAsnRanges(csv: string, family: 4 | 6): Generator<ValueRange> {
  const address = family === 4 ? ipv4Words : ipv6Words;
  let pending: ValueRange | undefined;
  let lastListed: AddressWords = [0, 0, 0, 0];
  let lineNumber = 0;
  for (let at = 0; at < csv.length; ) {
    lineNumber++;
    const lineEnd = csv.indexOf("\n", at) < 0 ? csv.length : csv.indexOf("\n", at);
    const comma1 = csv.indexOf(",", at);
    const comma2 = csv.indexOf(",", comma1 + 1);
    const comma3 = csv.indexOf(",", comma2 + 1);
    const value = Number(csv.slice(comma2 + 1, comma3));
    const inLine = comma1 > 0 && comma2 > comma1 && comma3 > comma2 && comma3 < lineEnd;
    if (!inLine || !(value > 0 && value < 2 ** 32)) {
      throw new Error(`IPv${family} ranges, line ${lineNumber}: expected start,end,number,name`);
    }
    const listedStart = address(csv.slice(at, comma1));
    const end = address(csv.slice(comma1 + 1, comma2));
    at = lineEnd + 1;
    if (compareAddresses(listedStart, lastListed) < 0) {
      throw new Error(`IPv${family} ranges, line ${lineNumber}: not in order`);
    }
    lastListed = listedStart;
    const free: AddressWords = pending === undefined ? listedStart : nextAddress(pending.end);
    const order = compareAddresses(listedStart, free);
    const start = order < 0 ? free : listedStart;
    if (compareAddresses(start, end) > 0) continue;
    if (pending?.value === value && order <= 0) {
      pending = { start: pending.start, end, value };
      continue;
    }
    if (pending !== undefined) yield pending;
    pending = { start, end, value };
  }
  if (pending !== undefined) yield pending;
}

function ipv4Words(decimal: string): AddressWords {
  return [0, 0, 0, Number(decimal)];
}

function ipv6Words(decimal: string): AddressWords {
  const value = BigInt(decimal);
  const word = (shift: bigint) => Number((value >> shift) & WORD);
  return [word(96n), word(64n), word(32n), word(0n)];
}
