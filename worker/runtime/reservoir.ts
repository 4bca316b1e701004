/** A fair choice among things offered one by one (reservoir sampling, Vitter's algorithm R). */
export class Reservoir<Item> {
  readonly #seats: number;
  readonly #random: () => number;
  readonly #kept: Item[] = [];
  #offered = 0;

  /** @param random 0 to 1 */
  constructor(seats: number, random: () => number) {
    this.#seats = seats;
    this.#random = random;
  }

  /** What was chosen, in no order that means anything. */
  get kept(): readonly Item[] {
    return this.#kept;
  }

  /** @param item made only where it is kept */
  offer(item: () => Item): void {
    const seat = seatFor(this.#offered++, this.#seats, this.#random);
    if (seat >= 0) this.#kept[seat] = item();
  }
}

/** The seat for what is offered after `before` others, or -1: it isn't kept. */
export function seatFor(before: number, seats: number, random: () => number): number {
  if (before < seats) return before;
  const seat = Math.floor(random() * (before + 1));
  return seat < seats ? seat : -1;
}
