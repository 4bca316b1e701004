/** What the platform's cron does elsewhere: the watchers are woken once a minute, though nobody asks for anything. */
import type { Control } from "./control.ts";

/** As the cron of wrangler.toml, ms. */
const everyMs = 60_000;

/** Begins at once. A service that is ending, or that starts again, misses one. @returns ends it */
export function everyMinute(control: Pick<Control, "minute">): () => void {
  const wake = () => {
    control.minute().catch(() => undefined);
  };
  wake();
  const timer = setInterval(wake, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
