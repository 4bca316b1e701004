/** One request for a path inside a repository, and what all of its routes share. */

import type { Incoming } from "../clients/clients.ts";
import { secondOf } from "../clients/history.ts";
import type { FileRequest } from "../delivery/file-request.ts";
import { compressed } from "../http/compressed.ts";
import type { Target } from "../http/path.ts";
import type { Background } from "../runtime/background.ts";
import type { OpenRepository } from "../views/views.ts";
import type { Services } from "./services.ts";

/** A request with all that answering it takes. */
export interface Ask {
  request: Request;
  /** Of the request, read already: each access to a request costs. */
  method: string;
  /** The same. */
  incoming: Incoming;
  target: Target;
  services: Services;
  background: Background;
  /** As in `FileRequest`. */
  byLink?: true;
}

/** What of a request is read at once; the rest is when it is asked for. */
export class ReadRequest implements Incoming {
  readonly headers: Headers;
  readonly url: string;
  readonly #request: Request;

  constructor(request: Request) {
    this.headers = request.headers;
    this.url = request.url;
    this.#request = request;
  }

  get cf(): unknown {
    return this.#request.cf;
  }
}

/** A path inside a repository. */
export interface InnerPath {
  opened: OpenRepository;
  /** With the client's escapes, without a leading slash. */
  path: string;
  /** The same, decoded. */
  decoded: string;
}

/** The file as the delivery takes it: with the client that asks, at this moment. */
export function fileRequestOf(
  { request, method, incoming, services, background, byLink }: Ask,
  { opened, path, decoded }: InnerPath,
): FileRequest {
  const { clients, history } = services;
  const now = services.now();
  return {
    request,
    method,
    opened,
    path,
    decoded,
    rankedClient: clients.of(incoming),
    agent: history.agents.of(incoming.headers.get("User-Agent")),
    // Of the same views as the repository: while a request awaited something, clients may have gone on to newer ones.
    roster: services.views.roster,
    scheme: clients.scheme(incoming),
    history,
    now,
    second: secondOf(now),
    background,
    ...(byLink && { byLink }),
  };
}

/** A page or an answer for programs, as it goes out: a platform compresses it, and on a machine of one's own we do. */
export function asText({ request, services }: Ask, answer: Response): Response {
  if (services.machine === undefined) return answer;
  return compressed(request.headers.get("Accept-Encoding"), answer);
}

/** HEAD is answered as GET without the body, which nobody reads then. */
export function forMethod<Answer extends Response | undefined>(
  method: string,
  response: Answer,
): Answer | Response {
  if (method !== "HEAD" || response === undefined) return response;
  // That it had broken by itself doesn't matter any more.
  response.body?.cancel().catch(() => undefined);
  return new Response(null, response);
}
