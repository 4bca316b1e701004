/** A stream's lines. Node's own reader of lines is made for terminals, and takes a megabyte of a process that stays. */
import type { Readable } from "node:stream";

/** A line that has no end until then is handed on as it is, characters: what is kept of it has a bound. */
const longestLine = 1024 * 1024;

/** Hands each line on without its end, and at the end of the stream what is left. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  let begun = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (begun + text).split(/\r?\n/);
    begun = lines.pop() ?? "";
    for (const line of lines) take(line);
    if (begun.length < longestLine) return;
    take(begun);
    begun = "";
  });
  stream.once("end", () => {
    if (begun !== "") take(begun);
  });
}
