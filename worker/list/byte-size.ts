/** Sizes as people write them in the list: a whole number and one of `B`, `KiB`, `MiB`, `GiB`. */

const bytesIn: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** Bytes of `256KiB`, `1MiB`, `0B`; NaN for anything else. */
export function bytesOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  return Number(count || "NaN") * (bytesIn[unit] ?? Number.NaN);
}
