/** The architecture of the machine that a browser runs on, as far as the browser tells. Pure. */

/** What a browser is asked to tell (User-Agent Client Hints, section 3); only over https does any. */
export const architectureHints = "Sec-CH-UA-Arch, Sec-CH-UA-Bitness";
/** What the page depends on where no architecture is chosen. */
export const architectureHeaders = `User-Agent, ${architectureHints}`;

/**
 * By words of a `User-Agent`. "Intel Mac OS X" is told on every Mac and stands for nothing, and Android names none: no
 * image is for a phone.
 */
const byAgent: readonly (readonly [RegExp, string])[] = [
  [/\b(?:x86_64|x64|Win64|WOW64|amd64)\b/i, "amd64"],
  [/\b(?:aarch64|arm64)\b/i, "arm64"],
  [/\barmv7l?\b/i, "armhf"],
  [/\bi[3-6]86\b/i, "i386"],
  [/\briscv64\b/i, "riscv64"],
  [/\bppc64le\b/i, "ppc64el"],
  [/\bs390x\b/i, "s390x"],
  [/\bloongarch64\b/i, "loong64"],
];

/** As dpkg calls it; undefined: the browser doesn't tell. */
export function ownArchitecture(headers: { get(name: string): string | null }): string | undefined {
  const hinted = headers.get("Sec-CH-UA-Arch")?.replaceAll('"', "").toLowerCase();
  const is32 = headers.get("Sec-CH-UA-Bitness")?.replaceAll('"', "") === "32";
  if (hinted === "x86") return is32 ? "i386" : "amd64";
  if (hinted === "arm") return is32 ? "armhf" : "arm64";
  const agent = headers.get("User-Agent") ?? "";
  if (/\b(?:Android|iPhone|iPad)\b/.test(agent)) return undefined;
  return byAgent.find(([words]) => words.test(agent))?.[1];
}
