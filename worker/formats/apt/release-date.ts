/** When a suite was made. Pure. */

import { timeOf } from "../time-of.ts";

/**
 * `Date:` of a Release or of the clear-signed InRelease (RFC 4880 section 7: the signature's armour follows), Unix ms;
 * undefined where there is none.
 */
export function releaseDate(text: string): number | undefined {
  const signature = text.indexOf("\n-----BEGIN PGP SIGNATURE");
  const signed = signature < 0 ? text : text.slice(0, signature);
  return timeOf(/^Date:[ \t]*([^\r\n]{1,64})/m.exec(signed)?.[1]);
}
