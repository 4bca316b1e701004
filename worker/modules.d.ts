/** Modules the bundler or the runtime provides. */

/** Text modules (wrangler's default rule for `.txt`). */
declare module "*.txt" {
  const text: string;
  export default text;
}

/** The little of Node's Buffer that `mmdb-lib` is fed with; there under `nodejs_compat`. */
declare module "node:buffer" {
  export const Buffer: { from(bytes: ArrayBuffer): Uint8Array };
}

/** The little of Node's modules that reading an index takes; there under `nodejs_compat`. */
declare module "node:zlib" {
  interface Inflating extends AsyncIterable<Uint8Array> {
    write(bytes: Uint8Array, taken: () => void): boolean;
    end(): void;
    destroy(error?: Error): void;
  }
  export function createGunzip(options: { chunkSize: number }): Inflating;
  export function createZstdDecompress(options: { chunkSize: number }): Inflating;
}

declare module "node:crypto" {
  interface Hashing {
    update(bytes: Uint8Array): Hashing;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hashing;
}
