/**
 * How to use a repository: copyable lines for each kind's clients.
 *
 * A person who follows them keeps every source the host has: each line goes into a file of our own, which no
 * distribution ships. The script replaces the distribution's own entries instead; it shows the change and undoes it.
 */

import type { Kind } from "../../formats/kinds.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { oneLine, shellQuote } from "./setup-quote.ts";
import { aptReads, hasScript } from "./setup-script.ts";

/** One thing to copy. */
export interface Setup {
  /** The program it is for: `apt`, `dnf`, `zypper`, `pacman`, `apk`, `curl`, `aria2`; `this host` for the script. */
  client: string;
  /** Where it goes: the path of a file of ours to write, perhaps with words behind a comma, or the shell. */
  where: string;
  text: string;
  /** What becomes of what the host has, and what to check first. */
  note?: string;
}

/** An aligned `Key: value` block, as deb822 has it; keys without a value are left out. */
function block(
  entries: readonly (readonly [string, string | undefined])[],
  between: string,
): string {
  return entries
    .map(([key, value]) => [key, oneLine(value ?? "")])
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key}${between}${value}`)
    .join("\n");
}

/** @param uris of the whole repository, as `URIs` has them */
function aptStanza({ name, setup }: Repository, uris: string, note: string): Setup {
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
  return { client: "apt", where: `/etc/apt/sources.list.d/nearmirror-${name}.sources`, text, note };
}

const aptNote =
  "A new file, with the Suites of the host's own release (VERSION_CODENAME in /etc/os-release). All that the host has stays, and apt asks both. To have apt ask here alone take the script above, or write “Enabled: no” into the stanza that has these Suites and into no other: in debian.sources and ubuntu.sources the security updates have a stanza of their own.";

function apt(repository: Repository, url: string): Setup[] {
  return aptReads(repository.setup) ? [aptStanza(repository, url, aptNote)] : [];
}

const dnfNote =
  "A new file, and names that no distribution gives: what the host has stays, and dnf prefers the cheaper of two that have the same package. Where we can't be reached it goes on without us. Look first whether the key's file is there.";

/** Sections of a `.repo` file. @param source the lines that say where a channel is, by id and path */
function sections(
  { name, title, setup }: Repository,
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
  return `nearmirror-${oneLine(id)}`;
}

function channelsOf({ name, setup }: Pick<Repository, "name" | "setup">): [string, string][] {
  return Object.entries(setup.channels ?? { [name]: "" });
}

function rpm(repository: Repository, url: string): Setup[] {
  const text = sections(repository, (_, path) => ["baseurl", url + path]);
  const zypper = channelsOf(repository)
    .map(
      ([id, path]) =>
        `sudo zypper addrepo --refresh ${shellQuote(url + path)} ${shellQuote(ownId(id))}`,
    )
    .join("\n");
  return [
    { client: "dnf", where: repoFile(repository), text, note: dnfNote },
    {
      client: "zypper",
      where: "shell",
      text: zypper,
      note: "Adds to what the host has; “zypper removerepo” with the same name takes it away.",
    },
  ];
}

function repoFile({ name }: Repository): string {
  return `/etc/yum.repos.d/nearmirror-${name}.repo`;
}

/** Where pacman's list of ours is. */
function pacmanFile({ name }: Repository): string {
  return `/etc/pacman.d/nearmirror-${name}`;
}

function pacmanNote(repository: Repository): string {
  return `A new file, read once /etc/pacman.conf has “Include = ${pacmanFile(repository)}” above each “Include = /etc/pacman.d/mirrorlist”. The servers in mirrorlist stay, for when we can't be reached.`;
}

function pacman(repository: Repository, url: string): Setup[] {
  const where = pacmanFile(repository);
  const text = `Server = ${url}$repo/os/$arch`;
  return [{ client: "pacman", where, text, note: pacmanNote(repository) }];
}

/** The branch is the host's own: `latest-stable` would move an older host to another release. */
function apk({ name }: Repository, url: string): Setup[] {
  const file = `/etc/apk/repositories.d/nearmirror-${name}.list`;
  const text = `mkdir -p /etc/apk/repositories.d
branch=v$(cut -d . -f 1,2 /etc/alpine-release)
printf '%s\\n' ${shellQuote(url)}"$branch"/main ${shellQuote(url)}"$branch"/community > ${file}`;
  return [
    {
      client: "apk",
      where: "shell, as root",
      text,
      note: "A new file beside /etc/apk/repositories, which stays. On edge take the script.",
    },
  ];
}

