/** Pages and answers for programs, compressed on the way where no platform does it. */

/** Texts; bytes of repositories are never among them, those are sent as they are. */
const compressible =
  /^(?:text\/|image\/svg\+xml|application\/(?:json|problem\+json|xml|[\w.-]+\+(?:json|xml)))/;
/** Below this compressing saves less than a packet, bytes. */
export const leastBytes = 1024;

/**
 * The answer as it is to be sent to this client. workerd compresses what says `Content-Encoding: gzip` itself, with zlib
 * and as it streams (seen: workerd 1.20261102). The tag turns weak: it is the same page in other bytes (RFC 9110,
 * section 8.8.3.3).
 *
 * @param acceptEncoding the client's header
 */
export function compressed(acceptEncoding: string | null, answer: Response): Response {
  const { headers, body } = answer;
  if (answer.status === 304) return ofTheSame(answer);
  if (body === null || !compressible.test(headers.get("Content-Type") ?? "")) return answer;
  if (headers.has("Content-Encoding") || headers.has("Content-Range")) return answer;
  const length = headers.get("Content-Length");
  if (length !== null && Number(length) < leastBytes) return answer;
  const told = new Headers(headers);
  told.append("Vary", "Accept-Encoding");
  if (takesGzip(acceptEncoding)) {
    told.set("Content-Encoding", "gzip");
    told.delete("Content-Length");
    const tag = headers.get("ETag");
    if (tag?.startsWith('"')) told.set("ETag", `W/${tag}`);
  }
  return new Response(body, { status: answer.status, headers: told });
}

/** A cache takes a 304's `Vary` for the answer that it holds, so that both say the same (RFC 9110, section 15.4.5). */
function ofTheSame(answer: Response): Response {
  if (!compressible.test(answer.headers.get("Content-Type") ?? "")) return answer;
  const told = new Headers(answer.headers);
  told.append("Vary", "Accept-Encoding");
  return new Response(null, { status: 304, headers: told });
}

/** RFC 9110, section 12.5.3: named, or by `*`, and not with the quality 0. */
export function takesGzip(header: string | null): boolean {
  let any = false;
  for (const part of (header ?? "").split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
    const refused = parameters.some((one) => /^q\s*=\s*0(?:\.0*)?$/.test(one));
    if (coding === "gzip" || coding === "x-gzip") return !refused;
    if (coding === "*") any = !refused;
  }
  return any;
}
