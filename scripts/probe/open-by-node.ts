/** An `Open` for Node: bodies as they are stored. Node's `fetch` unpacks what is labelled `Content-Encoding: gzip`. */
import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { Readable } from "node:stream";
import type { Open } from "../../worker/outbound/origin-access.ts";
import { headersOf } from "./ask-by-node.ts";

/** Opens by node:http and node:https; the deadline ends the body as well. */
export const openByNode: Open = async (url, headers, deadlineMs) => {
  const get = url.startsWith("https:") ? httpsGet : httpGet;
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: false, signal }, resolve).on("error", reject);
    });
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: bytesOf(response),
    };
  } catch {
    return { failed: "It can't be reached, or not in time." };
  }
};

function bytesOf(response: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = Readable.from(response)[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      response.destroy();
    },
  });
}
