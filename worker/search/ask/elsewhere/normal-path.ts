/** Where a file would stand if all distributions had the same folders. Pure. */

/** Debian's folders of one architecture: `x86_64-linux-gnu`. */
const triplet = "(?:[a-z0-9_]+-linux-(?:gnu|musl)[a-z0-9]*/)?";
const rules: readonly (readonly [RegExp, string])[] = [
  [/^(?:usr\/)?(?:s?bin|games)\//, "bin/"],
  [new RegExp(`^usr/include/${triplet}`), "include/"],
  [/^usr\/(?:share|lib\w*)\/python3[\d.]*\/(?:site|dist)-packages\//, "python/"],
  [/^usr\/share\/pkgconfig\//, "lib/pkgconfig/"],
  [new RegExp(`^(?:usr/)?lib(?:32|64|x32)?/${triplet}`), "lib/"],
];

/**
 * A path with the folder of commands as `bin/`, of headers as `include/`, of libraries as `lib/`, of Python's modules as
 * `python/`; undefined: it is in none of these, as documents are.
 *
 * @param path without a leading slash
 */
export function normalPath(path: string): string | undefined {
  for (const [pattern, folder] of rules) {
    const found = pattern.exec(path);
    if (found !== null) return folder + path.slice(found[0].length);
  }
  return undefined;
}
