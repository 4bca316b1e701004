/** The answer to a request of the operators' API: who asks, whether they may, what they sent, then what the row does. */
import { fingerprintOf, type Keyed, readKey } from "../accounts/idempotency.ts";
import { randomText } from "../accounts/random-text.ts";
import { may } from "../accounts/roles.ts";
import type { SignedIn } from "../accounts/tokens.ts";
import { type Verb, verbRow } from "../accounts/verbs.ts";
import { problem } from "../http/problem.ts";
import type { Json } from "../runtime/canonical-json.ts";
import type { ApiAnswer, ApiMethod, ApiRequest, ApiRoute } from "./api-route.ts";
import type { Office } from "./office.ts";
import { bodyText, jsonOf } from "./read-body.ts";
import { principalRate, rateHeaders } from "./request-rate.ts";
import { signIn } from "./sign-in.ts";

/** Characters of a request's name in answers, log and audit: none of a day's requests has the same. */
const requestNameLength = 16;

/** Who asks from where, as the edge saw it: no header of the client's says so. */
export interface Caller {
  /** Empty: not known. */
  address: string;
  /** Nothing can be written now: when a token or a session was used isn't noted. */
  isReadOnly?: boolean;
}

/** A row, and what its path's parameters are. */
export interface MatchedRoute {
  route: ApiRoute;
  params: Readonly<Record<string, string>>;
}

/** The answer. Rejects never but for a fault of ours. */
export async function answerApi(
  request: Request,
  { route, params }: MatchedRoute,
  caller: Caller,
  office: Office,
): Promise<Response> {
  const name = randomText(requestNameLength, office.random);
  const signedIn = signIn(request.headers.get("Authorization"), caller, office);
  if (signedIn instanceof Response) return named(signedIn, name, {});
  return await answerSignedIn(request, { route, params }, { office, signedIn, caller, name });
}

/** The answer to somebody who is signed in, by a token or by the console's session. */
export async function answerSignedIn(
  request: Request,
  matched: MatchedRoute,
  asking: Asking,
): Promise<Response> {
  const { office, signedIn, name } = asking;
  const { name: principal } = signedIn.principal;
  const policies = [
    principalRate,
    ...(matched.route.rate === undefined ? [] : [matched.route.rate]),
  ];
  const rates = policies.map((policy) => office.rates.take(policy, principal, office.now()));
  const headers = rateHeaders(rates);
  const over = rates.find(({ isOver }) => isOver);
  if (over !== undefined) {
    const detail = `${principal} asks too often (${over.policy.name}): wait ${over.seconds} s.`;
    const retry = { "Retry-After": String(over.seconds) };
    return named(problem(429, { detail, headers: retry }), name, headers);
  }
  const asked = await readRequest(request, matched, asking);
  if (asked instanceof Response) return named(asked, name, headers);
  return named(await answerAllowed(matched.route, asked), name, headers);
}

/** Who asks for what. */
export interface Asking {
  office: Office;
  signedIn: SignedIn;
  caller: Caller;
  /** The request's, in answers, log and audit. */
  name: string;
}

/** The request with its body's text, which makes it the same as one before, or another. */
type ReadApiRequest = ApiRequest & { bodyText: string };

async function readRequest(
  request: Request,
  { route, params }: MatchedRoute,
  { office, signedIn, caller, name }: Asking,
): Promise<ReadApiRequest | Response> {
  const { takes, takesType, isStreamed = false } = route;
  const text = isStreamed ? "" : await bodyText(request);
  if (text instanceof Response) return text;
  let body: Json | undefined;
  if (isStreamed) {
    const wrong = wrongStream(request, takesType);
    if (wrong !== undefined) return wrong;
  } else if (takes !== undefined) {
    const type = request.headers.get("Content-Type");
    const form = { schema: takes, ...(takesType !== undefined && { type: takesType }) };
    const read = jsonOf(text, type, form);
    if (read instanceof Response) return read;
    body = read;
  } else if (text !== "" && request.method !== "GET") {
    return problem(400, { detail: "This takes no body. Send none." });
  }
  const url = new URL(request.url);
  const wrong = wrongQuery(url.searchParams, route);
  if (wrong !== undefined) return wrong;
  return {
    office,
    method: route.method,
    path: url.pathname,
    params,
    query: url.searchParams,
    headers: request.headers,
    body,
    bodyText: text,
    stream: isStreamed ? (request.body ?? undefined) : undefined,
    signedIn,
    act: {
      at: office.now(),
      principal: signedIn.principal.name,
      token: signedIn.token.id,
      address: caller.address,
      why: reasonIn(body),
      request: name,
    },
    finish: () => undefined,
  };
}

/** Characters of a reason at most: some sentences. */
export const maxReasonLength = 1000;

function reasonIn(body: Json | undefined): string {
  const why: unknown = Reflect.get(Object(body), "why");
  return typeof why === "string" ? why.slice(0, maxReasonLength) : "";
}

