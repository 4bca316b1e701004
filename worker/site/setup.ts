/** How to use a repository: copyable lines for each kind's clients. */
import type { Kind, Repository } from "../repositories/catalogue.ts";
import { shellQuote } from "./setup-quote.ts";
import { hasScript } from "./setup-script.ts";

/** One thing to copy. */
export interface Setup {
  /** Whom it is for: `apt`, `dnf`, `zypper`, `pacman`, `apk`, `curl`, `aria2`; `this host` for the script. */
  client: string;
  /** Where it goes: a file to write, or the shell. */
  where: string;
  text: string;
}

/** An aligned `Key: value` block, as deb822 has it; keys without a value are left out. */
function block(
  entries: readonly (readonly [string, string | undefined])[],
  between: string,
): string {
  return entries
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}${between}${value}`)
    .join("\n");
}

function apt({ name, setup }: Repository, url: string): Setup[] {
  const text = block(
    [
      ["Types", "deb"],
      ["URIs", url],
      ["Suites", setup.suites],
      ["Components", setup.components],
      ["Signed-By", setup.signedBy],
    ],
    ": ",
  );
  return [{ client: "apt", where: `/etc/apt/sources.list.d/${name}.sources`, text }];
}

function rpm({ name, title, setup }: Repository, url: string): Setup[] {
  const channels = Object.entries(setup.channels ?? { [name]: "" });
  const text = channels
    .map(
      ([id, path]) =>
        `[${id}]\n${block(
          [
            ["name", `${title} ${id}`],
            ["baseurl", url + path],
            ["enabled", "1"],
            ["gpgcheck", setup.signedBy === undefined ? "0" : "1"],
            ["gpgkey", setup.signedBy],
          ],
          "=",
        )}`,
    )
    .join("\n\n");
  const zypper = channels
    .map(([id, path]) => `zypper addrepo --refresh ${shellQuote(url + path)} ${shellQuote(id)}`)
    .join("\n");
  return [
    { client: "dnf", where: `/etc/yum.repos.d/${name}.repo`, text },
    { client: "zypper", where: "shell", text: zypper },
  ];
}

function pacman(_: Repository, url: string): Setup[] {
  return [
    { client: "pacman", where: "/etc/pacman.d/mirrorlist", text: `Server = ${url}$repo/os/$arch` },
  ];
}

function apk(_: Repository, url: string): Setup[] {
  return [
    {
      client: "apk",
      where: "/etc/apk/repositories",
      text: `${url}latest-stable/main\n${url}latest-stable/community`,
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

/**
 * For clients that shall know the mirrors themselves, and go on with them when we can't be reached.
 *
 * @param base the service's own URL, ends in `/`
 */
export function listLinesOf(repository: Repository, base: string): Setup[] {
  const { name, kind } = repository;
  const list = `${base}mirrorlist/${kind}/${name}`;
  if (kind === "apt") {
    const where = `/etc/apt/sources.list.d/${name}.sources, instead of its URIs`;
    const places = `/etc/apt/nearmirror-${name}.list`;
    return [
      {
        client: "apt that asks us again after a failure, as the script sets it up",
        where: places,
        text: `${base}${name}/\tpriority:1\n${base}again/${name}/\tpriority:2`,
      },
      { client: "the same", where, text: `URIs: mirror+file:${places}` },
      { client: "apt with a list of mirrors", where, text: `URIs: mirror+${list}` },
    ];
  }
  if (kind === "pacman") {
    const text = `curl -fsS ${shellQuote(list)} | sudo tee /etc/pacman.d/mirrorlist`;
    return [{ client: "pacman with a list of mirrors", where: "shell", text }];
  }
  if (kind !== "rpm") return [];
  const where = `/etc/yum.repos.d/${name}.repo, instead of each baseurl`;
  return [{ client: "dnf with a list of mirrors", where, text: rpmLists(repository, base) }];
}

/** No metalinks: those are there only for the releases and architectures whose roots are followed. */
function rpmLists(repository: Repository, base: string): string {
  const { name, setup } = repository;
  return Object.entries(setup.channels ?? { "": "" })
    .map(([id, path]) => {
      const release = /\$\{?releasever\b/.test(path) ? "-$releasever" : "";
      const repo = id === "" ? name : `${name}-${id}`;
      const url = `${base}mirrorlist?repo=${repo}${release}&arch=$basearch`;
      return `# [${id === "" ? name : id}]\nmirrorlist=${url}`;
    })
    .join("\n");
}
