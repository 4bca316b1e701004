/** Pairs of the same question: what a host's own tool is asked, and what the service is asked. */
import type { AptRoot } from "../../judge-packages/apt-root.ts";
import type { DnfRoot } from "../../judge-packages/dnf-root.ts";
import type { PacmanRoot } from "../../judge-packages/pacman-root.ts";

export interface Pair {
  name: string;
  /** As a command line; `environment` where it needs one. */
  tool: { command: (asked: string) => string[]; environment?: NodeJS.ProcessEnv };
  /** Path and query from the service's base on. */
  ours: (asked: string) => string;
  /** What is asked: each once in a round, so that nobody answers from memory. */
  asks: readonly string[];
}

export interface Asks {
  names: readonly string[];
  words: readonly string[];
  /** Without a leading slash. */
  paths: readonly string[];
  commands: readonly string[];
  provides: readonly string[];
}

export interface Tools {
  apt: AptRoot;
  dnf?: DnfRoot;
  pacman?: PacmanRoot;
}

/** Of each tool that is there. @param where `repository=...&suite=...` */
export function pairsOf({ apt, dnf, pacman }: Tools, asks: Asks, where: string): Pair[] {
  const search = (more: string) => (q: string) =>
    `api/v1/packages?${where}${more}&q=${encodeURIComponent(q)}`;
  const file = (path: string) =>
    `api/v1/files?${where}&match=path&path=${encodeURIComponent(`/${path}`)}`;
  const { environment } = apt;
  const pairs: Pair[] = [
    {
      name: "apt-cache search WORDS",
      tool: { command: (words) => ["apt-cache", "search", ...words.split(" ")], environment },
      ours: search(""),
      asks: asks.words,
    },
    {
      name: "apt-cache madison NAME",
      tool: { command: (name) => ["apt-cache", "madison", name], environment },
      ours: (name) => `madison?package=${encodeURIComponent(name)}`,
      asks: asks.names,
    },
    {
      name: "apt-file search -F PATH",
      tool: { command: (path) => ["apt-file", "search", "-F", `/${path}`], environment },
      ours: file,
      asks: asks.paths,
    },
  ];
  if (dnf !== undefined) {
    pairs.push(
      {
        name: "dnf repoquery NAME",
        tool: { command: (name) => dnf.command("-C", "repoquery", name) },
        ours: search("&exact=1"),
        asks: asks.names,
      },
      {
        name: "dnf repoquery --whatprovides",
        tool: { command: (token) => dnf.command("-C", "repoquery", "--whatprovides", token) },
        ours: search("&exact=1&in=provides"),
        asks: asks.provides,
      },
    );
  }
  if (pacman !== undefined) {
    pairs.push(
      {
        name: "pacman -Ss WORDS",
        tool: { command: (words) => pacman.command("-Ss", ...words.split(" ")) },
        ours: search(""),
        asks: asks.words,
      },
      {
        name: "pacman -F COMMAND",
        tool: { command: (name) => pacman.command("-F", name) },
        ours: search("&exact=1&in=command"),
        asks: asks.commands,
      },
    );
  }
  return pairs;
}
