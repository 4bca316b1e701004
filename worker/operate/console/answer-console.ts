/** The console at `/operate/`: who is at it, whether a form is one of ours, and which page it is. Works without script. */

import { isFormOf } from "../../accounts/sessions.ts";
import { baseHeader } from "../../http/caller-header.ts";
import { html } from "../../http/html.ts";
import type { Caller } from "../answer-api.ts";
import type { Office } from "../office.ts";
import { trySecret } from "../sign-in.ts";
import { addMirror, addPage } from "./add-page.ts";
import { auditPage } from "./audit-page.ts";
import { changeMirrors } from "./bulk.ts";
import { eventsPage } from "./events-page.ts";
import { listPage, restoreVersion } from "./list-page.ts";
import { changeMirror } from "./mirror-actions.ts";
import { mirrorPage } from "./mirror-page.ts";
import { mirrorsPage } from "./mirrors-page.ts";
import { openIdCallback, openIdStart } from "./openid.ts";
import { finishOpenId, startOpenId } from "./openid-pages.ts";
import { cookieIn, sessionCookie } from "./session-cookie.ts";
import { changeTokens, tokensPage } from "./tokens-page.ts";
import {
  consolePage,
  englishVisit,
  type FormOutcome,
  pageAnswer,
  type Visitor,
} from "./visitor.ts";
import { changeWebhooks, webhooksPage } from "./webhooks-page.ts";

/** Characters of a form at most: a reason, and two hundred names of mirrors. */
const maxFormLength = 64 * 1024;

/** The answer to a request for the console. */
export async function answerConsole(
  request: Request,
  caller: Caller,
  office: Office,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const { method } = request;
  if (method !== "GET" && method !== "POST") {
    return new Response("Use GET or POST.\n", {
      status: 405,
      headers: { Allow: "GET, HEAD, POST" },
    });
  }
  if (pathname === "/operate") return seeOther("/operate/");
  const form = method === "POST" ? await readForm(request) : undefined;
  if (form instanceof Response) return form;
  const cookie = cookieIn(request.headers.get("Cookie"), sessionCookie.name);
  if (pathname === "/operate/sign-in" && form !== undefined)
    return signIn(form, caller, office, cookie);
  if (form === undefined && pathname === openIdStart) return await startOpenId(office);
  if (form === undefined && pathname === openIdCallback) {
    return await finishOpenId(request, office, caller);
  }
  const session =
    cookie === undefined
      ? "You are not signed in."
      : office.sessions.open(cookie, office.now(), caller.isReadOnly !== true);
  if (typeof session === "string") {
    return method === "POST"
      ? signInPage(office, session, 403)
      : signInPage(office, cookie === undefined ? undefined : session, 401);
  }
  const visitor: Visitor = {
    office,
    session,
    caller,
    path: pathname,
    query: searchParams,
    visit: englishVisit(pathname),
  };
  if (form === undefined) {
    return await pageOf(visitor, office.formNotes.take(session.formToken, office.now()));
  }
  if (!isFormOf(session, form.get("form") ?? "")) {
    const says = "The form is of another sign-in. Nothing was done: send it again from this page.";
    return await pageOf(visitor, { ok: false, says, body: undefined });
  }
  if (pathname === "/operate/sign-out") {
    office.sessions.end(cookie ?? "");
    return seeOther("/operate/", `${sessionCookie.name}=; Max-Age=0; ${sessionCookie.rules}`);
  }
  return await act(visitor, form);
}

async function pageOf(visitor: Visitor, outcome?: FormOutcome): Promise<Response> {
  const { path } = visitor;
  const mirror = /^\/operate\/mirrors\/([^/]+)$/.exec(path)?.[1];
  if (mirror !== undefined) return await mirrorPage(visitor, decodeURIComponent(mirror), outcome);
  switch (path) {
    case "/operate/":
      return await mirrorsPage(visitor, outcome);
    case "/operate/add":
      return await addPage(visitor, outcome);
    case "/operate/events":
      return eventsPage(visitor, outcome);
    case "/operate/webhooks":
      return webhooksPage(visitor, outcome);
    case "/operate/list":
      return await listPage(visitor, outcome);
    case "/operate/audit":
      return auditPage(visitor, outcome);
    case "/operate/tokens":
      return tokensPage(visitor, outcome);
    default:
      return consolePage(visitor, {
        status: 404,
        title: "No such page",
        main: html`<h1>There is no such page</h1><p><a href="/operate/">All mirrors</a></p>`,
      });
  }
}

