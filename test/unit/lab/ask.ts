/** One request over a connection of its own, with the path sent exactly as given. */

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The error's code when the connection broke inside the body. */
  broken?: string;
}

export interface Question {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  /** PEM of the authority to trust. */
  ca?: Buffer;
  /** Called when the answer's head has arrived. */
  onHead?: () => void;
}

/** Rejects with the connection's error (`code` set) when no answer began. */
export function ask(base: string, question: Question = {}): Promise<Reply> {
  const { protocol, hostname, port } = new URL(base);
  const call = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      path: question.path ?? "/",
      method: question.method ?? "GET",
      headers: question.headers ?? {},
      agent: false as const,
      ...(question.ca && { ca: question.ca }),
    };
    let begun = false;
    const sent = call(options, (response) => {
      begun = true;
      question.onHead?.();
      const chunks: Buffer[] = [];
      const reply = (broken?: string): Reply => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks),
        ...(broken !== undefined && { broken }),
      });
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(reply()));
      response.on("error", (error: NodeJS.ErrnoException) => resolve(reply(error.code ?? "error")));
    });
    // A reset is told to the request as well as to the response that had begun.
    sent.on("error", (error) => {
      if (!begun) reject(error);
    });
    sent.end();
  });
}
