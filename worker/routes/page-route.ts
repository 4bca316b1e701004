/** What a row of the table of URLs is, and what it is given. */
import type { ListRequest } from "../delivery/lists/serve-repository-list.ts";
import type { Services } from "./services.ts";

/** Methods that a row answers; HEAD goes with GET. */
export type Method = "GET" | "POST";

/** What a page's row is given of the request. */
export interface Asked {
  /** By the placeholders of the row's path, with the client's escapes. */
  params: Readonly<Record<string, string>>;
  /** The URL under which clients reach the service, as `printedBase`. */
  base: string;
  /** As in `PrintedBase`. */
  isUnknown?: true;
  /** With the client's escapes. */
  path: string;
  /** Without its `?`. */
  query: string;
  /** For lists of repositories' places. */
  list: ListRequest;
}

/** One row: a page for people, or an answer for programs. */
export interface PageRoute {
  /** `{name}` stands for one segment. */
  path: string;
  method: Method;
  /**
   * Whoever asks has to be allowed to: the operators' object is asked first, which has a row for the path as well, and
   * only where it says 202 is this row answered.
   */
  isAllowedByOperators?: true;
  /** Scripts of other sites' pages may read its answers: what a browser asks for them before (OPTIONS) is answered. */
  isForAnyPage?: true;
  /** The row compresses its answers itself, where no platform does: it holds them so. */
  compresses?: true;
  answer(asked: Asked, services: Services): Response | Promise<Response>;
}
