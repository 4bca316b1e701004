/** Packages that are made up of a seed, and the small ones that tests name. */
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import type { PackageSetBuild } from "../../../../worker/search/package-set.ts";

/** Names in one of apt's relations, as its reader has them. */
export function namesIn(entry: string): string[] {
  return entry.split("|").map((one) => one.trim().replace(/[ (:].*$/, ""));
}

/** Numbers from 0 to before 1, always the same (Park and Miller's generator). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

export function finish(build: PackageSetBuild): void {
  for (const _ of build.finish());
}

export function packageOf(name: string, more: Partial<PackageRecord> = {}): PackageRecord {
  return { name, version: "1.0-1", architecture: "amd64", ...more };
}

/** Packages with relations among each other, two architectures of some of them. */
export function madeUp(count: number, seed: number): PackageRecord[] {
  const random = randomFrom(seed);
  const pick = <One>(list: readonly One[]): One => {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  };
  const syllables = ["ab", "co", "dir", "é", "git", "lib", "mon", "net", "sy", "X", "zlib", "7"];
  const words = ["editor", "server", "Library", "for", "C++", "fürs", "web", "日本", "files"];
  const names = Array.from({ length: count }, (_, index) => {
    const parts = [
      pick(syllables),
      pick(syllables),
      String(index % 97),
      pick(["", "-dev", "-doc"]),
    ];
    return parts.join("") + (index % 5 === 0 ? "" : `+${index}`);
  });
  return names.map((name, index) => ({
    ...packageOf(name, { version: `${index % 3}.${index}-1` }),
    architecture: pick(["amd64", "all", "i386"]),
    summary: `${pick(words)} ${pick(words)} ${pick(words)}`,
    ...(random() < 0.5 && { source: pick(names) }),
    commands: random() < 0.3 ? [`run-${pick(names)}`] : [],
    relations: {
      depends: [`${pick(names)} (>= 1) | ${pick(names)}`, pick(names)],
      ...(random() < 0.3 && { provides: [`virtual-${pick(words)} (= 1)`] }),
    },
  }));
}
