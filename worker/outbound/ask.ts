/** One question to one server: what a probe needs of the platform. */

/** What is asked. */
export interface Question {
  method: "GET" | "HEAD";
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** The whole question, body included, has this long, ms. */
  deadlineMs: number;
  /** Bytes of the body that are read at most; the rest is cancelled. 0: the body is cancelled unread. */
  maxBodyBytes: number;
  /** The body is hashed as it comes and not kept, so that it may be large. */
  hashed?: true;
}

/** What came back. Redirects are not followed here. */
export interface Reply {
  status: number;
  headers: Headers;
  /** Up to `maxBodyBytes` of it; empty where it was hashed. */
  body: Uint8Array;
  /** Of what was read, lower-case hex, where that was asked for. */
  sha256?: string;
  /** The body ended (or was cut by us) without an error on the way. */
  whole: boolean;
  /** It isn't whole because the deadline passed. */
  late?: boolean;
  /** From asking to the headers, ms. */
  headersMs: number;
  /** From asking to the end of what was read, ms. */
  totalMs: number;
  /** When the server's certificate ends, Unix ms; absent where the platform doesn't show it. */
  certificateUntil?: number;
}

/** No reply: why. */
export interface NoReply {
  failed: "unreachable" | "timeout" | "tls" | "broken";
  /** For people; no addresses of ours, no stack. */
  detail: string;
  /** ms. */
  totalMs: number;
}

/** Asks. Never rejects; always ends within the deadline, and always cancels the body that it doesn't read. */
export type Ask = (question: Question) => Promise<Reply | NoReply>;
