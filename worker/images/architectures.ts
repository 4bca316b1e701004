/** What architectures are called: by dpkg, by `uname -m`, and by those who name files. Pure. */

/** One architecture with all its names, lower case. */
export interface ArchitectureNames {
  /** As dpkg calls it, or would: `amd64`. What the catalogue says. */
  dpkg: string;
  /** As `uname -m` says it: `x86_64`. */
  uname: string;
  /** Other names that stand in files and that people type. */
  aliases: readonly string[];
}

/**
 * Names by dpkg's table (`/usr/share/dpkg/cputable`), the kernel's `uname -m`, and the file names of Debian, Ubuntu,
 * Fedora, Alpine, Arch, Gentoo and FreeBSD. `arm` alone is none: it is armel to one distribution and armhf to the next.
 */
export const architectures: readonly ArchitectureNames[] = [
  {
    dpkg: "amd64",
    uname: "x86_64",
    aliases: ["x64", "x86-64", "x86_64_v2", "x86_64_v3", "amd64v2", "amd64v3"],
  },
  { dpkg: "arm64", uname: "aarch64", aliases: ["arm64v8", "armv8", "arm64e"] },
  { dpkg: "i386", uname: "i686", aliases: ["x86", "i486", "i586", "ia32"] },
  { dpkg: "armhf", uname: "armv7l", aliases: ["armhfp", "armv7", "armv7hl", "armv7h", "arm32v7"] },
  { dpkg: "armel", uname: "armv6l", aliases: ["armv6", "armv5", "armv5tel", "armv5te", "arm32v5"] },
  { dpkg: "ppc64el", uname: "ppc64le", aliases: ["powerpc64le", "powerpc64el"] },
  { dpkg: "riscv64", uname: "riscv64", aliases: ["rv64", "rv64gc"] },
  { dpkg: "s390x", uname: "s390x", aliases: [] },
  { dpkg: "loong64", uname: "loongarch64", aliases: ["loongarch"] },
  { dpkg: "ppc64", uname: "ppc64", aliases: ["powerpc64"] },
  { dpkg: "powerpc", uname: "ppc", aliases: ["ppc32", "powerpcspe"] },
  { dpkg: "mips64el", uname: "mips64", aliases: ["mips64le", "mips64r6el"] },
  { dpkg: "mipsel", uname: "mips", aliases: ["mipsle"] },
  { dpkg: "mips", uname: "mips", aliases: ["mipseb"] },
  { dpkg: "ia64", uname: "ia64", aliases: [] },
  { dpkg: "s390", uname: "s390", aliases: [] },
  { dpkg: "sparc", uname: "sparc", aliases: [] },
  { dpkg: "sparc64", uname: "sparc64", aliases: [] },
  { dpkg: "alpha", uname: "alpha", aliases: [] },
  { dpkg: "hppa", uname: "parisc", aliases: ["hppa64", "parisc64"] },
  { dpkg: "m68k", uname: "m68k", aliases: [] },
  { dpkg: "armeb", uname: "armv5teb", aliases: [] },
  { dpkg: "hurd-i386", uname: "i686-AT386", aliases: [] },
  { dpkg: "hurd-amd64", uname: "x86_64-AT386", aliases: [] },
  { dpkg: "kfreebsd-amd64", uname: "x86_64", aliases: [] },
  { dpkg: "kfreebsd-i386", uname: "i686", aliases: [] },
];

const byName = new Map<string, ArchitectureNames>();
for (const one of architectures) {
  for (const name of [one.dpkg, one.uname, ...one.aliases]) {
    // The first keeps a name that two have: `mips` is a big-endian dpkg name before it is the kernel's for both.
    if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), one);
  }
}

/** The architecture that somebody calls by this name, in any case; undefined: none. */
export function architectureNamed(name: string): ArchitectureNames | undefined {
  return byName.get(name.toLowerCase());
}

/** dpkg's name for it; undefined: no architecture is called so. */
export function dpkgName(name: string): string | undefined {
  return architectureNamed(name)?.dpkg;
}

/** What `uname -m` says on a machine of this architecture, by dpkg's name; the name itself where it is none. */
export function unameOf(dpkg: string): string {
  return architectureNamed(dpkg)?.uname ?? dpkg;
}

/** Every name, the longest first: `x86_64` before `x86`. */
const anyName = [...byName.keys()]
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace("-", "[-_]"))
  .join("|");
const asToken = new RegExp(`(?<![a-z0-9])(?:${anyName})(?![a-z0-9])`, "gi");

/** A text without the architectures that it names, and these by dpkg's names, each once, in their order. */
export interface WithoutArchitectures {
  architectures: string[];
  rest: string;
}

/**
 * Finds architectures as whole tokens: `arm` isn't in `arm64`, nor `x86` in `x86_64`.
 * @param text a file's name, or a part of a path
 */
export function takeArchitectures(text: string): WithoutArchitectures {
  const found = new Set<string>();
  // `alpha` is an architecture of Debian's until 2009, and what Fedora and Ubuntu call a preview.
  const others = (text.match(asToken) ?? []).filter((one) => one.toLowerCase() !== "alpha");
  const rest = text.replace(asToken, (one) => {
    if (one.toLowerCase() === "alpha" && others.length > 0) return one;
    const dpkg = dpkgName(one.toLowerCase().replace("hurd_", "hurd-").replace("x86-64", "x86_64"));
    if (dpkg !== undefined) found.add(dpkg);
    return "-";
  });
  return { architectures: [...found], rest };
}
