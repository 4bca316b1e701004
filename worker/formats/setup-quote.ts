/** Values of the catalogue as words of a shell script and as lines of a configuration file. */

/** What no shell gives a meaning to, anywhere in a word. */
const harmless = /^[A-Za-z0-9_/:.,@%+-]+$/;

/**
 * One word for a POSIX shell (XCU 2.2.2): whatever is in `value`, the shell reads exactly that. U+0000 is left
 * out, as no word of a shell can have it.
 */
export function shellQuote(value: string): string {
  const whole = value.replaceAll("\0", "");
  return harmless.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`;
}

/**
 * The value on one line, so that it can't begin another line of the file it is written into: control characters
 * and line separators are a space, and there is none at either end.
 */
export function oneLine(value: string): string {
  return value.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
