/** Random texts of letters and digits, each as likely as any other. */

/** So many random bytes, from the platform's source for secrets. */
export type Random = (bytes: number) => Uint8Array;

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The greatest multiple of 62 in a byte: the bytes behind it would make the first letters likelier. */
const evenly = 248;

/** Rounds in which a source of randomness must give enough; one in 32 bytes isn't used, so two rounds are usual. */
const maxRounds = 100;

/** @param length in characters, 5.95 bits each. Throws where the source isn't random. */
export function randomText(length: number, random: Random): string {
  let text = "";
  for (let round = 0; round < maxRounds; round++) {
    for (const byte of random(length)) {
      if (byte < evenly) text += letters[byte % letters.length];
      if (text.length === length) return text;
    }
  }
  throw new Error("the source of random bytes gives no random bytes");
}

/** A whole number from 0 in so many letters, the most significant first. */
export function base62(value: number, length: number): string {
  let text = "";
  for (let rest = value, at = 0; at < length; at++) {
    text = letters[rest % letters.length] + text;
    rest = Math.floor(rest / letters.length);
  }
  return text;
}
