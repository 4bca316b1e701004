/** Both steps of a sign-in by an OpenID provider: to it, and back from it. */
import { randomText } from "../../accounts/random-text.ts";
import { html } from "../../http/html.ts";
import type { Caller } from "../answer-api.ts";
import type { Office } from "../office.ts";
import type { OpenIdAttempt } from "./openid.ts";
import { attemptCookie, cookieIn, sessionCookie } from "./session-cookie.ts";
import { englishVisit, pageAnswer } from "./visitor.ts";

/** A sign-in by the provider lasts as long as a session may, days: the token that it makes ends with it. */
const tokenMs = 24 * 3600 * 1000;

/** Sends somebody to the provider. */
export async function startOpenId({ openId }: Office): Promise<Response> {
  if (openId === undefined)
    return refused(404, "No sign-in provider is set up here: sign in with a token.");
  const begun = await openId.begin();
  if ("why" in begun) return refused(503, begun.why);
  const { state, nonce, verifier } = begun.attempt;
  return new Response(null, {
    status: 303,
    headers: {
      Location: begun.location,
      "Cache-Control": "no-store",
      "Set-Cookie": `${attemptCookie.name}=${state}.${nonce}.${verifier}; ${attemptCookie.rules}`,
    },
  });
}

/** Takes somebody who comes back from the provider: a session, where there is an account of that name. */
export async function finishOpenId(
  request: Request,
  office: Office,
  { address }: Caller,
): Promise<Response> {
  const { openId, tokens, sessions, now, random } = office;
  if (openId === undefined)
    return refused(404, "No sign-in provider is set up here: sign in with a token.");
  const attempt = attemptIn(request.headers.get("Cookie"));
  if (attempt === undefined)
    return refused(
      403,
      "This sign-in wasn't begun in this browser, or more than ten minutes ago. Begin again.",
    );
  const outcome = await openId.finish(new URL(request.url).search.slice(1), attempt);
  if ("why" in outcome) return refused(403, outcome.why);
  const { name } = outcome;
  const account = office.accountStore.principal(name);
  if (account === undefined || account.disabled !== undefined) {
    return refused(
      403,
      `There is no account ${name} that may sign in. An admin adds it: nearmirror account add.`,
    );
  }
  const act = {
    at: now(),
    principal: name,
    token: "",
    address,
    why: "Sign-in by the OpenID provider.",
    request: randomText(16, random),
  };
  const wanted = {
    principal: name,
    scopes: [],
    description: "sign-in by OpenID",
    lifetimeMs: tokenMs,
  };
  const made = tokens.create(act, wanted, undefined);
  if ("refused" in made) return refused(409, made.why);
  const session = sessions.begin(made.done.token.id, now());
  // A redirect would still be the provider's: the browser sends a Strict cookie from a page of our own alone.
  const page = pageAnswer(englishVisit("/operate/"), {
    title: "Signed in",
    head: html`<meta http-equiv="refresh" content="0;url=/operate/">`,
    main: html`<h1>Signed in as ${name}</h1><p><a href="/operate/">Go on to the console</a></p>`,
  });
  page.headers.append(
    "Set-Cookie",
    `${sessionCookie.name}=${session.show()}; ${sessionCookie.rules}`,
  );
  page.headers.append(
    "Set-Cookie",
    `${attemptCookie.name}=; ${attemptCookie.rules.replace("Max-Age=600", "Max-Age=0")}`,
  );
  return page;
}

function attemptIn(header: string | null): OpenIdAttempt | undefined {
  const [state, nonce, verifier] = (cookieIn(header, attemptCookie.name) ?? "").split(".");
  return state && nonce && verifier ? { state, nonce, verifier } : undefined;
}

function refused(status: number, why: string): Response {
  return pageAnswer(englishVisit("/operate/"), {
    status,
    title: "Not signed in",
    main: html`<h1>Not signed in</h1><p class="note failed" role="alert">${why}</p><p><a href="/operate/">Back to the console</a></p>`,
  });
}
