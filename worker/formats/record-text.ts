/** Text of records as indexes write it. Pure. */

/** Longest name or version of a package that is taken, characters: file systems stop at 255 bytes. */
const maxWord = 255;

/** Whether a text can be a package's name, version or architecture: of printable characters without blanks. */
export function isWord(text: string | undefined): text is string {
  return text !== undefined && text.length <= maxWord && /^[^\s\p{Cc}\p{Cs}\ufffd]+$/u.test(text);
}

/** Text in one line: what is blank at its ends doesn't count, and within it is one blank. Undefined: there is none. */
export function oneLine(text: string | undefined): string | undefined {
  const line = text?.replace(/\s+/g, " ").trim();
  return line === "" ? undefined : line;
}

/** Text of several lines without blanks at either end of a line, or empty lines at either end. Undefined: there is none. */
export function plainLines(text: string | undefined): string | undefined {
  const lines = text
    ?.split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();
  return lines === "" ? undefined : lines;
}
