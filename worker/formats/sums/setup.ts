/** How files are fetched that no package manager fetches. */

import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { shellQuote } from "../setup-quote.ts";

export const filesSetup: SetupFormat = { lines: files };

/** Images are large: aria2 takes parts of one from several mirrors, which it learns from our redirect. */
function files({ setup }: SetupEntry, url: string): Setup[] {
  const { example } = setup;
  if (example === undefined) return [];
  return [{ use: "aria2", text: `aria2c ${shellQuote(url + example)}` }];
}
