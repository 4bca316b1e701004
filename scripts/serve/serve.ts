/** `nearmirror serve`, and `npm start`: the service on this machine, with a mirror list and embedded stores. */
import { beginApart } from "./prepare-apart.ts";

/**
 * Serves until it is told to stop. This process runs as long as the service does, and imports what it needs for that
 * alone; another one begins the start, and ends.
 *
 * @param args behind the verb
 * @returns the exit status
 */
export async function serve(args: readonly string[]): Promise<number> {
  const beginning = beginApart(args);
  // Heard below: the import is not to make it an error that nobody heard of.
  beginning.catch(() => undefined);
  // While the other process begins.
  const { serveReady } = await import("./serve-ready.ts");
  const begun = await beginning;
  return typeof begun === "number" ? begun : await serveReady(begun);
}
