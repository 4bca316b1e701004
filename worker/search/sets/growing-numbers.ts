/** Numbers of 32 bits by their place, in memory that grows. */

/** Numbers that there is room for at first. */
const firstRoom = 4096;

export class GrowingNumbers {
  #numbers = new Uint32Array(firstRoom);
  #length = 0;

  set(place: number, value: number): void {
    if (place >= this.#numbers.length) {
      const larger = new Uint32Array(Math.max(place + 1, 2 * this.#numbers.length));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[place] = value;
    this.#length = Math.max(this.#length, place + 1);
  }

  /** 0: nothing was set there. */
  at(place: number): number {
    return this.#numbers[place] ?? 0;
  }

  /** A copy of all. */
  all(): Uint32Array {
    return this.#numbers.slice(0, this.#length);
  }
}
