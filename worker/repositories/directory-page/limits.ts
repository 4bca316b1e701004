/** How much of an origin's page is read. */

/** Arch's `extra` has some 30,000 names in one folder and a page of 5 MB; most folders have less than a hundred. */
export const maxPageBytes = 8 * 1024 * 1024;
/** What we show of one folder: a page of 5 MB, and a JSON of about the same. */
export const maxEntries = 20_000;

/**
 * Names that indexes list in a folder whose origin's page is read as well: merging a page of 5,000 takes
 * a third of the 50 ms that a listing may take, and the index alone makes the same page.
 */
export const maxMergedEntries = 5_000;

/** A body of which no more is read than a number of bytes. */
export interface LimitedBody {
  /** Ends where the limit is, or where the bytes break off; it doesn't fail. */
  body: ReadableStream<Uint8Array>;
  /** How it ended; `undefined`: it hasn't. */
  end(): "whole" | "too large" | "broken" | undefined;
  /** Reads no more. */
  stop(): void;
}

/** @param bytes at most so many are passed on */
export function limitedTo(source: ReadableStream<Uint8Array>, bytes: number): LimitedBody {
  const reader = source.getReader();
  let read = 0;
  let ended: "whole" | "too large" | "broken" | undefined;
  const stop = () => {
    ended ??= "broken";
    reader.cancel().catch(() => undefined);
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          ended ??= "whole";
          controller.close();
          return;
        }
        read += value.byteLength;
        if (read <= bytes) {
          controller.enqueue(value);
          return;
        }
        ended ??= "too large";
        stop();
      } catch {
        ended ??= "broken";
      }
      controller.close();
    },
    cancel: stop,
  });
  return { body, end: () => ended, stop };
}
