/** Requests that nobody sends by accident: made from valid ones by a seeded hand, and some from nothing. */
import { oneOf } from "../../../../scripts/random.ts";
import {
  addressValues,
  conditionValues,
  hosts,
  oddHeaders,
  rangeValues,
  values,
} from "./odd-headers.ts";
import {
  lineBreaks,
  methods,
  oddMethods,
  paths,
  pieces,
  queries,
  wholeTargets,
} from "./odd-targets.ts";

/** A request, as bytes and as what was meant by them. */
export interface OddRequest {
  bytes: Buffer;
  method: string;
  /** As it stands in the request line, a character per byte. */
  target: string;
  /** First `Host`; undefined without one. */
  host: string | undefined;
  /** One whole request with its line and headers intact, so that there has to be one answer, about `target`. */
  whole: boolean;
}

type Random = () => number;

function times(random: Random, most: number): number {
  return Math.floor(random() * (most + 1));
}

function damage(random: Random, text: string, added: readonly string[]): string {
  const at = times(random, text.length);
  const kind = random();
  if (kind < 0.65) return text.slice(0, at) + oneOf(random, added) + text.slice(at);
  if (kind < 0.8)
    return text.slice(0, at) + oneOf(random, added).repeat(1 + times(random, 60)) + text.slice(at);
  if (kind < 0.9) return text.slice(0, at) + text.slice(at + 1 + times(random, 8));
  const byte = String.fromCharCode(times(random, 255));
  return text.slice(0, at) + (byte === "\n" || byte === "\r" ? "%" : byte) + text.slice(at + 1);
}

function makeTarget(random: Random): string {
  const kind = random();
  if (kind < 0.08) return oneOf(random, wholeTargets);
  let target = oneOf(random, paths);
  if (kind < 0.1) {
    // As long as what is allowed, give or take, and far longer.
    const length = oneOf(random, [2000, 2048, 2049, 4000, 20_000]);
    return `${target}/${"a".repeat(Math.max(0, length - target.length - 5))}.deb`;
  }
  if (kind < 0.2)
    target =
      oneOf(random, ["http://evil.example", "HTTP://x", "https://x:443", "http://a@b:1"]) + target;
  const damages = kind < 0.5 ? 0 : 1 + times(random, 2);
  for (let done = 0; done < damages; done++) target = damage(random, target, pieces);
  let query = oneOf(random, queries);
  if (query !== "" && random() < 0.4) query = damage(random, query, [...pieces, ...addressValues]);
  return target + query;
}

function makeHeaders(random: Random): string[] {
  const lines: string[] = [];
  const count = random() < 0.25 ? 0 : 1 + times(random, 5);
  for (let done = 0; done < count; done++) {
    const [name, own] = oneOf(random, oddHeaders);
    let value = oneOf(random, random() < 0.75 ? own : values);
    if (random() < 0.15) value = damage(random, value, values);
    // A NUL or a line's end is for `broken` to put there: HTTP's own parser refuses them, which is no news.
    lines.push(`${name}: ${value.replace(/[\0\r\n]/g, "")}`);
    if (random() < 0.1) lines.push(`${name.toLowerCase()}: ${oneOf(random, own)}`);
  }
  if (random() < 0.2) lines.push(`Range: ${oneOf(random, rangeValues)}`);
  if (random() < 0.1) lines.push(`If-None-Match: ${oneOf(random, conditionValues)}`);
  if (random() < 0.01) lines.push(`X-Huge: ${"h".repeat(oneOf(random, [5000, 50_000, 200_000]))}`);
  return lines;
}

/** Damage to the message itself, where HTTP's own parser has to cope. */
function broken(random: Random, text: string): string {
  const kind = random();
  if (kind < 0.3) return damage(random, text, lineBreaks);
  if (kind < 0.6) return damage(random, damage(random, text, pieces), values);
  if (kind < 0.75) return text.slice(0, times(random, text.length));
  if (kind < 0.85) return text.replaceAll("\r\n", oneOf(random, ["\n", "\r", "\r\n ", "\r\n\r\n"]));
  return text.replace(
    "HTTP/1.1",
    oneOf(random, ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.10", "http/1.1", "", "X"]),
  );
}

/** The next request of the random sequence. */
export function oddRequest(random: Random): OddRequest {
  const method = random() < 0.9 ? oneOf(random, methods) : oneOf(random, oddMethods);
  const target = makeTarget(random);
  const kind = random();
  let host = kind < 0.03 ? undefined : kind < 0.85 ? "near.test" : oneOf(random, hosts);
  const headers = makeHeaders(random);
  if (host !== undefined) headers.splice(times(random, headers.length), 0, `Host: ${host}`);
  if (random() < 0.03) {
    const another = oneOf(random, hosts);
    headers.push(`Host: ${another}`);
    host ??= another;
  }
  const text = `${method} ${target} HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`;
  const isBroken = random() < 0.1;
  return {
    bytes: Buffer.from(isBroken ? broken(random, text) : text, "latin1"),
    method,
    target,
    host,
    whole: !isBroken && !/[\0\r\n]/.test(method + target),
  };
}
