/** Slips of the keyboard. Pure. */

/**
 * Whether exactly one edit makes a piece of a text of a word: a character more, less or another, or two neighbours that
 * changed places (optimal string alignment).
 *
 * With one edit all there is to it is behind the first difference: nearly every name of 60,000 is done after two
 * characters, which takes a tenth of what bit-parallel distances take.
 */
export function isOneEdit(word: string, text: string, begin: number, end: number): boolean {
  const length = end - begin;
  const shorter = Math.min(word.length, length);
  let same = 0;
  while (same < shorter && word.charCodeAt(same) === text.charCodeAt(begin + same)) same++;
  if (length === word.length) {
    if (same === length) return false;
    if (isTail(word, same + 1, text, begin + same + 1)) return true;
    return (
      same + 1 < length &&
      word.charCodeAt(same) === text.charCodeAt(begin + same + 1) &&
      word.charCodeAt(same + 1) === text.charCodeAt(begin + same) &&
      isTail(word, same + 2, text, begin + same + 2)
    );
  }
  if (length === word.length + 1) return isTail(word, same, text, begin + same + 1);
  if (length === word.length - 1) return isTail(word, same + 1, text, begin + same);
  return false;
}

/** Whether the word from `from` on stands in the text at `at`. */
function isTail(word: string, from: number, text: string, at: number): boolean {
  for (let index = from; index < word.length; index++) {
    if (word.charCodeAt(index) !== text.charCodeAt(at + index - from)) return false;
  }
  return true;
}