/** Images are large: aria2 takes parts of one from several mirrors, which it learns from our redirect. */
function files({ setup }: Repository, url: string): Setup[] {
  const { example } = setup;
  if (example === undefined) return [];
  return [{ client: "aria2", where: "shell", text: `aria2c ${shellQuote(url + example)}` }];
}

const byKind: Readonly<Record<Kind, (repository: Repository, url: string) => Setup[]>> = {
  apt,
  rpm,
  pacman,
  apk,
  images: files,
  files,
};

/**
 * Set-up lines for a repository served under `base`.
 *
 * @param base the service's own URL, ends in `/`
 */
export function setupOf(repository: Repository, base: string): Setup[] {
  const url = `${base}${repository.name}/`;
  const { example } = repository.setup;
  return [
    ...byKind[repository.kind](repository, url),
    ...(example === undefined
      ? []
      : [{ client: "curl", where: "shell", text: `curl -fLO ${shellQuote(url + example)}` }]),
  ];
}

/**
 * The same by the script at `/setup/{repository}`; none for files.
 *
 * @param base the service's own URL, ends in `/`
 */
export function scriptLinesOf(repository: Repository, base: string): Setup[] {
  if (!hasScript(repository)) return [];
  const script = `curl -fsS ${shellQuote(`${base}setup/${repository.name}`)}`;
  return [
    { client: "this host", where: "shell: shows what would change", text: `${script} | sh` },
    {
      client: "this host",
      where: "shell: changes it; --undo instead of --apply puts it back",
      text: `${script} | sudo sh -s -- --apply`,
    },
    ...(repository.kind === "apt"
      ? [
          {
            client: "this host, taking no chance: checked bytes from here, none from mirrors",
            where: "shell: changes it",
            text: `curl -fsS ${shellQuote(`${base}setup/${repository.name}/bytes`)} | sudo sh -s -- --apply`,
          },
        ]
      : []),
  ];
}

const instead = "In place of the file above.";

/**
 * For clients that shall know the mirrors themselves, and go on with them when we can't be reached.
 *
 * @param base the service's own URL, ends in `/`
 */
export function listLinesOf(repository: Repository, base: string): Setup[] {
  const { name, kind } = repository;
  const list = `${base}mirrorlist/${kind}/${name}`;
  if (kind === "apt") {
    if (!aptReads(repository.setup)) return [];
    const places = `/etc/apt/nearmirror-${name}.list`;
    return [
      {
        client: "apt that asks us again after a failure, as the script sets it up",
        where: places,
        text: `${base}${name}/\tpriority:1\n${base}again/${name}/\tpriority:2`,
      },
      { ...aptStanza(repository, `mirror+file:${places}`, instead), client: "the same" },
      {
        ...aptStanza(repository, `mirror+${list}`, instead),
        client: "apt with a list of mirrors",
      },
    ];
  }
  if (kind === "pacman") {
    const client = "pacman with a list of mirrors";
    return [
      { client, where: "shell", text: pacmanFetch(repository, list), note: pacmanNote(repository) },
    ];
  }
  if (kind !== "rpm") return [];
  const text = sections(repository, (id, path) => [
    "mirrorlist",
    rpmList(repository, base, id, path),
  ]);
  const where = repoFile(repository);
  return [{ client: "dnf with a list of mirrors", where, text, note: instead }];
}

/** Nothing is replaced until the whole list is there: curl's failure, or a page that is no list, leaves what was. */
function pacmanFetch(repository: Repository, list: string): string {
  const file = pacmanFile(repository);
  return `sudo curl -fsSLo ${file}.new ${shellQuote(list)} && grep -q '^Server = ' ${file}.new && sudo mv ${file}.new ${file}`;
}

/** No metalinks: those are there only for the releases and architectures whose roots are followed. */
function rpmList({ name, setup }: Repository, base: string, id: string, path: string): string {
  const release = /\$\{?releasever\b/.test(path) ? "-$releasever" : "";
  const repo = setup.channels === undefined ? name : `${name}-${id}`;
  return `${base}mirrorlist?repo=${repo}${release}&arch=$basearch`;
}
