/** One row of the operators' API: what `answer-api.ts` goes by, and what the OpenAPI document is written from. */
import type { Act } from "../accounts/audit-entry.ts";
import type { Resource } from "../accounts/roles.ts";
import type { SignedIn } from "../accounts/tokens.ts";
import type { Verb } from "../accounts/verbs.ts";
import type { Json } from "../runtime/canonical-json.ts";
import type { Office } from "./office.ts";
import type { RatePolicy } from "./request-rate.ts";

export type ApiMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 has it). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A parameter in the query. */
export interface QueryParameter {
  name: string;
  /** A sentence. */
  says: string;
  schema: JsonSchema;
}

/** A request that may be answered: signed in, within its limits, its body as the row's schema has it. */
export interface ApiRequest {
  office: Office;
  method: ApiMethod;
  /** Path as it was asked for, without the query. */
  path: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: Headers;
  /** Undefined where the row takes none. */
  body: Json | undefined;
  /** The body as it comes, of a row that takes it so (`isStreamed`). */
  stream: ReadableStream<Uint8Array> | undefined;
  signedIn: SignedIn;
  /** What the audit log has of it, but for the reason, which the body may give. */
  act: Act;
  /**
   * To be called inside the transaction of a change with the answer that is about to be given, so that the request isn't
   * done twice when it is sent again. Rows that change something through `atOnce` needn't.
   */
  finish(answer: ApiAnswer): void;
}

/** An answer, before it is written out. */
export interface ApiAnswer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** It shows a secret, and is never kept. */
  hasSecret?: boolean;
}

/** What a request asks for that has to be allowed: nearly always one verb on one thing. */
export interface Need {
  verb: Verb;
  resource: Resource;
}

export interface ApiRoute {
  method: ApiMethod;
  /** `/api/v1/list/{folder}/{name}` */
  path: string;
  /** A few words, in the imperative. */
  says: string;
  /** More, for the document; may be Markdown. */
  more?: string;
  /** All of these have to be allowed. A Response: why the request can't be taken at all. */
  needs(request: ApiRequest): readonly Need[] | Response | Promise<readonly Need[] | Response>;
  /** Of the body; absent: it takes none. */
  takes?: JsonSchema;
  /** Another form of body than `application/json`. */
  takesType?: string;
  /** The body is read by the row, as it comes: it may be long. Such a request has no key, as no two can be compared. */
  isStreamed?: boolean;
  query?: readonly QueryParameter[];
  /** A limit of its own, besides that of all requests of a principal. */
  rate?: RatePolicy;
  /** Headers of its own. */
  takesHeaders?: readonly QueryParameter[];
  /** Of the answer's body, by status. */
  gives: Readonly<Record<number, JsonSchema>>;
  /** Statuses of problems besides those that any request may meet. */
  refuses?: readonly number[];
  /** Changes something at once, in one transaction with what is kept of the request. */
  atOnce?(request: ApiRequest): ApiAnswer | Response;
  /** Answers after a while, and does its writing itself. */
  answer?(request: ApiRequest): Promise<ApiAnswer | Response>;
}
