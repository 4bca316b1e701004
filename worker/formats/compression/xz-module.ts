/**
 * The xz decoder for workerd, which compiles no Wasm at run time: `xz.wasm` is what `xz-decompress` 0.2.3 (MIT;
 * xz-embedded inside is in the public domain) carries as base64. A test compares the two.
 */
import module from "./xz.wasm";
import type { XzModule } from "./xz-decoder.ts";

export const xzModule: XzModule = module;
