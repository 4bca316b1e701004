/** Reads the entries of a field that relates packages (`a (>= 1) | b, c:any`), as apt does; makes no text of its own. */
import { Operator, orNext } from "./relation-words.ts";

/** A universe can't be made of an index. */
export class UniverseRefused extends Error {}

/** Goes from entry to entry: what it holds is of the last one. */
export class RelationField {
  #text = "";
  #at = 0;
  nameFrom = 0;
  nameTo = 0;
  /** Equal: there is no version. */
  versionFrom = 0;
  versionTo = 0;
  operator = 0;

  begin(text: string): void {
    this.#text = text;
    this.#at = 0;
  }

  get text(): string {
    return this.#text;
  }

  /** False: there is none left. */
  next(): boolean {
    const text = this.#text;
    this.#blanks();
    if (this.#at >= text.length) return false;
    this.nameFrom = this.#at;
    while (this.#at < text.length && !endsName(text.charCodeAt(this.#at))) this.#at++;
    this.nameTo = this.#at;
    if (this.nameTo === this.nameFrom) this.#refuse();
    this.#blanks();
    this.operator = Operator.any;
    this.versionFrom = 0;
    this.versionTo = 0;
    if (text.charCodeAt(this.#at) === open) this.#version();
    this.#blanks();
    if (this.#at >= text.length) return true;
    const ending = text.charCodeAt(this.#at);
    if (ending === bar) this.operator |= orNext;
    else if (ending !== comma) this.#refuse();
    this.#at++;
    return true;
  }

  #version(): void {
    const text = this.#text;
    this.#at++;
    this.#blanks();
    const first = text.charCodeAt(this.#at);
    const second = text.charCodeAt(this.#at + 1);
    this.operator = Operator.equal;
    if (first === less || first === more) {
      const strict = second === first;
      this.#at += strict || second === equals ? 2 : 1;
      if (first === less) this.operator = strict ? Operator.below : Operator.atMost;
      else this.operator = strict ? Operator.above : Operator.atLeast;
    } else if (first === equals) this.#at++;
    this.#blanks();
    const end = text.indexOf(")", this.#at);
    if (end <= this.#at) this.#refuse();
    this.versionFrom = this.#at;
    this.versionTo = end;
    while (isBlank(text.charCodeAt(this.versionTo - 1))) this.versionTo--;
    this.#at = end + 1;
  }

  #blanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #refuse(): never {
    const near = this.#text.slice(Math.max(0, this.#at - 20), this.#at + 20).replace(/\s+/g, " ");
    throw new UniverseRefused(`has a relation that can't be read, near "${near}"`);
  }
}

const [open, close, comma, bar, less, equals, more] = [0x28, 0x29, 0x2c, 0x7c, 0x3c, 0x3d, 0x3e];

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function endsName(code: number): boolean {
  if (isBlank(code) || code === open || code === close || code === comma || code === bar)
    return true;
  return code === less || code === more || code === 0x5b || code === 0x5d;
}
