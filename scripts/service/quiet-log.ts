/**
 * The log of a service on this machine: each fault is told once, then with a count. With the network down workerd and the
 * watchers say the same hundreds of times, and what is new would drown in it.
 */

/** A line as workerd gives it. */
export interface LogLine {
  level: string;
  message: string;
}

export interface QuietLogOptions {
  /** Unix ms. */
  now(): number;
  write(line: LogLine): void;
}

/** A fault that goes on is told again after this, ms, with the number of times that it was met. */
const tellAgainMs = 10 * 60_000;
/** Faults remembered; the one met longest ago goes first. */
const maxFaults = 256;

interface Fault {
  toldAt: number;
  /** Met since it was told. */
  again: number;
}

export class QuietLog {
  readonly #options: QuietLogOptions;
  readonly #faults = new Map<string, Fault>();

  constructor(options: QuietLogOptions) {
    this.#options = options;
  }

  /** Writes the line, unless the same was told lately. */
  take({ level, message }: LogLine): void {
    const text = sentenceOf(message);
    if (text === "") return;
    const { now, write } = this.#options;
    const key = `${level} ${alikeOf(text)}`;
    const known = this.#faults.get(key);
    this.#faults.delete(key);
    if (known !== undefined && now() - known.toldAt < tellAgainMs) {
      known.again++;
      this.#faults.set(key, known);
      return;
    }
    const count = (known?.again ?? 0) + 1;
    this.#faults.set(key, { toldAt: now(), again: 0 });
    const [oldest] = this.#faults.keys();
    if (this.#faults.size > maxFaults && oldest !== undefined) this.#faults.delete(oldest);
    const times =
      count === 1
        ? ""
        : ` (${count} times in ${Math.round((now() - (known?.toldAt ?? 0)) / 60_000)} minutes)`;
    write({ level, message: text + times });
  }
}

/**
 * What a line says. workerd's own begin with the place in its source and end with addresses of its stack, which tell an
 * operator nothing: `e = rust/worker/ffi.rs:110: failed: failed to lookup address information; stack: 28a3c60 …`.
 */
function sentenceOf(message: string): string {
  const [said = ""] = message.split(/(?:^|\n|; ?)stack: /);
  const own =
    /^(?:\w+ = )?[\w./+-]+\.(?:c\+\+|rs|h):\d+: (?:(?:failed|disconnected|overloaded|unimplemented): )?(.*)$/s.exec(
      said.trim(),
    );
  return own === null ? said.trim() : `workerd: ${own[1]}`;
}

/** The same for lines that say the same of other files, numbers or moments. */
function alikeOf(text: string): string {
  return text
    .replace(/(https?:\/\/[^/\s]*)\/\S*/g, "$1")
    .replace(/reference = \S+/g, "reference")
    .replace(/[0-9a-f]{16,}/g, "#")
    .replace(/\d+/g, "#");
}
