/** A Worker that verifies by the code under test, for tests against a real workerd. */
import { verifyApkIndex } from "../../../../worker/formats/apk/apk-signature.ts";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { verifyClearsigned } from "../../../../worker/formats/openpgp/verify.ts";
import { readRepomd } from "../../../../worker/formats/rpm/repomd.ts";

/** The question; bytes are Base64. */
interface Question {
  file: string;
  key: string;
  fingerprint: string;
  now: number;
  times: number;
  /** Name of the key's file: then the file is an APKINDEX. */
  apkKey?: string;
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

async function verified(question: Question): Promise<object> {
  const { file, key, fingerprint, now, times } = question;
  const name = question.apkKey ?? "key";
  const keyring = await readKeys([
    { file: name, bytes: bytesOf(key), fingerprints: [fingerprint] },
  ]);
  const bytes = bytesOf(file);
  if (question.apkKey !== undefined) {
    const index = await verifyApkIndex(bytes, keyring);
    return "refused" in index
      ? index
      : { signedBy: index.signedBy, signed: index.signed.byteLength };
  }
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
