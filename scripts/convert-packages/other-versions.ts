/**
 * What a Debian version is in other kinds. Each kind gets it as it is where its own form takes it; the changes are fixed,
 * and several versions of Debian may become the same one.
 */

interface DebVersion {
  /** Absent: 0. */
  epoch: string;
  upstream: string;
  /** Debian's revision; `0` where there is none, which dpkg takes for the same. */
  revision: string;
}

/** deb-version(7): the epoch ends at the first colon, the revision begins behind the last hyphen. */
function parts(version: string): DebVersion {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const hyphen = rest.lastIndexOf("-");
  return hyphen < 0
    ? { epoch, upstream: rest, revision: "0" }
    : { epoch, upstream: rest.slice(0, hyphen), revision: rest.slice(hyphen + 1) };
}

export interface RpmVersion {
  epoch: string;
  version: string;
  /** Absent only in a relation that names none. */
  release?: string;
}

/** Hyphens and colons of the upstream version become `_`; `~` and `+` stay. */
export function rpmVersion(version: string): RpmVersion & { release: string } {
  const { epoch, upstream, revision } = parts(version);
  return { epoch, version: plain(upstream), release: revision };
}

/** A relation without a revision has no release: rpm then compares with any. */
export function rpmRelationVersion(version: string): RpmVersion {
  const { release, ...rest } = rpmVersion(version);
  return version.includes("-") ? { ...rest, release } : rest;
}

/** `epoch:pkgver-pkgrel`; hyphens and colons of the upstream version become `_`; `~` stays, and is newer for pacman. */
export function pacmanVersion(version: string): string {
  const { epoch, upstream, revision } = parts(version);
  return `${epoch === "0" ? "" : `${epoch}:`}${plain(upstream)}-${revision}`;
}

/** A relation without a revision has no pkgrel. */
export function pacmanRelationVersion(version: string): string {
  const whole = pacmanVersion(version);
  return version.includes("-") ? whole : whole.replace(/-0$/, "");
}

/**
 * Alpine's versions are much narrower (apk-tools, doc/apk-package.5: `digits{.digits}{letter}{_suffix{digits}}{-r#}`): the
 * numbers of the upstream version joined by dots; `~rc1` and the like as `_rc1`, any other `~` as `_pre`; of the revision
 * its first number as `-r`. Epochs, letters and `+` parts are left out.
 */
export function apkVersion(version: string): string {
  const { upstream, revision } = parts(version);
  const [, main = "", behind] = /^([^~+]*)(~[^+]*)?/.exec(upstream) ?? [];
  const numbers = main.match(/\d+/g) ?? ["0"];
  const [, suffix = "pre", number = ""] =
    /~(alpha|beta|pre|rc)?[^\d]*(\d*)/.exec(behind ?? "") ?? [];
  const release = /\d+/.exec(revision)?.[0] ?? "0";
  return `${numbers.join(".")}${behind === undefined ? "" : `_${suffix}${number}`}-r${release}`;
}

function plain(upstream: string): string {
  return upstream.replaceAll(/[-:]/g, "_");
}

/** Architectures of rpm, pacman and Alpine; what isn't here stays as it is. */
export function otherArchitecture(architecture: string, any: string): string {
  if (architecture === "all") return any;
  return architecture === "amd64" ? "x86_64" : architecture === "arm64" ? "aarch64" : architecture;
}
