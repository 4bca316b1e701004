/** The order in which apt goes through its cache: it decides where packages are equal in all else. */
import { at } from "./columns.ts";

/** apt's slots for names (`APT::Cache-HashTableSize`). */
const slots = 196_613;

/** apt's hash of a name, which is where its group stands. */
export function nameSlot(name: string): number {
  let hash = 5381;
  for (let place = 0; place < name.length; place++) {
    hash = (Math.imul(hash, 33) + (name.charCodeAt(place) | 0x20)) | 0;
  }
  return (hash >>> 0) % slots;
}

/** In a slot, the shorter name is first, then the order of bytes. */
export function compareInSlot(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

/** All packages in that order. @param nameOf of a group */
export function packagesInOrder(
  groups: { first: Int32Array; count: number; nameOf: (group: number) => string },
  next: Int32Array,
): Int32Array {
  const slotOf = new Int32Array(groups.count);
  const starts = new Int32Array(slots + 1);
  for (let group = 1; group < groups.count; group++) {
    const slot = nameSlot(groups.nameOf(group));
    slotOf[group] = slot;
    starts[slot + 1] = at(starts, slot + 1) + 1;
  }
  for (let slot = 0; slot < slots; slot++) starts[slot + 1] = at(starts, slot + 1) + at(starts, slot);
  const ordered = new Int32Array(groups.count - 1);
  const filled = starts.slice(0, slots);
  for (let group = 1; group < groups.count; group++) {
    const slot = at(slotOf, group);
    let place = at(filled, slot);
    filled[slot] = place + 1;
    const name = groups.nameOf(group);
    for (; place > at(starts, slot); place--) {
      const before = at(ordered, place - 1);
      if (compareInSlot(groups.nameOf(before), name) < 0) break;
      ordered[place] = before;
    }
    ordered[place] = group;
  }
  const all: number[] = [];
  for (const group of ordered) {
    for (let one = at(groups.first, group); one !== 0; one = at(next, one)) all.push(one);
  }
  return Int32Array.from(all);
}
