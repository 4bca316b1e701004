/** The program's log: levels, and text, journald's text or JSON. No secret gets into a line. */
import { fstatSync } from "node:fs";
import { type LogFormat, type LogLevel, logLevels } from "./levels.ts";
import { withoutUserInfo } from "./user-info.ts";

export interface Log {
  /** Whether lines of that level are written. */
  has(level: LogLevel): boolean;
  /** Writes a line. `fields` are for programs: only JSON has them. */
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface LogOptions {
  /** The least important level that is written. */
  level: LogLevel;
  format: LogFormat;
  /** journald reads what is written: each line says its priority. */
  isJournal: boolean;
  /** Whole lines, each with its end. */
  out(text: string): void;
  err(text: string): void;
  /** Unix ms. */
  now(): number;
}

/** Priorities as syslog has them (RFC 5424, section 6.2.1) and journald reads them (sd-daemon(3)). */
const priorities: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

export function createLog({ level: least, format, isJournal, out, err, now }: LogOptions): Log {
  const has = (level: LogLevel) => logLevels.indexOf(level) <= logLevels.indexOf(least);
  return {
    has,
    write(level, message, fields = {}) {
      if (!has(level)) return;
      const text = withoutUserInfo(message.trimEnd());
      // For programs all is one stream; to people errors and warnings go to the standard error, as of any program.
      const isAside = format === "text" && (level === "error" || level === "warn");
      const write = isAside ? err : out;
      if (format === "json") {
        const time = new Date(now()).toISOString();
        write(`${JSON.stringify({ time, level, message: text, ...fields })}\n`);
      } else if (isJournal) {
        const mark = `<${priorities[level]}>`;
        // journald takes each line for a message of its own.
        write(`${mark}${text.replaceAll("\n", `\n${mark}`)}\n`);
      } else write(`${text}\n`);
    },
  };
}

/**
 * Whether what this process writes to its standard error goes to journald: `JOURNAL_STREAM` names device and inode of
 * that stream (systemd.exec(5)). A process that inherited the variable and writes elsewhere has another stream.
 *
 * @param streamOf device and inode of a file descriptor
 */
export function isJournal(
  environment: Readonly<Record<string, string | undefined>>,
  streamOf: (descriptor: number) => { dev: number | bigint; ino: number | bigint } = (descriptor) =>
    fstatSync(descriptor, { bigint: true }),
): boolean {
  const named = environment.JOURNAL_STREAM ?? "";
  if (named === "") return false;
  try {
    const { dev, ino } = streamOf(2);
    return named === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** The log of this process. */
export function processLog(given: { level: LogLevel; format: LogFormat }): Log {
  // A reader of the log that ends (`| head`, `| tee`) is no reason to serve nobody.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return createLog({
    ...given,
    isJournal: isJournal(process.env),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    now: Date.now,
  });
}
