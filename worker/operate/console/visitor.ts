/** Who is at the console, what a page of it is made of, and how its forms go to the API's own rows. */

import { randomText } from "../../accounts/random-text.ts";
import { may, type Resource } from "../../accounts/roles.ts";
import type { OpenSession } from "../../accounts/sessions.ts";
import type { Verb } from "../../accounts/verbs.ts";
import { type Html, html } from "../../http/html.ts";
import { documentOf, type Page } from "../../pages/frame/document.ts";
import { type Visit, visitOf } from "../../pages/frame/visit.ts";
import { answerSignedIn, type Caller } from "../answer-api.ts";
import { matchApi } from "../api-table.ts";
import type { FormError, FormOutcome } from "../form-notes.ts";
import type { Office } from "../office.ts";
import { consoleStyle } from "./console-style.ts";

export type { FormOutcome } from "../form-notes.ts";

/** Somebody who is signed in, and the page that is asked for. */
export interface Visitor {
  office: Office;
  session: OpenSession;
  caller: Caller;
  /** Path below the service, without the query. */
  path: string;
  query: URLSearchParams;
  visit: Visit;
  /** The form that was sent and couldn't be done: its fields keep what they had. */
  sent?: URLSearchParams;
}

/** The console speaks one language. */
export function englishVisit(path: string): Visit {
  const visit = visitOf({ path, query: "", headers: { get: () => null } });
  if (typeof visit === "string") throw new Error(visit);
  return visit;
}

/** Whether the visitor may: what they may not isn't shown. */
export function allows({ session }: Visitor, verb: Verb, resource: Resource = {}): boolean {
  return may(session.principal, session.token, verb, resource).allowed;
}

/** What a field had when its form was sent and couldn't be done; else what it has of itself. */
export function sentOr({ sent }: Visitor, field: string, otherwise = ""): string {
  return sent?.get(field) ?? otherwise;
}

/** Does what a form asks for by the API's own row: the same rights, checks and audit. */
export async function byApi(
  { office, session, caller }: Visitor,
  {
    method,
    path,
    body,
    headers = {},
  }: { method: string; path: string; body?: unknown; headers?: Record<string, string> },
): Promise<FormOutcome> {
  const [pathname = ""] = path.split("?");
  const matched = await matchApi(method, pathname);
  if (matched instanceof Response) return await outcomeOf(matched);
  const request = new Request(`https://operators.invalid${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const name = randomText(16, office.random);
  return await outcomeOf(
    await answerSignedIn(request, matched, { office, signedIn: session, caller, name }),
  );
}

async function outcomeOf(answer: Response): Promise<FormOutcome> {
  const text = await answer.text();
  const body: unknown = (answer.headers.get("Content-Type") ?? "").includes("json")
    ? JSON.parse(text)
    : text;
  const detail: unknown = Reflect.get(Object(body), "detail");
  const errors = errorsIn(body);
  const says = typeof detail === "string" ? detail : "";
  return { ok: answer.ok, says, body, ...(errors.length > 0 && { errors }) };
}

function errorsIn(body: unknown): FormError[] {
  const errors: unknown = Reflect.get(Object(body), "errors");
  if (!Array.isArray(errors)) return [];
  return errors.map((one: unknown) => ({
    pointer: `${Reflect.get(Object(one), "pointer") ?? ""}`,
    detail: `${Reflect.get(Object(one), "detail") ?? ""}`,
  }));
}

/** Of a form's errors at the head of the page. */
const errorsShown = 10;

/** The pages of the console, for those who may see them. */
const parts: readonly (readonly [path: string, title: string, verb: Verb])[] = [
  ["/operate/", "Mirrors", "mirror.read"],
  ["/operate/events", "Events", "watch"],
  ["/operate/webhooks", "Webhooks", "webhook.read"],
  ["/operate/list", "List", "list.read"],
  ["/operate/audit", "Audit", "audit.read"],
  ["/operate/tokens", "Tokens", "token.read-own"],
];

/** A page of the console as an answer; never kept by any cache. */
export function consolePage(visitor: Visitor, page: Page, outcome?: FormOutcome): Response {
  const refused = outcome !== undefined && !outcome.ok;
  const { visit, path, session } = visitor;
  const own = { principal: session.principal.name, mirror: session.principal.mirrors[0] ?? "any" };
  const shown = parts.filter(([, , verb]) => allows(visitor, verb, own));
  const nav = html`<nav class="console" aria-label="Console">${shown.map(
    ([link, title]) =>
      html`<a href="${link}"${isAt(path, link) && html` aria-current="page"`}>${title}</a>`,
  )}<form method="post" action="/operate/sign-out">${formField(visitor)}<span class="quiet">${session.principal.name} (${session.principal.role})</span><button>Sign out</button></form></nav>
`;
  return pageAnswer(visit, {
    ...(refused && { status: 422 }),
    ...page,
    nav,
    style: consoleStyle + (page.style ?? ""),
    main: html`${outcomeNote(outcome)}${page.main}`,
  });
}

/** Any page at `/operate/`. */
export function pageAnswer(visit: Visit, page: Page): Response {
  const { text, headers } = documentOf(visit, {
    style: consoleStyle,
    ...page,
    oneLanguage: true,
    hasCookie: true,
  });
  const { Vary: _, ...rest } = headers;
  return new Response(text, {
    status: page.status ?? 200,
    headers: { ...rest, "Cache-Control": "no-store" },
  });
}

function isAt(path: string, link: string): boolean {
  if (link === "/operate/")
    return path === link || path === "/operate/add" || path.startsWith("/operate/mirrors/");
  return path === link;
}

function outcomeNote(outcome: FormOutcome | undefined): Html | false {
  if (outcome === undefined) return false;
  const { ok, says, errors = [] } = outcome;
  if (ok) return html`<p class="note done" role="status">${says || "Done."}</p>\n`;
  const each = errors
    .slice(0, errorsShown)
    .map(
      ({ pointer, detail }) =>
        html`<li>${pointer !== "" && html`<code>${pointer}</code>: `}${detail}</li>`,
    );
  return html`<div class="note failed" role="alert"><p>Not done. ${says}</p>${each.length > 0 && html`<ul>${each}</ul>`}</div>\n`;
}

/** Goes into each form, so that only pages of ours can send it. */
export function formField({ session }: Visitor): Html {
  return html`<input type="hidden" name="form" value="${session.formToken}">`;
}
