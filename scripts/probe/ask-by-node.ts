/** An `Ask` for Node: one connection a question, of the address family wanted, with the certificate in sight. */
import { createHash, type Hash } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import type { Ask, NoReply, Question, Reply } from "../../worker/outbound/ask.ts";

export interface NodeAskOptions {
  /** Only this family is connected to. Absent: whichever answers first. */
  family?: 4 | 6;
  /** PEM of an authority to trust in place of the system's. */
  ca?: string | Buffer;
}

/** Asks by node:http and node:https. */
export function askByNode(options: NodeAskOptions = {}): Ask {
  return (question) =>
    new Promise((resolve) => {
      const begun = performance.now();
      const spent = () => performance.now() - begun;
      const call = question.url.startsWith("https:") ? httpsRequest : httpRequest;
      let reading: Reading | undefined;
      let settled = false;
      const settle = (answer: Reply | NoReply) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        resolve(answer);
        sent?.destroy();
      };
      const timer = setTimeout(() => {
        if (reading) settle(reading.end(spent(), "late"));
        else settle(noReply("timeout", `No answer within ${question.deadlineMs} ms.`, spent()));
      }, question.deadlineMs);
      let sent: ReturnType<typeof httpRequest> | undefined;
      try {
        sent = call(question.url, {
          method: question.method,
          headers: { ...question.headers },
          // A connection of its own: what a probe measures begins with connecting, as a new client's does.
          agent: false,
          ...(options.family !== undefined && { family: options.family }),
          ...(options.ca !== undefined && { ca: options.ca }),
        });
      } catch (error) {
        // A header or URL that Node refuses to send.
        settle(noReply("broken", reasonOf(error).detail, spent()));
        return;
      }
      sent.on("response", (response) => {
        const body = new Reading(response, question, spent());
        reading = body;
        if (body.full) return settle(body.end(spent(), "whole"));
        response.on("data", (chunk: Buffer) => {
          body.add(chunk);
          if (body.full) settle(body.end(spent(), "whole"));
        });
        response.on("end", () => settle(body.end(spent(), "whole")));
        response.on("error", () => settle(body.end(spent(), "cut")));
        response.on("close", () => settle(body.end(spent(), "cut")));
      });
      sent.on("error", (error) => {
        // Once headers came, a reset is the body's.
        if (reading) return settle(reading.end(spent(), "cut"));
        const { failed, detail } = reasonOf(error);
        settle(noReply(failed, detail, spent()));
      });
      sent.end();
    });
}

/** An answer whose body is being read. */
class Reading {
  readonly #response: IncomingMessage;
  readonly #headersMs: number;
  readonly #maxBodyBytes: number;
  readonly #certificateUntil: number | undefined;
  readonly #chunks: Buffer[] = [];
  readonly #hash: Hash | undefined;
  #size = 0;

  constructor(response: IncomingMessage, question: Question, headersMs: number) {
    this.#response = response;
    this.#headersMs = headersMs;
    this.#maxBodyBytes = question.method === "HEAD" ? 0 : Math.max(0, question.maxBodyBytes);
    this.#hash = question.hashed ? createHash("sha256") : undefined;
    // Now: after the end the socket no longer knows it.
    this.#certificateUntil = certificateUntil(response);
  }

  /** No more is wanted. */
  get full(): boolean {
    return this.#size >= this.#maxBodyBytes;
  }

  add(chunk: Buffer): void {
    if (this.#hash === undefined) this.#chunks.push(chunk);
    else this.#hash.update(chunk.subarray(0, this.#maxBodyBytes - this.#size));
    this.#size += chunk.length;
  }

  end(totalMs: number, how: "whole" | "cut" | "late"): Reply {
    const body = Buffer.concat(this.#chunks).subarray(0, this.#maxBodyBytes);
    return {
      status: this.#response.statusCode ?? 0,
      headers: headersOf(this.#response),
      body: new Uint8Array(body),
      ...(this.#hash !== undefined && { sha256: this.#hash.copy().digest("hex") }),
      whole: how === "whole",
      ...(how === "late" && { late: true }),
      headersMs: this.#headersMs,
      totalMs,
      ...(this.#certificateUntil !== undefined && { certificateUntil: this.#certificateUntil }),
    };
  }
}

/** What an answer's headers are, as far as `Headers` can hold them. */
export function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  const { rawHeaders } = response;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    try {
      headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
    } catch {
      // A name or value that no Headers may hold: the answer is judged without it.
    }
  }
  return headers;
}

function certificateUntil({ socket }: IncomingMessage): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const until = Date.parse(socket.getPeerCertificate().valid_to ?? "");
  return Number.isNaN(until) ? undefined : until;
}

/** Codes of Node and OpenSSL that aren't named after TLS (node:tls, "X509 certificate error codes"). */
const certificateCodes =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

function reasonOf(error: unknown): Pick<NoReply, "failed" | "detail"> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // Several addresses were tried and none answered: the first one's reason stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (certificateCodes.test(code)) {
    return {
      failed: "tls",
      detail: `${tlsReasons[code] ?? "The TLS handshake failed"} (${code}).`,
    };
  }
  if (code.startsWith("HPE_")) {
    return { failed: "broken", detail: `The answer is not HTTP (${code}).` };
  }
  return {
    failed: code === "ETIMEDOUT" ? "timeout" : "unreachable",
    detail: `${connectReasons[code] ?? "The connection failed"}${code === "" ? "" : ` (${code})`}.`,
  };
}

const tlsReasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "Its certificate has ended",
  CERT_NOT_YET_VALID: "Its certificate isn't valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "Its certificate is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Its certificate is signed by nobody but itself",
  SELF_SIGNED_CERT_IN_CHAIN: "Its certificate comes from an authority that isn't trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Its certificate's chain isn't complete or not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "Its certificate's chain isn't complete or not trusted",
};

const connectReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "The connection was refused",
  ECONNRESET: "The connection was reset",
  ENOTFOUND: "The name doesn't resolve",
  EAI_AGAIN: "The name couldn't be resolved",
  ENETUNREACH: "This machine has no way to that network",
  EHOSTUNREACH: "The host can't be reached",
  ETIMEDOUT: "The connection timed out",
};

function noReply(failed: NoReply["failed"], detail: string, totalMs: number): NoReply {
  return { failed, detail, totalMs };
}
