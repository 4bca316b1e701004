/** What counts as a word, in names and in descriptions. Pure. */

/** Letters and digits of any script; `c++`, `g++` and `c#` are words of their own. */
const wordPattern = /[\p{L}\p{N}]+(?:\+\+|#(?![\p{L}\p{N}]))?/gu;
/** What remains of ASCII letters without it need not be decomposed. */
const asciiOnly = /^[\0-\x7f]*$/;
/** The longest word, characters; of a longer one this much counts. */
const maxWord = 64;
/** `libssl` is a word `ssl` too: the least that remains behind `lib`. */
const leastBehindLib = 3;

/** Lower case without marks: `Café` and `CAFÉ` are `cafe`. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  if (asciiOnly.test(lower)) return lower;
  return lower.normalize("NFKD").replace(/\p{M}+/gu, "");
}

/** The words of a text in their order, folded. Blanks, hyphens and all other signs divide. */
export function wordsOf(text: string): string[] {
  const words: string[] = folded(text).match(wordPattern) ?? [];
  return words.map((word) => (word.length > maxWord ? word.slice(0, maxWord) : word));
}

/** The words that a package's name goes by: `python3-libxml2` has `python3`, `python`, `libxml2`, `libxml`, `xml`. */
export function wordsOfName(name: string): Set<string> {
  const words = new Set<string>();
  for (const word of wordsOf(name)) {
    words.add(word);
    const letters = word.replace(/\p{N}+$/u, "");
    if (letters.length > 1) words.add(letters);
    for (const one of [word, letters]) {
      if (one.startsWith("lib") && one.length >= 3 + leastBehindLib) words.add(one.slice(3));
    }
  }
  return words;
}

/** Facets of debtags that say what a program is for; others say how it is made. */
const telling =
  /^(?:use|works-with|works-with-format|web|game|protocol|network|admin|security|mail|interface|field|hardware|sound|science|office|education|uitoolkit|suite|x11|filetransfer|system)::/;

/** What apt's tags say in words: of `works-with-format::pdf, use::viewing`, `pdf` and `viewing`. */
export function wordsOfTags(tags: readonly string[] = []): Set<string> {
  const words = new Set<string>();
  for (const tag of tags) {
    if (!telling.test(tag)) continue;
    const [facet = "", value = ""] = tag.split("::");
    for (const word of wordsOf(value)) words.add(word);
    // `web::server`, `game::strategy`: the facet is the half of what it says.
    for (const word of wordsOf(facet)) words.add(word);
  }
  return words;
}
