/** Modules the bundler or the runtime provides. */

/** Text modules (wrangler's default rule for `.txt`). */
declare module "*.txt" {
  const text: string;
  export default text;
}

/** Wasm modules, compiled by the platform (wrangler's default rule for `.wasm`). */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

/** The little of Node's Buffer that `mmdb-lib` is fed with, and that reading an index takes; there under `nodejs_compat`. */
declare module "node:buffer" {
  interface Bytes extends Uint8Array {
    toString(encoding?: "latin1"): string;
  }
  export const Buffer: {
    from(bytes: ArrayBufferLike, byteOffset?: number, byteLength?: number): Bytes;
  };
}

/** The little of Node's modules that reading an index takes; there under `nodejs_compat`. */
declare module "node:zlib" {
  /** Throws where it is no whole gzip file, or has more unpacked. */
  export function gunzipSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  export function gzipSync(bytes: Uint8Array): Uint8Array;
  export const constants: { readonly ZSTD_c_compressionLevel: number };
  /** @param options `params` by numbers of `constants` */
  export function zstdCompressSync(
    bytes: Uint8Array,
    options: { params: Readonly<Record<number, number>> },
  ): Uint8Array;
  /** Throws where it is no whole frame, or has more unpacked. */
  export function zstdDecompressSync(
    bytes: Uint8Array,
    options: { maxOutputLength: number },
  ): Uint8Array;
  interface Inflating extends AsyncIterable<Uint8Array> {
    /** Bytes of input used. */
    readonly bytesWritten: number;
    on(event: "error", listener: () => void): Inflating;
    write(bytes: Uint8Array, taken: () => void): boolean;
    end(): void;
    destroy(error?: Error): void;
  }
  /** @param value of what is before the bytes; absent: nothing is */
  export function crc32(bytes: Uint8Array, value?: number): number;
  export function createGunzip(options: { chunkSize: number }): Inflating;
  export function createZstdDecompress(options: { chunkSize: number }): Inflating;
}

declare module "node:crypto" {
  interface Hashing {
    /** A text counts as its UTF-8. */
    update(bytes: Uint8Array | string): Hashing;
    digest(encoding: "hex"): string;
    digest(): Uint8Array;
  }
  export function createHash(algorithm: "sha1" | "sha256" | "sha512"): Hashing;
  export function createHmac(algorithm: "sha256", key: string): Hashing;
  /** Both of one length; throws otherwise. */
  export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean;
}

declare module "node:util" {
  export function isDeepStrictEqual(a: unknown, b: unknown): boolean;
}
