/** How apk is set up. */

import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { shellQuote } from "../setup-quote.ts";
import { apkPart } from "./setup-script.ts";

export const apkSetup: SetupFormat = {
  lines: apk,
  script: { part: ([entry], base) => apkPart(entry, base) },
};

/** The branch is the host's own: `latest-stable` would move an older host to another release. */
function apk({ name }: SetupEntry, url: string): Setup[] {
  const file = `/etc/apk/repositories.d/nearmirror-${name}.list`;
  const text = `mkdir -p /etc/apk/repositories.d
branch=v$(cut -d . -f 1,2 /etc/alpine-release)
printf '%s\\n' ${shellQuote(url)}"$branch"/main ${shellQuote(url)}"$branch"/community > ${file}`;
  return [{ use: "apk", text }];
}
