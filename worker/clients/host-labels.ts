/** The variable `HOST_LABELS`: how an operator sets up wishes by host name. Pure. */
import { defaultLabels, type HostLabels, isWishError, readWish } from "./wish.ts";

/**
 * Reads the service's own host, then labels with the wish each stands for, separated by spaces:
 * `mirror.example.org nordic=country=SE,FI,NO,DK near=avoid=far.example.com&ipv4`. Countries' codes, `ipv4` and `ipv6`
 * need no entry.
 *
 * @returns undefined where the text is empty: host names say nothing
 * @throws Error naming the variable, what it holds and what it may hold
 */
export function readHostLabels(text: string): HostLabels | undefined {
  const [host, ...entries] = text.trim() === "" ? [] : text.trim().split(/\s+/);
  if (host === undefined) return undefined;
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(host)) {
    throw wrong(host, "must begin with the service's own host name, without a port");
  }
  const labels: Record<string, string> = { ...defaultLabels };
  for (const entry of entries) {
    const equals = entry.indexOf("=");
    const label = entry.slice(0, equals).toLowerCase();
    const wish = entry.slice(equals + 1);
    if (equals < 1 || !/^[a-z0-9-]+$/.test(label)) {
      throw wrong(entry, "must have entries such as nordic=country=SE,FI");
    }
    // The mirrors aren't known yet; a client that uses a name of no mirror gets a sentence about it.
    const read = readWish(wish, () => true);
    if (isWishError(read)) throw wrong(entry, `has a wish that can't be read: ${read.error}`);
    labels[label] = wish;
  }
  return { host: host.toLowerCase(), labels };
}

function wrong(held: string, what: string): Error {
  return new Error(`HOST_LABELS holds "${held}"; it ${what}.`);
}
