/** How dnf and zypper are set up. */

import { block } from "../setup-block.ts";
import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { shellQuote } from "../setup-quote.ts";
import { repositoryId } from "./repository-id.ts";
import { rpmPart } from "./setup-script.ts";

/** Distributions whose package manager is zypper. */
const zyppers = /^(opensuse|sles|sled)/;

export const rpmSetup: SetupFormat = {
  lines: rpm,
  listLines: (entry, base) => {
    const text = sections(entry, (id, path) => ["mirrorlist", rpmList(entry, base, id, path)]);
    return [{ use: "dnf-list", file: repoFile(entry), text }];
  },
  script: {
    part: ([entry], base, { distributions }) =>
      rpmPart(entry, base, distributions.some((id) => zyppers.test(id)) ? "zypper" : "dnf"),
  },
};

/** Sections of a `.repo` file. @param source the lines that say where a channel is, by id and path */
function sections(
  { name, title, setup }: SetupEntry,
  source: (id: string, path: string) => readonly [string, string],
): string {
  return channelsOf({ name, setup })
    .map(
      ([id, path]) =>
        `[${ownId(id)}]\n${block(
          [
            ["name", `${title} ${id}`],
            source(id, path),
            ["enabled", "1"],
            // Half of dnf's own 1000: asked first for what others have as well, while their newer packages still win.
            ["cost", "500"],
            // Else dnf updates nothing at all while we are away.
            ["skip_if_unavailable", "1"],
            ["gpgcheck", "1"],
            ["gpgkey", setup.signedBy],
          ],
          "=",
        )}`,
    )
    .join("\n\n");
}

/** A channel's id that is no section of a distribution's: two of one name are a warning of dnf, and one too few. */
function ownId(id: string): string {
  return `nearmirror-${repositoryId(id)}`;
}

function channelsOf({ name, setup }: Pick<SetupEntry, "name" | "setup">): [string, string][] {
  return Object.entries(setup.channels ?? { [name]: "" });
}

function rpm(repository: SetupEntry, url: string): Setup[] {
  const text = sections(repository, (_, path) => ["baseurl", url + path]);
  const zypper = channelsOf(repository)
    .map(
      ([id, path]) =>
        `sudo zypper addrepo --refresh ${shellQuote(url + path)} ${shellQuote(ownId(id))}`,
    )
    .join("\n");
  const file = repoFile(repository);
  return [
    { use: "dnf", file, text },
    { use: "yum", file, text: withoutBraces(text) },
    { use: "zypper", text: zypper },
  ];
}

/**
 * yum of EL7 reads the same keys: it knows `cost` and `skip_if_unavailable`. Its manual (yum.conf(5), VARIABLES) has
 * variables without braces alone.
 */
function withoutBraces(text: string): string {
  return text.replace(/\$\{(\w+)\}/g, "$$$1");
}

function repoFile({ name }: SetupEntry): string {
  return `/etc/yum.repos.d/nearmirror-${name}.repo`;
}

/** No metalinks: those are there only for the releases and architectures whose roots are followed. */
function rpmList({ name, setup }: SetupEntry, base: string, id: string, path: string): string {
  const release = /\$\{?releasever\b/.test(path) ? "-$releasever" : "";
  const repo = setup.channels === undefined ? name : `${name}-${id}`;
  return `${base}mirrorlist?repo=${repo}${release}&arch=$basearch`;
}
