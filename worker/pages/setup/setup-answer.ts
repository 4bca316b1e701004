/** The answer at `/setup/{repository}`, and `/setup/{repository}/bytes` for apt that takes checked bytes alone. */

import { kindNames } from "../../formats/kind-names.ts";
import { kinds } from "../../formats/kinds.ts";
import { oneLine } from "../../formats/setup-quote.ts";
import { plain } from "../../http/errors.ts";
import type { PrintedBase } from "../../outbound/printed-base.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { setupOf } from "./setup.ts";
import { setupScript } from "./setup-script.ts";

/** Text that a browser shows rather than saves, and that is asked for anew each time: it may be run as root. */
const scriptHeaders = {
  "Content-Type": "text/plain; charset=utf-8",
  "Cache-Control": "no-cache",
  "X-Content-Type-Options": "nosniff",
};

/** How to fetch files that no package manager fetches: all comments, as it may be piped into a shell. */
function howToFetch(repository: Repository, base: string): string {
  const lines = setupOf(repository, base).flatMap(({ text }) => text.split("\n"));
  const say = [
    `${repository.title}: nothing to set up, these are files to fetch.`,
    `All of them: ${base}${repository.name}/`,
    ...lines,
  ];
  return say.map((line) => `# ${oneLine(line)}\n`).join("");
}

/** RFC 9110 section 15.5.20. A comment, as it may be piped into a shell, without what the request said. */
function misdirected(base: string): string {
  return `# This service isn't known under the host that you asked for, and a script that is run as root names no other. It is known as ${oneLine(base)}: ask there. Its operator: set PUBLIC_URL to the URL that hosts reach it under.`;
}

/**
 * The script for a repository, how to fetch files where it has none, or 404 with all the names.
 *
 * @param base the service's own URL, ends in `/`
 * @param bytes payload is had from the service itself
 * @param isUnknown as in `PrintedBase`: a script isn't made for a host that only the request says to be ours
 */
export function setupAnswer(
  name: string,
  catalogue: readonly Repository[],
  base: string,
  { bytes = false, isUnknown }: { bytes?: boolean } & Pick<PrintedBase, "isUnknown"> = {},
): Response {
  if (isUnknown) return plain(421, misdirected(base));
  const repository = catalogue.find((one) => one.name === name);
  if (repository === undefined) {
    const names = catalogue.map((one) => `${base}setup/${one.name}`).join(" ");
    return plain(404, `No repository has that name. There are: ${names}`);
  }
  if (bytes && !kinds[repository.kind].setup.script?.takesBytes) {
    const those = kindNames()
      .filter((kind) => kinds[kind].setup.script?.takesBytes)
      .join(" or ");
    const why = `Only ${those} needs it: other clients ask us again after a failure.`;
    return plain(404, `${why} ${repository.title} is set up by ${base}setup/${name}`);
  }
  const script =
    setupScript(repository, base, { catalogue, bytes }) ?? howToFetch(repository, base);
  return new Response(script, { headers: scriptHeaders });
}
