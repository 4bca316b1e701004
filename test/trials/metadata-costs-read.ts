/**
 * What reading one index costs in workerd, on its own: a Worker that reads what is posted to it, as the chain does,
 * in a process that does nothing else.
 */
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { root } from "../../scripts/service/bundle.ts";
import { startPlainWorkerd } from "../../scripts/service/workerd.ts";
import { megabytesOf, processorSeconds } from "./metadata-costs-process.ts";

export interface ReadCosts {
  /** Of the processor, the median of some readings. */
  seconds: number;
  /** Above what the process had before, at most: what is read, and all that is thrown away meanwhile. */
  megabytesAbove: number;
  files: number;
}

const module = `
import module from "./xz.wasm";
import { packagesReader } from "./worker/formats/apt/apt-packages.ts";
import { readIndexStream } from "./worker/formats/read-index-stream.ts";
import { IndexContentsBuilder } from "./worker/repositories/contents/index-contents.ts";
import { contentsBlob } from "./worker/repositories/contents/index-contents-blob.ts";
export default {
  async fetch(request) {
    if (request.body === null) return new Response("ready");
    const builder = new IndexContentsBuilder();
    const read = await readIndexStream(request.body, packagesReader("", builder.add), { xz: module });
    if ("refused" in read) return new Response(read.refused, { status: 422 });
    return Response.json({ files: builder.count, bytes: contentsBlob(builder.listing()).byteLength });
  },
};
`;

/**
 * @param path of a `Packages`, compressed
 * @throws Error when it isn't read
 */
export async function readCosts(path: string, times = 5): Promise<ReadCosts> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["node:*", "*.wasm"],
    logLevel: "silent",
  });
  const body = readFileSync(path);
  const workerd = await startPlainWorkerd({ script: outputFiles[0]?.text ?? "" });
  try {
    const seconds: number[] = [];
    const above: number[] = [];
    let files = 0;
    // The first reading compiles what the others find compiled; an object's first index is read like that.
    for (let time = 0; time < times; time++) {
      const [cpu, memory] = [processorSeconds(workerd.pid), megabytesOf(workerd.pid)];
      memory.forgetPeak();
      const response = await fetch(workerd.url, { method: "POST", body });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${text}`);
      seconds.push(processorSeconds(workerd.pid) - cpu);
      above.push(megabytesOf(workerd.pid).peak - memory.now);
      const answer: { files: number } = JSON.parse(text);
      files = answer.files;
    }
    seconds.sort((a, b) => a - b);
    const [first = 0] = above;
    return { seconds: seconds[seconds.length >> 1] ?? 0, megabytesAbove: first, files };
  } finally {
    await workerd.stop();
  }
}
