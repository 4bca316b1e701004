/** How apt is set up. */

import { block } from "../setup-block.ts";
import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { oneLine } from "../setup-quote.ts";
import { aptPart } from "./setup-script.ts";

export const aptSetup: SetupFormat = {
  lines: (entry, url) => (aptReads(entry.setup) ? [aptStanza("apt", entry, url)] : []),
  listLines,
  script: {
    fits: ({ setup }) => aptReads(setup),
    together: withSecurity,
    part: (entries, base, { bytes }) => aptPart(entries, base, bytes),
    takesBytes: true,
  },
};

/**
 * Whether apt reads a stanza with these suites and components: a suite that ends in `/` is a path and has no
 * components, every other needs some. For one stanza that it can't read apt refuses all sources of the host.
 */
export function aptReads({ suites = "", components = "" }: SetupEntry["setup"]): boolean {
  const words = oneLine(suites).split(" ");
  const path = oneLine(components) === "";
  return words.every((suite) => suite !== "" && suite.endsWith("/") === path);
}

/** `debian` with `debian-security`, asked for as either. */
function withSecurity<Entry extends SetupEntry>(
  asked: Entry,
  others: readonly Entry[],
): [Entry, ...Entry[]] {
  const mainName = asked.name.replace(/-security$/, "");
  const main = others.find(({ name }) => name === mainName) ?? asked;
  const security = others.find(({ name }) => name === `${main.name}-security`);
  return security === undefined || security === main ? [main] : [main, security];
}

/** @param uris of the whole repository, as `URIs` has them */
function aptStanza(use: string, { name, setup }: SetupEntry, uris: string): Setup {
  const text = block(
    [
      ["Types", "deb"],
      ["URIs", uris],
      ["Suites", setup.suites],
      ["Components", setup.components],
      ["Signed-By", setup.signedBy],
    ],
    ": ",
  );
  return { use, file: `/etc/apt/sources.list.d/nearmirror-${name}.sources`, text };
}

function listLines(entry: SetupEntry, base: string, list: string): Setup[] {
  const { name, setup } = entry;
  if (!aptReads(setup)) return [];
  const places = `/etc/apt/nearmirror-${name}.list`;
  return [
    {
      use: "apt-again",
      file: places,
      text: `${base}${name}/\tpriority:1\n${base}again/${name}/\tpriority:2`,
    },
    aptStanza("apt-again-source", entry, `mirror+file:${places}`),
    aptStanza("apt-list", entry, `mirror+${list}`),
  ];
}
