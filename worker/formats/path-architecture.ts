/** The architecture of a repository whose roots have it as a step of their path: rpm, pacman, apk. Pure. */

/** As paths of Fedora, openSUSE, Arch and its ports, Alpine write them. `noarch` and `any` are no folder's. */
const architectures: ReadonlySet<string> = new Set([
  ...["x86_64", "x86_64_v2", "x86_64_v3", "x86_64_v4", "i386", "i586", "i686", "x86", "pentium4"],
  ...["aarch64", "armv7", "armv7h", "armv7hl", "armhf", "armhfp", "armv6h", "arm", "armv6hl"],
  ...["ppc64le", "ppc64", "ppc", "s390x", "riscv64", "loongarch64", "loong64", "mips64el"],
]);

/** The last step of the path that is an architecture; undefined: its packages may be of several. */
export function pathArchitecture(path: string): string | undefined {
  return path.split("/").findLast((step) => architectures.has(step));
}

/** Whether a root of this architecture is wanted. @param wanted as `WantedPackages.architectures` */
export function isWantedArchitecture(
  architecture: string | undefined,
  wanted: readonly string[],
): boolean {
  return wanted.length === 0 || architecture === undefined || wanted.includes(architecture);
}
