/** Text of others as a terminal may show it. */

/**
 * Without control characters, by which somebody's reason or note could move the cursor, or name another title for the
 * window, on the terminal of whoever reads it (ECMA-48, C0 and C1). Line feeds and tabs stay where lines are wanted.
 */
export function plainText(text: string, { hasLines = false } = {}): string {
  const kept = hasLines ? /[^\P{Cc}\n\t]/gu : /\p{Cc}/gu;
  return text.replace(kept, "\ufffd");
}
