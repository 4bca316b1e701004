/**
 * Sorts as GCC's `std::sort` does, which apt uses: elements that are equal come out in an order that only the same
 * steps give (introsort: median of three, 16 and fewer by insertion, a heap where it goes too deep).
 */
import { at } from "../universe/columns.ts";

/** Parts of so many elements are left to insertion. */
const small = 16;

export type Before = (one: number, other: number) => boolean;

/** A short list: by insertion. One of more than 16 comes out as GCC's where no two elements are equal. */
export function sortShort(list: Int32Array, before: Before): void {
  for (let place = 1; place < list.length; place++) {
    const value = at(list, place);
    let to = place;
    for (; to > 0 && before(value, at(list, to - 1)); to--) list[to] = at(list, to - 1);
    list[to] = value;
  }
}

/** Puts elements with more before those with less. @param scores by element */
export function sortByScore(list: Int32Array, scores: Int32Array): void {
  const keys = list.map((element) => at(scores, element));
  new Introsort(list, keys).run();
}

/** Elements and their keys, moved together. */
class Introsort {
  readonly #list: Int32Array;
  readonly #keys: Int32Array;

  constructor(list: Int32Array, keys: Int32Array) {
    this.#list = list;
    this.#keys = keys;
  }

  run(): void {
    const { length } = this.#list;
    if (length < 2) return;
    this.#part(0, length, 2 * (31 - Math.clz32(length)));
    const sorted = Math.min(length, small);
    for (let place = 1; place < sorted; place++) this.#insert(place);
    for (let place = sorted; place < length; place++) this.#sink(place);
  }

  #part(first: number, last: number, depth: number): void {
    let end = last;
    let left = depth;
    while (end - first > small) {
      if (left === 0) {
        this.#heapSort(first, end);
        return;
      }
      left--;
      this.#medianFirst(first, end);
      const cut = this.#divide(first, end);
      this.#part(cut, end, left);
      end = cut;
    }
  }

  #swap(one: number, other: number): void {
    const [list, keys] = [this.#list, this.#keys];
    const element = at(list, one);
    const key = at(keys, one);
    list[one] = at(list, other);
    keys[one] = at(keys, other);
    list[other] = element;
    keys[other] = key;
  }

  /** Puts the median of the second, the middle and the last element first. */
  #medianFirst(first: number, end: number): void {
    const [a, b, c] = [first + 1, first + ((end - first) >> 1), end - 1];
    const [ka, kb, kc] = [at(this.#keys, a), at(this.#keys, b), at(this.#keys, c)];
    let median: number;
    if (ka > kb) median = kb > kc ? b : ka > kc ? c : a;
    else median = ka > kc ? a : kb > kc ? c : b;
    this.#swap(first, median);
  }

  #divide(first: number, end: number): number {
    const keys = this.#keys;
    const pivot = at(keys, first);
    let low = first + 1;
    let high = end;
    for (;;) {
      while (at(keys, low) > pivot) low++;
      high--;
      while (pivot > at(keys, high)) high--;
      if (low >= high) return low;
      this.#swap(low, high);
      low++;
    }
  }

  /** One that belongs before all others is put there at once: nothing would stop it. */
  #insert(place: number): void {
    const [list, keys] = [this.#list, this.#keys];
    const element = at(list, place);
    const key = at(keys, place);
    if (key > at(keys, 0)) {
      list.copyWithin(1, 0, place);
      keys.copyWithin(1, 0, place);
      list[0] = element;
      keys[0] = key;
    } else this.#sink(place);
  }

  /** Moves an element before those that it belongs before; something stops it. */
  #sink(from: number): void {
    const [list, keys] = [this.#list, this.#keys];
    const element = at(list, from);
    const key = at(keys, from);
    let place = from;
    for (; key > at(keys, place - 1); place--) {
      list[place] = at(list, place - 1);
      keys[place] = at(keys, place - 1);
    }
    list[place] = element;
    keys[place] = key;
  }

  #heapSort(first: number, end: number): void {
    const count = end - first;
    for (let parent = (count - 2) >> 1; parent >= 0; parent--) {
      this.#sift({ first, count }, parent, first + parent);
    }
    for (let left = count - 1; left > 0; left--) {
      this.#swap(first, first + left);
      // What stood last is first now, and goes down from there.
      this.#sift({ first, count: left }, 0, first);
    }
  }

  /** @param hole where an element is missing, that stands at `from` */
  #sift({ first, count }: { first: number; count: number }, hole: number, from: number): void {
    const [list, keys] = [this.#list, this.#keys];
    const element = at(list, from);
    const key = at(keys, from);
    const move = (to: number, of: number) => {
      list[first + to] = at(list, first + of);
      keys[first + to] = at(keys, first + of);
    };
    let place = hole;
    let child = hole;
    while (child < (count - 1) >> 1) {
      child = 2 * (child + 1);
      if (at(keys, first + child) > at(keys, first + child - 1)) child--;
      move(place, child);
      place = child;
    }
    if (count % 2 === 0 && child === (count - 2) >> 1) {
      child = 2 * child + 1;
      move(place, child);
      place = child;
    }
    for (let parent = (place - 1) >> 1; place > hole; parent = (place - 1) >> 1) {
      if (at(keys, first + parent) <= key) break;
      move(place, parent);
      place = parent;
    }
    list[first + place] = element;
    keys[first + place] = key;
  }
}
