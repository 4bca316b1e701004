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
