/** A server on loopback that answers as a test says, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";

export interface StandInRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface StandInAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** As JSON; a text of another media type as it is. */
  body?: unknown;
  /** It hangs up without an answer. */
  breaks?: true;
}

export interface StandIn {
  url: string;
  asked: StandInRequest[];
}

/** @param answers one after the other; the last one again and again */
export async function standIn(...answers: StandInAnswer[]): Promise<StandIn> {
  const asked: StandInRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, path: url, headers, body: Buffer.concat(parts).toString() });
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? {};
      if (answer.breaks) return request.socket.destroy();
      const { status = 200, body, headers: more = {} } = answer;
      const type = status < 400 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "Content-Type": type, ...more });
      const isOther = !String(more["Content-Type"] ?? type).includes("json");
      const sent = isOther && typeof body === "string" ? body : JSON.stringify(body);
      response.end(body === undefined ? "" : sent);
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/`, asked };
}

/** A problem by RFC 9457. */
export function problemAnswer(status: number, detail: string, more: object = {}): StandInAnswer {
  return { status, body: { type: "about:blank", title: "Problem", status, detail, ...more } };
}
