/** Where a page ended, as text that a client gives back: where each suite's own list stands. A part of a URL. Pure. */
import { fnv } from "../../runtime/fast-hash.ts";

/** Where the list of one suite stands. */
export interface Cursor {
  /** `next` of a page of the suite's; absent: its first page. */
  after?: string;
  /** So many of that page were given. */
  skip: number;
  /** As `stateKey`, of the state that the list is of; absent: it hasn't begun. */
  state?: string;
  /** The list has ended. */
  isEnd?: true;
}

export interface PagePosition {
  /** As `suitesKey`, of the suites in their order. */
  suites: string;
  /** One for each suite. */
  cursors: readonly Cursor[];
  /** As the first page told it. */
  total: Total;
}

/** How many there are in all. */
export interface Total {
  total: number;
  /** There may be more. */
  isAtLeast?: true;
}

/** The longest token that is given, characters: a query has 1,024 bytes for all its parameters. */
export const maxTokenLength = 700;

/** The first part of a token: one of another form is no token. */
const form = "2";
const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
/** 36 bits: a token of other suites is taken for one of these once in 69 thousand million times. */
const keyLength = 6;
/** 12 bits: a list that changed is taken for unchanged once in 4,096 times. */
const stateKeyLength = 2;
const keyPattern = /^[\w-]{6}/;
const cursorPattern = /^([\w-]{2})([0-9a-z]{1,6})(?::(.*))?$/;

function keyOf(text: string, length: number): string {
  const [one, other] = [fnv(text) >>> 0, fnv(text, 0x2545f491) >>> 0];
  let value = one + (other % 16) * 2 ** 32;
  let key = "";
  for (let at = 0; at < length; at++) {
    key += digits[value % 64];
    value = Math.floor(value / 64);
  }
  return key;
}

/** @param suites what each is, in their order */
export function suitesKey(suites: readonly string[]): string {
  return keyOf(suites.join(" "), keyLength);
}

export function stateKey(snapshot: string): string {
  return keyOf(snapshot, stateKeyLength);
}

/** The text of a position. */
export function writeToken({ suites, cursors, total }: PagePosition): string {
  const lists = cursors.map(({ after, skip, state, isEnd }) => {
    if (isEnd) return "!";
    if (state === undefined) return "";
    return `${state}${skip.toString(36)}${after === undefined ? "" : `:${escaped(after)}`}`;
  });
  const all = `${total.total.toString(36)}${total.isAtLeast ? "-" : ""}`;
  return [form, suites, lists.join("."), all].join("~");
}

/** A position from its text; undefined: it is none. */
export function readToken(text: string): PagePosition | undefined {
  const [first, suites = "", lists = "", all = "", ...more] = text.split("~");
  if (first !== form || more.length > 0 || !keyPattern.test(suites)) return undefined;
  const [, count, open] = /^([0-9a-z]{1,9})(-?)$/.exec(all) ?? [];
  if (count === undefined) return undefined;
  const cursors: Cursor[] = [];
  for (const entry of lists.split(".")) {
    const cursor = readCursor(entry);
    if (cursor === undefined) return undefined;
    cursors.push(cursor);
  }
  const total = {
    total: Number.parseInt(count, 36),
    ...(open === "-" && { isAtLeast: true as const }),
  };
  return { suites, cursors, total };
}

function readCursor(text: string): Cursor | undefined {
  if (text === "") return { skip: 0 };
  if (text === "!") return { skip: 0, isEnd: true };
  const [, state, skip = "", after] = cursorPattern.exec(text) ?? [];
  if (state === undefined) return undefined;
  const cursor = { skip: Number.parseInt(skip, 36), state };
  try {
    return after === undefined ? cursor : { ...cursor, after: decodeURIComponent(after) };
  } catch {
    return undefined;
  }
}

/** What separates the parts of a token stands in none of them. */
function escaped(after: string): string {
  return encodeURIComponent(after.toWellFormed()).replace(
    /[.~!]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  );
}
