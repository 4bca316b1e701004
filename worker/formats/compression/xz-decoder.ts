/** Drives the Wasm of `xz-decompress` (xz-embedded), whose memory is its whole interface. */

/** `xz.wasm`, compiled: imported in workerd, compiled from the file in Node. */
export type XzModule = WebAssembly.Module;

/** Words of a context, as xzwasm's native code lays them out. */
const word = { bufferBytes: 0, input: 1, inputAt: 2, inputEnd: 3, output: 4, outputAt: 5 } as const;
const ok = 0;
/** What the decoder's other answers mean: `enum xz_ret` of xz-embedded. */
const meanings = new Map([
  [3, "the memory for it can't be had"],
  [4, "its dictionary is too large"],
  [5, "no xz data"],
  [6, "a feature of xz that isn't known"],
  [7, "damaged xz data"],
  [8, "xz data that leads nowhere"],
]);

/** Says what is wrong, for people. */
export class XzFault extends Error {}

/** Unpacks one xz stream. Its memory, the largest dictionary and 0.5 MB, is freed with it. */
export class XzDecoder {
  readonly #memory: WebAssembly.Memory;
  readonly #call: (name: string, ...args: number[]) => number;
  readonly #context: number;

  constructor(module: XzModule) {
    const { exports } = new WebAssembly.Instance(module, {});
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new TypeError("this is not the xz module");
    this.#memory = memory;
    this.#call = (name, ...args) => {
      const native = exports[name];
      if (typeof native !== "function") throw new TypeError("this is not the xz module");
      const result: unknown = native(...args);
      return typeof result === "number" ? result : 0;
    };
    this.#context = this.#call("create_context");
  }

  /**
   * Unpacks all that can be of what was pushed. A piece is in the decoder's memory, good until the next is asked for.
   * That the stream is whole isn't looked at. Throws `XzFault`.
   */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; ) {
      const { words, memory } = this.#view();
      const some = bytes.subarray(at, at + (words[word.bufferBytes] ?? 0));
      memory.set(some, words[word.input]);
      this.#call("supply_input", this.#context, some.byteLength);
      at += some.byteLength;
      yield* this.#unpack();
    }
  }

  *#unpack(): Generator<Uint8Array> {
    for (;;) {
      const result = this.#call("get_next_output", this.#context);
      // Looked at anew: memory that has grown is another buffer.
      const { words, memory } = this.#view();
      if (result !== ok) throw new XzFault(meanings.get(result) ?? `xz error ${result}`);
      const from = words[word.output] ?? 0;
      const count = words[word.outputAt] ?? 0;
      const full = count === words[word.bufferBytes];
      const spent = words[word.inputAt] === words[word.inputEnd];
      words[word.outputAt] = 0;
      if (count > 0) yield memory.subarray(from, from + count);
      if (spent && !full) return;
      if (count === 0) throw new XzFault("xz data that leads nowhere");
    }
  }

  #view(): { words: Uint32Array; memory: Uint8Array } {
    const { buffer } = this.#memory;
    return { words: new Uint32Array(buffer, this.#context, 8), memory: new Uint8Array(buffer) };
  }
}
