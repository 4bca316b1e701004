/** The log: levels, forms, and what is never in it. */
import { expect, it } from "vitest";
import { createLog, isJournal, type LogOptions } from "../../../../scripts/log/log.ts";

function written(options: Partial<LogOptions>) {
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "text",
    isJournal: false,
    out: (text) => lines.push(`out ${text}`),
    err: (text) => lines.push(`err ${text}`),
    now: () => Date.parse("2026-11-30T06:00:00Z"),
    ...options,
  });
  return { log, lines };
}

it("writes what is important enough; errors and warnings go to the standard error", () => {
  const { log, lines } = written({});
  log.write("error", "a");
  log.write("warn", "b\n");
  log.write("info", "c");
  log.write("debug", "d");
  expect(lines).toEqual(["err a\n", "err b\n", "out c\n"]);
  expect(log.has("debug")).toBe(false);
});

it("JSON is one object a line, on one stream", () => {
  const { log, lines } = written({ format: "json", level: "debug" });
  log.write("error", "two\nlines", { url: "http://127.0.0.1/" });
  expect(lines).toEqual([
    'out {"time":"2026-11-30T06:00:00.000Z","level":"error","message":"two\\nlines","url":"http://127.0.0.1/"}\n',
  ]);
});

// Priorities: sd-daemon(3).
it("journald is told the priority of each line", () => {
  const { log, lines } = written({ isJournal: true, level: "debug" });
  log.write("error", "two\nlines");
  log.write("warn", "w");
  log.write("info", "i");
  log.write("debug", "d");
  expect(lines).toEqual(["err <3>two\n<3>lines\n", "err <4>w\n", "out <6>i\n", "out <7>d\n"]);
});

it("a password in a URL is not written", () => {
  const { log, lines } = written({});
  log.write("warn", "https://user:hidden@mirrors.example.org/debian/ could not be reached");
  expect(lines).toEqual([
    "err https://(not shown)@mirrors.example.org/debian/ could not be reached\n",
  ]);
});

it("a stream is journald's when JOURNAL_STREAM names it", () => {
  const streamOf = () => ({ dev: 9n, ino: 123n });
  expect(isJournal({ JOURNAL_STREAM: "9:123" }, streamOf)).toBe(true);
  // Inherited by a program whose output goes elsewhere.
  expect(isJournal({ JOURNAL_STREAM: "9:124" }, streamOf)).toBe(false);
  expect(isJournal({}, streamOf)).toBe(false);
});
