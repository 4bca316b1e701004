/** What is told of one file: its checksum, and its places as text and JSON. The page for people is in `pages/`. */
import type { State } from "../../directory/resource.ts";
import type { Point } from "../../geo/distance.ts";
import { inOrder, type Source } from "./source.ts";

/** A place with what it costs this client. */
export interface PricedSource extends Source {
  /** Estimated round trip with all that is added to it, milliseconds. */
  costMs?: number;
  /** Why it stands where it stands, where the cost alone doesn't tell. */
  why?: string;
  /** What probes say of it, by the scheme of `url`. */
  state: State;
  /** By what it is known to have the file: its generation, or a file check. Absent: not known. */
  proof?: "generation" | "head";
  /** Where it is; absent: nobody knows. */
  at?: Point & {
    /** Anywhere in the country or state. */
    isRough: boolean;
  };
}

/**
 * `sha256sum`'s line, with the name alone, so that `sha256sum -c` works where the file was saved. A name with
 * a backslash or a line end is escaped and marked as coreutils does it.
 */
export function checksumLine(name: string, sha256: string): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === name ? "" : "\\"}${sha256}  ${escaped}\n`;
}

/** URLs, one a line, best first; a comment where there are none. */
export function urlList(sources: readonly Source[]): string {
  if (sources.length === 0) return "# No mirror serves this to you; ask for the file itself.\n";
  let text = "";
  for (const { url } of inOrder(sources)) text += `${url}\n`;
  return text;
}

/** The same with what is known of each, as JSON. libzypp takes this as well, and looks at `url` alone. */
export function jsonList(sources: readonly PricedSource[]): string {
  const entries = inOrder(sources).map(({ url, priority, mirror, country, costMs, why }) => ({
    url,
    priority,
    mirror,
    country,
    costMs: rounded(costMs),
    why,
  }));
  return `${JSON.stringify(entries)}\n`;
}

function rounded(costMs: number | undefined): number | undefined {
  return costMs === undefined ? undefined : Math.round(costMs);
}
