/** Sizes as people write them in the list: a whole number and one of `B`, `KiB`, `MiB`. */

const bytesIn: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2 };

/** Bytes of `256KiB`, `1MiB`, `0B`; NaN for anything else. */
export function bytesOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)(B|KiB|MiB)$/.exec(text) ?? [];
  return Number(count || "NaN") * (bytesIn[unit] ?? Number.NaN);
}
