/** The order in which apt goes through its cache: it decides where packages are equal in all else. */
import { at } from "./columns.ts";

/** apt's slots for names (`APT::Cache-HashTableSize`). */
const slots = 196_613;

/** apt's hash of a name, which is where its group stands. @param name its bytes */
export function nameSlot(name: Uint8Array): number {
  let hash = 5381;
  for (let place = 0; place < name.length; place++) {
    hash = (Math.imul(hash, 33) + (at(name, place) | 0x20)) | 0;
  }
  return (hash >>> 0) % slots;
}

/** In a slot, the shorter name is first, then the order of bytes. */
export function compareInSlot(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return one.length - other.length;
  for (let place = 0; place < one.length; place++) {
    const differs = at(one, place) - at(other, place);
    if (differs !== 0) return differs;
  }
  return 0;
}

export interface Groups {
  count: number;
  /** First package of each. */
  first: Int32Array;
  nameOf: (group: number) => Uint8Array;
}

/** All packages in that order. @param next package of the same group */
export function packagesInOrder(groups: Groups, next: Int32Array): Int32Array {
  const all: number[] = [];
  for (const group of groupsInOrder(groups)) {
    for (let one = at(groups.first, group); one !== 0; one = at(next, one)) all.push(one);
  }
  return Int32Array.from(all);
}

function groupsInOrder({ count, nameOf }: Groups): Int32Array {
  const slotOf = new Int32Array(count);
  const starts = new Int32Array(slots + 1);
  for (let group = 1; group < count; group++) {
    const slot = nameSlot(nameOf(group));
    slotOf[group] = slot;
    starts[slot + 1] = at(starts, slot + 1) + 1;
  }
  for (let slot = 0; slot < slots; slot++) {
    starts[slot + 1] = at(starts, slot + 1) + at(starts, slot);
  }
  const ordered = new Int32Array(count - 1);
  const filled = starts.slice(0, slots);
  for (let group = 1; group < count; group++) {
    const slot = at(slotOf, group);
    let place = at(filled, slot);
    filled[slot] = place + 1;
    for (; place > at(starts, slot); place--) {
      const before = at(ordered, place - 1);
      if (compareInSlot(nameOf(before), nameOf(group)) < 0) break;
      ordered[place] = before;
    }
    ordered[place] = group;
  }
  return ordered;
}
