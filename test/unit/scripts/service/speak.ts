/** Requests of clients that speak for others: header lines as they are given, from an address of loopback. */
import { request } from "node:http";

/** What `?trace` says of the client, the part that a header could forge. */
export interface TracedClient {
  address: string;
  scheme: string;
  country?: string;
  placeFrom: string;
}

export interface Answer {
  status: number;
  text: string;
}

/**
 * Asks with these header lines, in their order, letter case and number.
 * @param from the address that the connection is opened from; all of 127.0.0.0/8 is this machine
 */
export function speak(
  url: string,
  lines: readonly (readonly [string, string])[] = [],
  from = "127.0.0.1",
): Promise<Answer> {
  const headers = [["Host", new URL(url).host], ...lines].flat();
  return new Promise((resolve, reject) => {
    const asked = request(url, { localAddress: from, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("error", reject);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.once("error", reject);
    asked.end();
  });
}

/** Whom the service takes the client for. Rejects with the answer when it is no trace. */
export async function traced(...asking: Parameters<typeof speak>): Promise<TracedClient> {
  const { status, text } = await speak(...asking);
  if (status !== 200) throw new Error(`${status}: ${text.slice(0, 500)}`);
  const { client }: { client: TracedClient } = JSON.parse(text);
  return client;
}
