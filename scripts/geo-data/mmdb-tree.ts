/** The search tree of a MaxMind DB while it is being built: a binary trie over 128 address bits. */

import { type AddressWords, addressText, compareAddresses } from "./address-words.ts";

/** A run of addresses, both ends included, and the number of the value they all have. */
export interface ValueRange {
  start: AddressWords;
  end: AddressWords;
  value: number;
}

const ADDRESS_BITS = 128;
/** What a record of the tree holds: nothing, the number of a node, or (with this bit) the number of a value. */
export const EMPTY = 0;
export const VALUE_BIT = 0x8000_0000;

/** Nodes numbered from 0, the root. */
export interface SearchTree {
  /** Adds a range. Throws a RangeError when it overlaps one that is there, or ends before it starts. */
  add(range: ValueRange): void;
  nodeCount(): number;
  /** The record for a bit of a node: `EMPTY`, a node number (never 0: the root is nobody's child), or `VALUE_BIT | value`. */
  record(node: number, bit: 0 | 1): number;
}

/** A tree without any range. */
export function createSearchTree(): SearchTree {
  let records = new Uint32Array(1 << 16);
  let count = 1;

  function newNode(): number {
    if (count * 2 === records.length) {
      const larger = new Uint32Array(records.length * 2);
      larger.set(records);
      records = larger;
    }
    return count++;
  }

  function add({ start, end, value }: ValueRange): void {
    if (compareAddresses(start, end) > 0) throw new RangeError("a range ends before it starts");
    // A subtree that begins at the range's start holds nothing before it once only zeros follow, and so at the end.
    const startDepth = ADDRESS_BITS - trailing(start, 0);
    const endDepth = ADDRESS_BITS - trailing(end, 1);

    /** Fills what the range covers of a node; `afterStart`: all of the node lies after the range's start. */
    function fill(node: number, depth: number, afterStart: boolean, beforeEnd: boolean): void {
      const first = afterStart ? 0 : bitAt(start, depth);
      const last = beforeEnd ? 1 : bitAt(end, depth);
      for (let bit = first; bit <= last; bit++) {
        const childAfterStart = afterStart || bit > first;
        const childBeforeEnd = beforeEnd || bit < last;
        const slot = node * 2 + bit;
        const held = records[slot] ?? EMPTY;
        const whole =
          (childAfterStart || depth + 1 >= startDepth) && (childBeforeEnd || depth + 1 >= endDepth);
        if ((whole && held !== EMPTY) || held >= VALUE_BIT) {
          throw new RangeError(
            `${addressText(start)} to ${addressText(end)} overlaps another range`,
          );
        }
        if (whole) {
          records[slot] = (VALUE_BIT | value) >>> 0;
          continue;
        }
        const child = held === EMPTY ? newNode() : held;
        records[slot] = child;
        fill(child, depth + 1, childAfterStart, childBeforeEnd);
      }
    }
    fill(0, 0, false, false);
  }

  return { add, nodeCount: () => count, record: (node, bit) => records[node * 2 + bit] ?? EMPTY };
}

function bitAt(address: AddressWords, depth: number): number {
  return ((address[depth >>> 5] ?? 0) >>> (31 - (depth & 31))) & 1;
}

/** How many bits at the address's end all have this value. */
function trailing(address: AddressWords, bit: 0 | 1): number {
  let depth = ADDRESS_BITS;
  while (depth > 0 && bitAt(address, depth - 1) === bit) depth--;
  return ADDRESS_BITS - depth;
}
