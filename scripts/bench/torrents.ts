/** `npm run bench -- --torrents`: what reading an image for its torrent takes, inside workerd. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startPlainWorkerd } from "../service/workerd.ts";
import { cpuSeconds } from "./load.ts";

const gib = 1024 ** 3;
const chunk = Buffer.alloc(1024 ** 2, "nearmirror\n");

export interface TorrentCosts {
  /** Processor time of workerd for one GiB, s; one value a round. */
  seconds: number[];
  /** Largest resident memory of workerd after it, MB. */
  peakMb: number;
}

/** By the process's own processor time: it says the same where others work beside it. */
export async function measureTorrents(rounds: number, cpu: number): Promise<TorrentCosts> {
  const origin = createServer((request, response) => {
    const [, first = 0, last = 0] = (
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? []
    ).map(Number);
    let left = last - first + 1;
    response.writeHead(206, {
      "Content-Range": `bytes ${first}-${last}/${gib}`,
      "Content-Length": left,
    });
    const send = () => {
      while (left > 0) {
        const part = chunk.subarray(0, left);
        left -= part.byteLength;
        if (!response.write(part)) return void response.once("drain", send);
      }
      response.end();
    };
    send();
  });
  const port = await listening(origin);
  const server = await startPlainWorkerd({ script: await bundled(), cpu });
  try {
    const whole = createHash("sha256");
    for (let at = 0; at < gib; at += chunk.byteLength) whole.update(chunk);
    const expected = whole.digest("hex");
    const seconds: number[] = [];
    // Round 0 warms the code.
    for (let round = 0; round <= rounds; round++) {
      const before = cpuSeconds(server.pid);
      const asked = `url=${encodeURIComponent(`http://127.0.0.1:${port}/`)}&size=${gib}`;
      const text = await (await fetch(`${server.url}?${asked}`)).text();
      if (text !== expected) throw new Error(`${text} ${server.said()}`);
      if (round > 0) seconds.push(cpuSeconds(server.pid) - before);
    }
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return { seconds, peakMb: Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]) / 1000 };
  } finally {
    await server.stop();
    origin.close();
    origin.closeAllConnections();
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
    });
  });
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("torrents-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["node:*"],
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("the bundler gave no file");
  return bundle.text;
}