/** Why a body can't be taken as it comes; undefined: it can. */
function wrongStream(request: Request, expected = "application/octet-stream") {
  if (request.headers.has("Idempotency-Key")) {
    return problem(400, {
      detail:
        "This takes no Idempotency-Key: a long body can't be compared with another. Send none.",
    });
  }
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === expected) return undefined;
  const detail = `The body is ${JSON.stringify(type?.slice(0, 80))}; send ${expected}.`;
  return problem(415, { detail, headers: { Accept: expected } });
}

/** A parameter that isn't known is told: somebody who misspells one must not get everything. */
function wrongQuery(query: URLSearchParams, { query: known = [] }: ApiRoute): Response | undefined {
  const names = known.map((one) => one.name);
  const unknown = [...query.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return undefined;
  const advice = names.length === 0 ? "It takes none." : `It takes ${names.join(", ")}.`;
  return problem(400, {
    detail: `${JSON.stringify(unknown.slice(0, 80))} is no parameter of this. ${advice}`,
  });
}

async function answerAllowed(route: ApiRoute, request: ReadApiRequest): Promise<Response> {
  const needs = await route.needs(request);
  if (needs instanceof Response) return needs;
  const { office, signedIn } = request;
  for (const { verb, resource } of needs) {
    const permission = may(signedIn.principal, signedIn.token, verb, resource);
    if (!permission.allowed) return problem(403, { detail: permission.why, more: { verb } });
  }
  if (route.method === "GET") return written(await answerOnce(route, request));
  const key = readKey(request.headers.get("Idempotency-Key"));
  if (key === undefined) return written(await answerOnce(route, request));
  if ("refused" in key) return problem(400, { detail: key.why });
  const url = `${request.path}?${request.query}`;
  const fingerprint = fingerprintOf(request.method, url, request.bodyText);
  const keyed: Keyed = { principal: signedIn.principal.name, key: key.done, fingerprint };
  const before = office.idempotency.begin(keyed, office.now());
  switch (before.is) {
    case "answered": {
      const { status, headers, body } = before.answer;
      const all = new Headers(headers.map(([name, value]) => [name, value]));
      all.set("Idempotency-Replayed", "true");
      return new Response(body ?? null, { status, headers: all });
    }
    case "conflict":
      return problem(422, { detail: before.why });
    case "under way":
      return problem(409, { detail: before.why, headers: { "Retry-After": "2" } });
    case "full":
      return problem(429, { detail: before.why, headers: { "Retry-After": "60" } });
    case "new":
      break;
  }
  const finish = (answer: ApiAnswer) => {
    const { status, hasSecret } = answer;
    const shown = headersOf(answer);
    const kept = { status, headers: [...new Headers(shown)], body: textOf(answer) };
    office.idempotency.finish(keyed, { ...kept, ...(hasSecret && { hasSecret }) }, office.now());
  };
  try {
    return written(await answerOnce(route, { ...request, finish }));
  } finally {
    office.idempotency.abandon(keyed);
  }
}

async function answerOnce(route: ApiRoute, request: ApiRequest): Promise<ApiAnswer | Response> {
  const { atOnce, answer } = route;
  if (atOnce === undefined) {
    if (answer === undefined) throw new Error(`${route.method} ${route.path} does nothing`);
    return await answer(request);
  }
  return request.office.sql.transaction(() => {
    const answered = atOnce(request);
    if (!(answered instanceof Response)) request.finish(answered);
    return answered;
  });
}

function headersOf({ headers, body }: ApiAnswer): Record<string, string> {
  return {
    ...(body !== undefined && { "Content-Type": "application/json" }),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  };
}

function textOf({ body }: ApiAnswer): string {
  return body === undefined ? "" : `${JSON.stringify(body)}\n`;
}

function written(answer: ApiAnswer | Response): Response {
  if (answer instanceof Response) return answer;
  const { status, body } = answer;
  return new Response(body === undefined ? null : textOf(answer), {
    status,
    headers: headersOf(answer),
  });
}

/** Every answer has the request's name, so that what one sees is found in log and audit. */
function named(
  answer: Response,
  name: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const all = new Headers(answer.headers);
  for (const [header, value] of Object.entries({ ...headers, "Nearmirror-Request": name }))
    all.set(header, value);
  return new Response(answer.body, { status: answer.status, headers: all });
}

/** Whether a method changes something. */
export function isWrite(method: ApiMethod): boolean {
  return method !== "GET";
}

/** Asks of one verb on one thing. */
export function needing(verb: Verb): ApiRoute["needs"] {
  const { on } = verbRow(verb);
  return ({ params, signedIn }) => {
    if (on === "self") return [{ verb, resource: { principal: signedIn.principal.name } }];
    const { name } = params;
    if (on === "mirror" && name !== undefined) return [{ verb, resource: { mirror: name } }];
    if (on === "repository" && name !== undefined)
      return [{ verb, resource: { repository: name } }];
    return [{ verb, resource: {} }];
  };
}
