/** The words of images as they are stored with them. Pure. */
import { type ImageWords, wordsVersion } from "./filter/image-words.ts";
import { numberAt, packed } from "./packed-numbers.ts";

/** As `ImageWords`, packed. */
export interface StoredWords {
  version: number;
  /** Each followed by a line's end. */
  words: string;
  /** Images of each word. */
  counts: string;
  /** Places of the images of each word, each told by its distance from the one before it. */
  distances: string;
}

/** The words as they are stored. */
export function storedWords({ words, starts, images }: ImageWords): StoredWords {
  const counts = words.map((_, number) => (starts[number + 1] ?? 0) - (starts[number] ?? 0));
  const distances: number[] = [];
  words.forEach((_, number) => {
    let before = 0;
    for (let at = starts[number] ?? 0; at < (starts[number + 1] ?? 0); at++) {
      const place = images[at] ?? 0;
      distances.push(place - before);
      before = place;
    }
  });
  return {
    version: wordsVersion,
    words: words.map((word) => `${word}\n`).join(""),
    counts: packed(counts),
    distances: packed(distances),
  };
}

export function readWords({ words, counts, distances }: StoredWords): ImageWords {
  const all = words.split("\n");
  all.pop();
  const starts = new Uint32Array(all.length + 1);
  const images = new Uint32Array(distances.length);
  let at = 0;
  for (let number = 0; number < all.length; number++) {
    starts[number] = at;
    let place = 0;
    for (const end = at + numberAt(counts, number); at < end; at++) {
      place += numberAt(distances, at);
      images[at] = place;
    }
  }
  starts[all.length] = at;
  return { words: all, starts, images };
}

/** Of this version, with as many of each as belong together; others are made anew. */
export function isWords(value: unknown): value is StoredWords {
  const { version: of, words, counts, distances } = Object(value);
  return of === wordsVersion && [words, counts, distances].every((one) => typeof one === "string");
}
