/** How `repo=`, `arch=` and `release=` name a channel of one of our repositories. Pure. */
import { kinds } from "../../formats/kinds.ts";
import { repomdIn } from "../../formats/rpm/repodata.ts";
import type { Repository } from "../../repositories/catalogue.ts";

/** A channel with its release and architecture filled in. */
export interface Channel {
  repository: Repository;
  /** `baseos`. */
  channel: string;
  /** Absent where the channel has none. */
  release?: string;
  arch: string;
  /** Inside the repository, ends in `/`: `9/BaseOS/x86_64/os/`. */
  path: string;
}

/** What a request says. */
export interface ChannelWords {
  repo: string;
  arch: string;
  release?: string;
}

/** Releases as distributions write them: `9`, `9.4`, `rawhide`, `10-kitten`. One path segment, and not a dot alone. */
const releaseWord = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,31}$/;
/** As yum's variables are written in channels' paths. */
const releaseVariable = /\$releasever\b|\$\{releasever\}/g;
const archVariable = /\$basearch\b|\$\{basearch\}/g;

/** A channel as the list has it, with the names it goes by. */
interface Named {
  repository: Repository;
  channel: string;
  template: string;
  /** `almalinux-baseos` first, which is never another's. */
  names: readonly string[];
}

function channelsOf(repositories: readonly Repository[]): Named[] {
  return repositories
    .filter(({ kind }) => kinds[kind].lists.byChannel)
    .flatMap((repository) => {
      const { name, setup } = repository;
      // A repository without channels is one itself, as on the page (`formats/rpm/setup.ts`).
      if (setup.channels === undefined) {
        return [{ repository, channel: name, template: "", names: [name] }];
      }
      return Object.entries(setup.channels).map(([channel, template]) => ({
        repository,
        channel,
        template,
        names: [`${name}-${channel}`, `${name}/${channel}`, channel],
      }));
    });
}

/**
 * The channel that is meant. Taken, in any case: `repo=almalinux-baseos-9` and `repo=baseos-9` as MirrorManager's
 * `repo=fedora-40`, and `repo=almalinux/baseos&release=9`, which saves splitting `$releasever` from a name. A name
 * that two repositories have is taken for neither.
 *
 * Whether that release exists is not asked: the list of mirrors is the same, and `repomd.xml` tells.
 *
 * @returns undefined where nothing has that name, release or architecture
 */
export function findChannel(
  repositories: readonly Repository[],
  { repo, arch, release: told }: ChannelWords,
): Channel | undefined {
  const wanted = repo.toLowerCase();
  const found: { named: Named; name: string; release: string | undefined }[] = [];
  for (const named of channelsOf(repositories)) {
    for (const name of named.names) {
      const plain = name.toLowerCase();
      if (wanted === plain) found.push({ named, name, release: told });
      else if (told === undefined && wanted.startsWith(`${plain}-`)) {
        found.push({ named, name, release: repo.slice(plain.length + 1) });
      }
    }
  }
  const fitting = found.filter(
    ({ named, release }) =>
      hasRelease(named.template) === (release !== undefined) &&
      (release === undefined || releaseWord.test(release)) &&
      named.repository.architectures.includes(arch),
  );
  // `baseos-debug-9` is channel `baseos-debug`, not release `debug-9` of `baseos`.
  const longest = Math.max(...fitting.map(({ name }) => name.length));
  const best = fitting.filter(({ name }) => name.length === longest);
  const [first] = best;
  if (first === undefined || best.length > 1) return undefined;
  const { named, release } = first;
  return {
    repository: named.repository,
    channel: named.channel,
    ...(release === undefined ? {} : { release }),
    arch,
    path: named.template
      .replace(releaseVariable, () => release ?? "")
      .replace(archVariable, () => arch),
  };
}

function hasRelease(template: string): boolean {
  return template.search(releaseVariable) >= 0;
}

/**
 * `repo=...&arch=...` of every channel, sorted, for the answer to a wrong one. Releases are those of the
 * repositories' roots; others may be asked for as well.
 */
export function channelNames(repositories: readonly Repository[]): string[] {
  const names = channelsOf(repositories).flatMap(({ repository, template, names: [name = ""] }) => {
    const releases = hasRelease(template) ? releasesOf(repository) : [""];
    return releases.flatMap((release) =>
      repository.architectures.map(
        (arch) => `repo=${name}${release === "" ? "" : `-${release}`}&arch=${arch}`,
      ),
    );
  });
  return names.sort();
}

/** Releases that the repository's roots are of; `RELEASE` where they don't tell. */
function releasesOf({ roots = [], setup: { channels = {} }, architectures }: Repository): string[] {
  const releases = new Set<string>();
  for (const template of Object.values(channels)) {
    const pattern = rootPattern(template, architectures);
    for (const root of roots) {
      const release = pattern.exec(root)?.groups?.release;
      if (release !== undefined) releases.add(release);
    }
  }
  return releases.size === 0 ? ["RELEASE"] : [...releases];
}

/** Matches the roots that a channel's path leads to. */
function rootPattern(template: string, architectures: readonly string[]): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const [before = "", ...after] = template.split(releaseVariable);
  const withArch = (text: string) =>
    text
      .split(archVariable)
      .map(literal)
      .join(`(?:${architectures.map(literal).join("|")})`);
  const rest = after.map(withArch).join("[^/]+");
  return new RegExp(`^${withArch(before)}(?<release>[^/]+)${rest}${literal(repomdIn(""))}$`);
}
