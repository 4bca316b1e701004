/** Bytes by their hash: what keeps them, as a small interface. */

/** Bytes whose number is known before they come. */
export interface SizedStream {
  body: ReadableStream<Uint8Array>;
  size: number;
}

/**
 * Bytes by their hash, of one repository: R2 in production, a Map in a test. A name is a SHA-256, or a SHA-512 where a
 * root gives no other (`storedName`).
 */
export interface Blobs {
  /**
   * `null`: not stored.
   * @param part only these bytes; they are there. `size` is then their number
   */
  get(name: string, part?: { offset: number; length: number }): Promise<SizedStream | null>;
  has(name: string): Promise<boolean>;
  /**
   * Stores bytes, or rejects and stores nothing: where they are not those of that name, or not as many as said, or
   * where a stream breaks. Holds no stream whole in memory. Storing twice is storing once.
   */
  put(name: string, bytes: Uint8Array | SizedStream): Promise<void>;
  delete(names: readonly string[]): Promise<void>;
  /** Names of all that is stored, in pieces. */
  list(after?: string): Promise<{ names: string[]; after?: string }>;
}
