/** Lets go of a request's body so that the binding hears the answer. */
import type { PieceReader } from "../runtime/piece-reader.ts";

/**
 * Reads what is left, and throws it away. A binding of workerd writes all of a body before it looks at the answer: an
 * answer to a body that nobody reads isn't seen, and of an answer with a body of its own both wait for ever.
 */
export async function drain(reader: PieceReader | undefined): Promise<void> {
  try {
    for (let piece = await reader?.next(); piece !== undefined; piece = await reader?.next()) {
      reader?.reuse(piece);
    }
  } catch {
    // Who wrote it knows.
  }
}
