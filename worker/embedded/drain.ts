/** Lets go of a request's body so that the binding hears the answer. */

/**
 * Reads what is left, and throws it away. A binding of workerd writes all of a body before it looks at the answer: an
 * answer to a body that nobody reads isn't seen, and of an answer with a body of its own both wait for ever.
 */
export async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<void> {
  try {
    while ((await reader?.read())?.done === false);
  } catch {
    // Who wrote it knows.
  }
}
