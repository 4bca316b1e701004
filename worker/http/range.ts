/** Byte ranges (RFC 9110 section 14). One range is served; several are answered with the whole, as the RFC allows. */

import { leastRoomBytes, PieceReader } from "../runtime/piece-reader.ts";

/** First and last byte, both counted. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * Reads a `Range` header for a representation of `size` bytes.
 *
 * @returns the range; `"whole"` where the header is absent, malformed, of another unit or names several
 *   ranges (the RFC lets a server ignore those); `"unsatisfiable"` where it starts behind the end (416)
 */
export function readRange(
  header: string | null,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  if (header === null) return "whole";
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  if (match === null) return "whole";
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return "whole";
  if (from === "") {
    const length = Number(to);
    if (length === 0 || size === 0) return "unsatisfiable";
    return { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return "whole";
  if (first >= size) return "unsatisfiable";
  return { first, last };
}

/** Passes on only the bytes of `range`, and stops reading the source behind them. */
export function sliceStream(
  body: ReadableStream<Uint8Array>,
  range: ByteRange,
): ReadableStream<Uint8Array> {
  const reader = new PieceReader(body);
  let position = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        // What is passed on waits for the client, however slow it is; what is skipped doesn't.
        const isSkipped = position < range.first;
        const value = await reader.next(
          isSkipped ? range.first - position : Math.min(leastRoomBytes, range.last + 1 - position),
        );
        if (value === undefined) {
          controller.error(new Error(`the body ended at byte ${position}, before ${range.last}`));
          return;
        }
        const start = position;
        position += value.byteLength;
        if (position <= range.first) {
          reader.reuse(value);
          continue;
        }
        controller.enqueue(
          value.subarray(
            Math.max(0, range.first - start),
            Math.min(value.byteLength, range.last + 1 - start),
          ),
        );
        if (position > range.last) {
          controller.close();
          await reader.cancel();
        }
        return;
      }
    },
    cancel: () => reader.cancel(),
  });
}