/**
 * Does what a form asks for. What was done sends the browser on to a page, which tells of it: a reload sends nothing
 * again. What couldn't be done comes back with the form as it was sent.
 */
async function act(visitor: Visitor, form: URLSearchParams): Promise<Response> {
  const { path, query, office, session } = visitor;
  const outcome = await doneBy(visitor, form);
  if (outcome === undefined) return await pageOf(visitor);
  if (outcome instanceof Response) return outcome;
  if (!outcome.ok) return await pageOf({ ...visitor, sent: form }, outcome);
  office.formNotes.keep(session.formToken, outcome, office.now());
  const search = query.toString();
  return seeOther(outcome.goOn ?? (search === "" ? path : `${path}?${search}`));
}

/** What came of the form; a page where it asks back; undefined where the path takes none. */
async function doneBy(
  visitor: Visitor,
  form: URLSearchParams,
): Promise<FormOutcome | Response | undefined> {
  const { path } = visitor;
  const mirror = /^\/operate\/mirrors\/([^/]+)$/.exec(path)?.[1];
  if (mirror !== undefined) return await changeMirror(visitor, decodeURIComponent(mirror), form);
  switch (path) {
    case "/operate/":
      return await changeMirrors(visitor, form);
    case "/operate/add":
      return await addMirror(visitor, form);
    case "/operate/webhooks":
      return await changeWebhooks(visitor, form);
    case "/operate/list":
      return await restoreVersion(visitor, form);
    case "/operate/tokens":
      return await changeTokens(visitor, form);
    default:
      return undefined;
  }
}

/** RFC 9110, section 15.4.4: after a form, so that a reload doesn't send it again. */
function seeOther(location: string, cookie?: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      Location: location,
      "Cache-Control": "no-store",
      ...(cookie !== undefined && { "Set-Cookie": cookie }),
    },
  });
}

function signIn(
  form: URLSearchParams,
  caller: Caller,
  office: Office,
  before: string | undefined,
): Response {
  const signed = trySecret((form.get("token") ?? "").trim(), caller, office);
  if (!("principal" in signed))
    return signInPage(office, signed.why, signed.status, signed.headers["Retry-After"]);
  // What the browser had before counts for nothing.
  if (before !== undefined) office.sessions.end(before);
  const secret = office.sessions.begin(signed.token.id, office.now());
  return seeOther("/operate/", `${sessionCookie.name}=${secret.show()}; ${sessionCookie.rules}`);
}

function signInPage(
  { openId }: Office,
  why: string | undefined,
  status: number,
  retryAfter?: string,
): Response {
  const answer = pageAnswer(englishVisit("/operate/"), {
    status,
    title: "Sign in",
    main: html`<h1>Sign in to the console</h1>
${why !== undefined && html`<p class="note failed" role="alert">${why}</p>\n`}<form class="row" method="post" action="/operate/sign-in"><label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required size="40" aria-describedby="what"><button>Sign in</button></form>
${openId !== undefined && html`<p><a class="button" href="${openIdStart}">Sign in by your provider</a></p>\n`}<p class="quiet" id="what">A token of your account, which begins with <code>nmt_</code>. Whoever runs this service gives them: <code>nearmirror token create</code>. The console needs https, or a browser on the same machine.</p>`,
  });
  if (retryAfter !== undefined) answer.headers.set("Retry-After", retryAfter);
  return answer;
}

async function readForm(request: Request): Promise<URLSearchParams | Response> {
  const refuse = (status: number, says: string) =>
    pageAnswer(englishVisit("/operate/"), {
      status,
      title: "Not done",
      main: html`<h1>Not done</h1><p>${says}</p>`,
    });
  // What other sites send isn't even looked at: the sign-in has no form's token yet.
  if (isFromElsewhere(request.headers)) return refuse(403, "The form came from another site.");
  const type = request.headers.get("Content-Type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) return refuse(415, "That is no form.");
  const text = await request.text();
  if (text.length > maxFormLength) return refuse(413, "The form is too long.");
  return new URLSearchParams(text);
}

/**
 * Whether a browser says that another site's page sent the form: by Fetch Metadata, or where it is too old for that by
 * `Origin` (RFC 6454 section 7), which `null` stands in for where a page hides it.
 */
function isFromElsewhere(headers: Headers): boolean {
  const site = headers.get("Sec-Fetch-Site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("Origin");
  const own = headers.get(baseHeader);
  if (origin === null || own === null) return false;
  return !URL.canParse(origin) || new URL(origin).host !== new URL(own).host;
}
