/** A Worker that verifies by the code under test, for tests against a real workerd. */
import { readKeys } from "../../../worker/repositories/signatures/keyring.ts";
import { readRepomd } from "../../../worker/repositories/signatures/repomd.ts";
import { verifyClearsigned } from "../../../worker/repositories/signatures/verify.ts";

/** The question; bytes are Base64. */
interface Question {
  file: string;
  key: string;
  fingerprint: string;
  now: number;
  times: number;
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

async function verified(question: Question): Promise<object> {
  const { file, key, fingerprint, now, times } = question;
  const files = [{ file: "key", bytes: bytesOf(key), fingerprints: [fingerprint] }];
  const keyring = await readKeys(files);
  const bytes = bytesOf(file);
  let found = await verifyClearsigned(bytes, keyring, now);
  for (let again = 1; again < times; again++) found = await verifyClearsigned(bytes, keyring, now);
  return "refused" in found ? found : { ...found, text: new TextDecoder().decode(found.text) };
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    const text = await request.text();
    if (text.startsWith("<")) return Response.json(readRepomd(new TextEncoder().encode(text)));
    return Response.json(await verified(JSON.parse(text)));
  },
};
