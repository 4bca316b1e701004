/** Files of `key, value` lines, as apt's sources and yum's repositories are. */

import { oneLine } from "./setup-quote.ts";

/** An aligned `Key: value` block, as deb822 has it; keys without a value are left out. */
export function block(
  entries: readonly (readonly [string, string | undefined])[],
  between: string,
): string {
  return entries
    .map(([key, value]) => [key, oneLine(value ?? "")])
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}${between}${value}`)
    .join("\n");
}
