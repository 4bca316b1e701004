/** When a root was made. Pure. */

import { type Kind, kinds } from "./kinds.ts";
import { timeOf } from "./time-of.ts";

/** When a root says it was made, Unix ms: from its own text where its kind has that, else `Last-Modified`. */
export function rootDate(kind: Kind, body: Uint8Array, headers: Headers): number | undefined {
  return dateInText(kind, body) ?? timeOf(headers.get("Last-Modified"));
}

/** When a root's own text says it was made, Unix ms; undefined where its kind doesn't tell. */
export function dateInText(kind: Kind, body: Uint8Array): number | undefined {
  const { roots } = kinds[kind];
  return roots.dateInText?.(new TextDecoder("latin1").decode(body));
}
