/**
 * Sorts as GCC's `std::sort` does, which apt uses: elements that are equal come out in an order that only the same
 * steps give (introsort: median of three, 16 and fewer by insertion, a heap where it goes too deep).
 */
import { at } from "../universe/columns.ts";

export type Before = (one: number, other: number) => boolean;

/** Parts of so many elements are left to insertion. */
const small = 16;

export function sortAsGcc(list: Int32Array, before: Before): void {
  if (list.length < 2) return;
  const depth = 2 * (31 - Math.clz32(list.length));
  partition(list, [0, list.length], depth, before);
  if (list.length <= small) insertion(list, [0, list.length], before);
  else {
    insertion(list, [0, small], before);
    for (let place = small; place < list.length; place++) sink(list, place, before);
  }
}

function partition(
  list: Int32Array,
  [first, last]: [number, number],
  depth: number,
  before: Before,
): void {
  let end = last;
  let left = depth;
  while (end - first > small) {
    if (left === 0) {
      heapSort(list, [first, end], before);
      return;
    }
    left--;
    medianFirst(list, [first, end], before);
    const cut = divide(list, [first, end], before);
    partition(list, [cut, end], left, before);
    end = cut;
  }
}

function swap(list: Int32Array, one: number, other: number): void {
  const kept = at(list, one);
  list[one] = at(list, other);
  list[other] = kept;
}

/** Puts the median of the second, the middle and the last element first. */
function medianFirst(list: Int32Array, [first, end]: [number, number], before: Before): void {
  const [a, b, c] = [first + 1, first + ((end - first) >> 1), end - 1];
  const is = (one: number, other: number) => before(at(list, one), at(list, other));
  let median: number;
  if (is(a, b)) median = is(b, c) ? b : is(a, c) ? c : a;
  else median = is(a, c) ? a : is(b, c) ? c : b;
  swap(list, first, median);
}

function divide(list: Int32Array, [first, end]: [number, number], before: Before): number {
  const pivot = at(list, first);
  let [low, high] = [first + 1, end];
  for (;;) {
    while (before(at(list, low), pivot)) low++;
    high--;
    while (before(pivot, at(list, high))) high--;
    if (low >= high) return low;
    swap(list, low, high);
    low++;
  }
}

function insertion(list: Int32Array, [first, end]: [number, number], before: Before): void {
  for (let place = first + 1; place < end; place++) {
    const value = at(list, place);
    if (before(value, at(list, first))) {
      list.copyWithin(first + 1, first, place);
      list[first] = value;
    } else sink(list, place, before);
  }
}

/** Moves an element before those that it belongs before; something stops it. */
function sink(list: Int32Array, from: number, before: Before): void {
  const value = at(list, from);
  let place = from;
  while (before(value, at(list, place - 1))) {
    list[place] = at(list, place - 1);
    place--;
  }
  list[place] = value;
}

function heapSort(list: Int32Array, [first, end]: [number, number], before: Before): void {
  const count = end - first;
  for (let parent = (count - 2) >> 1; parent >= 0; parent--) {
    sift(list.subarray(first, end), parent, at(list, first + parent), before);
  }
  for (let last = end - 1; last > first; last--) {
    const value = at(list, last);
    list[last] = at(list, first);
    sift(list.subarray(first, last), 0, value, before);
  }
}

function sift(heap: Int32Array, hole: number, value: number, before: Before): void {
  const top = hole;
  let place = hole;
  let child = hole;
  while (child < (heap.length - 1) >> 1) {
    child = 2 * (child + 1);
    if (before(at(heap, child), at(heap, child - 1))) child--;
    heap[place] = at(heap, child);
    place = child;
  }
  if (heap.length % 2 === 0 && child === (heap.length - 2) >> 1) {
    child = 2 * child + 1;
    heap[place] = at(heap, child);
    place = child;
  }
  for (let parent = (place - 1) >> 1; place > top && before(at(heap, parent), value); ) {
    heap[place] = at(heap, parent);
    place = parent;
    parent = (place - 1) >> 1;
  }
  heap[place] = value;
}
