/** Server-sent events as they come (HTML standard, section 9.2.6). Pure. */

/** One event, or a sign of life. */
export type StreamPart =
  | { data: string; id: string | undefined }
  /** A comment: the service is there. */
  | { isComment: true };

/** Characters of an event at most: one of ours has some hundred. */
const maxEvent = 1024 * 1024;

/** Takes a stream's text in pieces. What an event's type is stands in its data too, so that `event` isn't read. */
export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #data: string[] = [];
  /** As the stream said last: it holds for the events behind it too. */
  #id: string | undefined;

  /** @throws RangeError where an event is too long to be one */
  read(chunk: Uint8Array): StreamPart[] {
    // A line feed behind a carriage return may come in the next chunk.
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    const parts = lines.flatMap((line) => this.#line(line));
    const held = this.#rest.length + this.#data.reduce((sum, one) => sum + one.length, 0);
    if (held > maxEvent) throw new RangeError("an event is too long");
    return parts;
  }

  #line(line: string): StreamPart[] {
    if (line === "") {
      const data = this.#data;
      this.#data = [];
      return data.length === 0 ? [] : [{ data: data.join("\n"), id: this.#id }];
    }
    if (line.startsWith(":")) return [{ isComment: true }];
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    if (field === "id" && !value.includes("\0")) this.#id = value;
    return [];
  }
}
