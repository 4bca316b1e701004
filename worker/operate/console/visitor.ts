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
import type { Office } from "../office.ts";

/** Somebody who is signed in, and the page that is asked for. */
export interface Visitor {
  office: Office;
  session: OpenSession;
  caller: Caller;
  /** Path below the service, without the query. */
  path: string;
  query: URLSearchParams;
  visit: Visit;
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

/** What came of a form. */
export interface FormOutcome {
  ok: boolean;
  /** A sentence for the one who sent it. */
  says: string;
  body: unknown;
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
  const errors: unknown = Reflect.get(Object(body), "errors");
  const each = Array.isArray(errors)
    ? errors
        .slice(0, 5)
        .map(
          (one) =>
            `${Reflect.get(one, "entry") ?? ""}${Reflect.get(one, "pointer") ?? ""}: ${Reflect.get(one, "detail")}`,
        )
    : [];
  return {
    ok: answer.ok,
    says: [typeof detail === "string" ? detail : "", ...each].filter((one) => one !== "").join(" "),
    body,
  };
}

const consoleStyle = `
.console{max-width:66rem;margin:0 auto;padding:0 1rem;display:flex;flex-wrap:wrap;gap:.125rem;align-items:center;border-bottom:1px solid var(--edge)}
.console a{padding:.375rem .625rem;color:var(--text);text-decoration:none;border-bottom:3px solid transparent}.console a:hover{text-decoration:underline}
.console a[aria-current]{font-weight:600;border-bottom-color:var(--brand)}.console form{margin-left:auto;display:flex;gap:.5rem;align-items:center;padding:.25rem 0}
form.row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:.75rem 0}form.row label,.field{display:flex;flex-direction:column;gap:.125rem;font-size:.875rem;color:var(--quiet)}
form.row input,form.row select{min-width:8rem}fieldset{border:1px solid var(--edge);border-radius:.5rem;margin:1rem 0;padding:.5rem 1rem}legend{padding:0 .375rem;color:var(--quiet)}
input[type=password],input[type=number],input[type=datetime-local]{font:inherit;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.375rem;padding:.375rem .625rem;max-width:100%}
td.check,th.check{width:2rem}.note.done{border-left-color:var(--good)}.note.failed{border-left-color:var(--bad)}td code{font-size:.8125rem}
`;

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
  const { visit, path, session } = visitor;
  const own = { principal: session.principal.name, mirror: session.principal.mirrors[0] ?? "any" };
  const shown = parts.filter(([, , verb]) => allows(visitor, verb, own));
  const nav = html`<nav class="console" aria-label="Console">${shown.map(
    ([link, title]) =>
      html`<a href="${link}"${isAt(path, link) && html` aria-current="page"`}>${title}</a>`,
  )}<form method="post" action="/operate/sign-out">${formField(visitor)}<span class="quiet">${session.principal.name} (${session.principal.role})</span><button>Sign out</button></form></nav>
`;
  return pageAnswer(visit, {
    ...page,
    nav,
    style: consoleStyle + (page.style ?? ""),
    main: html`${outcomeNote(outcome)}${page.main}`,
  });
}

/** Any page at `/operate/`. */
export function pageAnswer(visit: Visit, page: Page): Response {
  const { text, headers } = documentOf(visit, { style: consoleStyle, ...page, oneLanguage: true });
  const { Vary: _, ...rest } = headers;
  return new Response(text, {
    status: page.status ?? 200,
    headers: { ...rest, "Cache-Control": "no-store" },
  });
}

function isAt(path: string, link: string): boolean {
  if (link === "/operate/") return path === link || path.startsWith("/operate/mirrors/");
  return path === link;
}

function outcomeNote(outcome: FormOutcome | undefined): Html | false {
  if (outcome === undefined) return false;
  const look = outcome.ok ? "done" : "failed";
  return html`<p class="note ${look}" role="${outcome.ok ? "status" : "alert"}">${outcome.ok ? outcome.says || "Done." : `Not done. ${outcome.says}`}</p>\n`;
}

/** Goes into each form, so that only pages of ours can send it. */
export function formField({ session }: Visitor): Html {
  return html`<input type="hidden" name="form" value="${session.formToken}">`;
}
