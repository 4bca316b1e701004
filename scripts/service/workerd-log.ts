/** Lines of workerd's log. */
import type { LogLine } from "./quiet-log.ts";

/**
 * workerd says so at every start where V8 has flags of its own, and goes on: it compiles a few scripts that it would have
 * had compiled.
 */
const ofEveryStart = /per-isolate bootstrap compile cache/;

/**
 * A line as workerd prints it with `structuredLogging`: JSON with `level` and `message`; what it prints before it has
 * read its configuration is plain text, and is an error.
 *
 * @returns undefined for an empty line, and for what says nothing to anybody
 */
export function readLogLine(text: string): LogLine | undefined {
  if (text.trim() === "" || ofEveryStart.test(text)) return undefined;
  try {
    const told: unknown = JSON.parse(text);
    const level: unknown = Reflect.get(Object(told), "level");
    const message: unknown = Reflect.get(Object(told), "message");
    if (typeof level === "string" && typeof message === "string") return { level, message };
  } catch {
    // Plain text.
  }
  return { level: "error", message: text };
}
