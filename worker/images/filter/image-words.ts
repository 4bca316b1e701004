/** The words of images, each with the images that have it: made where the images are, and stored with them. Pure. */
import { architectureNamed } from "../architectures.ts";
import { titleOfDistribution } from "../distribution-titles.ts";
import type { Image } from "../image.ts";
import { wordsOf } from "./search-words.ts";

/** What is made otherwise has another number: words that were stored under another one are made anew. */
export const wordsVersion = 1;

export interface ImageWords {
  /** In the order of their code units. */
  words: readonly string[];
  /** Where a word's images begin in `images`; one more than there are words. */
  starts: Uint32Array;
  /** By their places in the list that the words were made of; of each word in order. */
  images: Uint32Array;
}

export function imageWords(images: readonly Image[]): ImageWords {
  const own = ownWords();
  const found = new Map<string, number[]>();
  let count = 0;
  images.forEach((image, at) => {
    for (const word of own(image)) {
      const places = found.get(word);
      if (places === undefined) found.set(word, [at]);
      // An image's words come together: one that it has twice was just written.
      else if (places.at(-1) !== at) places.push(at);
      else continue;
      count++;
    }
  });
  const words = [...found.keys()].sort();
  const starts = new Uint32Array(words.length + 1);
  const all = new Uint32Array(count);
  let at = 0;
  words.forEach((word, number) => {
    starts[number] = at;
    const places = found.get(word) ?? [];
    all.set(places, at);
    at += places.length;
  });
  starts[words.length] = at;
  return { words, starts, images: all };
}

/** The words of an image. What many have (titles, codenames, architectures) is taken apart once. */
function ownWords(): (image: Image) => string[] {
  const known = new Map<string, readonly string[]>();
  const shared = (key: string, make: () => readonly string[]): readonly string[] => {
    const held = known.get(key);
    if (held !== undefined) return held;
    const words = make();
    known.set(key, words);
    return words;
  };
  return (image) => {
    const { distribution, version, series, codename = "", type, edition = "" } = image;
    const { architecture, format, path } = image;
    const title = titleOfDistribution(distribution);
    const said = [title, distribution, version, series, codename, type, edition, format].join(" ");
    return [
      ...wordsOf(path.slice(path.lastIndexOf("/") + 1)),
      ...shared(said, () => wordsOf(said)),
      ...shared(`architecture ${architecture}`, () => architectureWords(architecture)),
    ];
  };
}

/** Whole, as they are typed. */
function architectureWords(architecture: string): string[] {
  const known = architectureNamed(architecture);
  return known === undefined ? [architecture] : [known.dpkg, known.uname, ...known.aliases];
}
