/**
 * Follows the structure of a byte format whose pieces come in any length. The structure is written as a generator
 * that says what it wants next, and so reads like the format's specification.
 */
import { IndexRefused } from "../index-refused.ts";

export interface Step {
  /** So many bytes; none to say that a part ends. */
  bytes: number;
  /** Called with the bytes as they come, none kept. Absent: they are gathered, and are what `yield` gives. */
  each?: (piece: Uint8Array) => void;
  /** The file may end before this step. */
  mayEnd?: true;
  /** A part, which is unpacked on its own, begins with this step, or ends before it. */
  part?: "begins" | "ends";
  /** Where a part begins: what is given ahead of its own bytes, as if it were among them. */
  ahead?: Uint8Array;
}

/** A piece of a structure, which gives `Result` when it has been followed. */
export type Steps<Result> = Generator<Step, Result, Uint8Array>;
export type Structure = Steps<void>;

/** A stretch of the bytes pushed that belongs to a part, or what is given ahead of it. */
export interface Span {
  bytes: Uint8Array;
  /** Offset of the first of them in all that was pushed. */
  at: number;
  /** It is the part's last. */
  ends: boolean;
}

/** Bytes gathered for one step at most: nothing but small heads and text files of a few KB are. */
const maxGathered = 1024 * 1024;

const nothing = new Uint8Array();
/** For `each` of bytes that don't matter to the structure. */
export const passed = (): void => undefined;

export class Framing {
  readonly #structure: Structure;
  readonly #place: (offset: number) => string;
  #step: Step | undefined;
  #gathered: Uint8Array = nothing;
  /** Bytes of the step that have come. */
  #had = 0;
  #offset = 0;
  #inPart = false;

  /** @param place how an offset is told in a refusal */
  constructor(
    structure: (refuse: (what: string) => never) => Structure,
    place: (offset: number) => string,
  ) {
    this.#place = place;
    this.#structure = structure((what) => this.#refuse(what));
    this.#advance(nothing);
  }

  /** Takes the next bytes; gives the stretches of them that are in parts. Throws `IndexRefused`. */
  push(piece: Uint8Array): Span[] {
    const spans: Span[] = [];
    const begun = this.#offset;
    let from = this.#inPart ? 0 : -1;
    let at = 0;
    while (at < piece.byteLength) {
      const step = this.#step;
      if (step === undefined) this.#refuse("bytes behind the end");
      if (this.#had === 0 && step.part === "begins") {
        this.#inPart = true;
        from = at;
        const { ahead } = step;
        if (ahead !== undefined) {
          spans.push({ bytes: ahead, at: this.#offset - ahead.byteLength, ends: false });
        }
      }
      const count = Math.min(step.bytes - this.#had, piece.byteLength - at);
      const bytes = piece.subarray(at, at + count);
      if (step.each === undefined) this.#gather(step, bytes);
      else step.each(bytes);
      at += count;
      this.#had += count;
      this.#offset += count;
      if (this.#had < step.bytes) break;
      this.#advance(this.#gathered);
      if (this.#step?.bytes === 0) {
        if (this.#inPart) {
          spans.push({ bytes: piece.subarray(from, at), at: begun + from, ends: true });
        }
        this.#inPart = false;
        from = -1;
        this.#advance(nothing);
      }
    }
    if (from >= 0) spans.push({ bytes: piece.subarray(from), at: begun + from, ends: false });
    return spans;
  }

  /** There is no more. Throws `IndexRefused` where more has to come. */
  end(): void {
    if (this.#step !== undefined && !(this.#step.mayEnd && this.#had === 0))
      this.#refuse("cut off");
  }

  #gather(step: Step, bytes: Uint8Array): void {
    if (this.#had === 0) {
      if (step.bytes > maxGathered) this.#refuse(`${step.bytes} bytes at once are too many`);
      // The whole step in one piece, as nearly always: nothing is copied.
      if (bytes.byteLength === step.bytes) {
        this.#gathered = bytes;
        return;
      }
      this.#gathered = new Uint8Array(step.bytes);
    }
    this.#gathered.set(bytes, this.#had);
  }

  #advance(taken: Uint8Array): void {
    const { done, value } = this.#structure.next(taken);
    this.#step = done ? undefined : value;
    this.#had = 0;
    this.#gathered = nothing;
  }

  #refuse(what: string): never {
    throw new IndexRefused(what, this.#place(this.#offset));
  }
}
