/** How to use a repository: copyable lines for each kind's clients. */
import type { Kind, Repository } from "../repositories/catalogue.ts";

/** One thing to copy. */
export interface Setup {
  /** Whom it is for: `apt`, `dnf`, `zypper`, `pacman`, `apk`, `curl`. */
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
    .map(([id, path]) => `zypper addrepo --refresh '${url}${path}' ${id}`)
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

function none(): Setup[] {
  return [];
}

const byKind: Readonly<Record<Kind, (repository: Repository, url: string) => Setup[]>> = {
  apt,
  rpm,
  pacman,
  apk,
  images: none,
  files: none,
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
      : [{ client: "curl", where: "shell", text: `curl -fLO ${url}${example}` }]),
  ];
}
