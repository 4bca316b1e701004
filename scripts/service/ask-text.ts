/** Asks a server for a text by Node's own client, in a process that is to stay small. */
import type { ClientRequest, IncomingMessage } from "node:http";

/** An answer, read whole. */
export interface TextAnswer {
  status: number;
  /** Empty where the status is another than 200. */
  text: string;
}

export interface TextQuestion {
  /** `http:` or `https:`. */
  url: string;
  /** For all of the answer, ms. */
  withinMs: number;
  /** Bytes that its body may have. */
  mostBytes: number;
}

/**
 * Node's client of HTTP. An `import` of `node:http` would read each of its exports; one is WebSocket, with which all of
 * `fetch` comes (Node 24.21): 15 MB that the service's launcher would hold for as long as it runs.
 */
export const http = process.getBuiltinModule("node:http");

/** The text there, by one connection that is not kept. Redirects aren't followed. Rejects as Node's client does; late, with `TimeoutError`. */
export async function askText({ url, withinMs, mostBytes }: TextQuestion): Promise<TextAnswer> {
  const target = new URL(url);
  const client = target.protocol === "https:" ? process.getBuiltinModule("node:https") : http;
  const late = AbortSignal.timeout(withinMs);
  try {
    const answer = await answerOf(client.get(target, { agent: false, signal: late }));
    const { statusCode: status = 0 } = answer;
    if (status === 200) return { status, text: await boundedText(answer, mostBytes) };
    answer.destroy();
    return { status, text: "" };
  } catch (error) {
    throw late.aborted ? late.reason : error;
  }
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // For as long as the answer is read: an error after its headers comes here as well.
    asked.on("error", reject);
    asked.once("response", resolve);
  });
}

async function boundedText(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!(chunk instanceof Buffer)) throw new Error("its answer is no sequence of bytes");
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`its answer has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
