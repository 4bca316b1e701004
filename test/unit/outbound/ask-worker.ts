/** A Worker that asks by the code under test, for tests against a real workerd: POST a question, get its answer. */
import { connect } from "cloudflare:sockets";
import { certificateEnd } from "../../../worker/health/certificates/certificate.ts";
import type { Question } from "../../../worker/outbound/ask.ts";
import { askByFetch } from "../../../worker/outbound/ask-by-fetch.ts";

const ask = askByFetch((url, init) => fetch(url, init));

async function answerTo(request: Request): Promise<object> {
  const certificateOf = new URL(request.url).searchParams.get("certificate");
  if (certificateOf !== null) {
    const until = await certificateEnd(new URL(certificateOf), connect, 3_000, Math.random);
    return { until: until ?? null };
  }
  const question: Question = JSON.parse(await request.text());
  const answer = await ask(question);
  if ("failed" in answer) return answer;
  const { body, headers, ...rest } = answer;
  return { ...rest, bytes: body.length, headers: Object.fromEntries([...headers]) };
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    return Response.json(await answerTo(request));
  },
};
