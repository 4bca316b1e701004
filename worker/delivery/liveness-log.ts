/** What an isolate's checks found: counted for `/metrics`, and the last failure of each mirror for `?trace`. */
import type { Check } from "./check-bytes.ts";
import type { FileCheck } from "./choice.ts";

/** Since the isolate began. */
export interface LivenessCounts extends Readonly<Record<Check, number>> {
  /** Bodies of small files that were read to judge mirrors by. */
  readonly bytes: number;
}

/** Mirrors of which the last failure is remembered, some 300 bytes each. */
const maxFailures = 256;

interface Failed {
  /** Unix ms. */
  at: number;
  said: string;
}

export class LivenessLog {
  readonly #counts = { right: 0, wrong: 0, silent: 0, bytes: 0 };
  /** By mirror and scheme. */
  readonly #failed = new Map<number, Failed>();

  get counts(): LivenessCounts {
    return this.#counts;
  }

  /** Bytes of a body came. */
  read(bytes: number): void {
    this.#counts.bytes += bytes;
  }

  /**
   * A check ended.
   *
   * @param said why it failed
   * @param at when it began, Unix ms
   */
  ended(key: number, found: Check, said: string, at: number): void {
    this.#counts[found]++;
    this.#failed.delete(key);
    if (found === "right") return;
    if (this.#failed.size >= maxFailures) {
      for (const oldest of this.#failed.keys()) {
        this.#failed.delete(oldest);
        break;
      }
    }
    this.#failed.set(key, { at, said });
  }

  /** A sentence on the last failure; `undefined`: none since the mirror was last right. */
  lastFailure(key: number, now: number): string | undefined {
    const failed = this.#failed.get(key);
    if (failed === undefined) return undefined;
    return `its last look, ${Math.max(0, Math.round((now - failed.at) / 1000))} s ago: ${failed.said}`;
  }
}

/**
 * What a server's answer to HEAD lacked, as the end of a sentence.
 *
 * @param told sizes in bytes, as the server told it and as it is listed; how long it was waited for, ms
 */
export function sayHead(
  failed: FileCheck["failed"],
  {
    seen,
    size,
    waitedMs,
  }: { seen: number | undefined; size: number | undefined; waitedMs: number },
): string {
  if (failed === undefined) return `it tells ${seen} bytes, where ${size} are listed.`;
  const said = {
    absent: "it says that it has no such file.",
    wrong: "it answers with what is no file.",
    corrupt: "it gave other bytes than the file's.",
    unreachable: `it doesn't answer within ${waitedMs} ms, or not at all.`,
  };
  return said[failed];
}
