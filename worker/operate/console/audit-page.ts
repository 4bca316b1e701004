/** The console's page of the audit log. */
import { auditMs } from "../../accounts/audit-log.ts";
import { type Html, html } from "../../http/html.ts";
import { describeChanges } from "../../list/diff.ts";
import type { EntryValue } from "../../list/entries.ts";
import { allows, consolePage, type FormOutcome, type Visitor } from "./visitor.ts";

const pageSize = 100;

export function auditPage(visitor: Visitor, outcome?: FormOutcome): Response {
  const { office, query, visit } = visitor;
  if (!allows(visitor, "audit.read")) {
    return consolePage(visitor, {
      status: 403,
      title: "Audit",
      main: html`<h1>Audit</h1><p>Your account may not read the audit log.</p>`,
    });
  }
  const text = (name: string) => (query.get(name) ?? "").trim();
  const filter = Object.fromEntries(
    ["principal", "verb", "resource"].flatMap((name) =>
      text(name) === "" ? [] : [[name, text(name)]],
    ),
  );
  const before = Number(text("before"));
  const { entries, next } = office.audit.page(
    { ...filter, ...(before > 0 && { before }) },
    pageSize,
  );
  const following = new URLSearchParams({ ...filter, before: String(next ?? "") });
  const head = office.audit.head();
  const days = Math.round(auditMs / 86_400_000);
  return consolePage(
    visitor,
    {
      title: "Audit",
      main: html`<h1>Audit log</h1>
<p class="quiet">The newest entry is ${head.id}, with the hash <code>${head.hash}</code>. Note both elsewhere: <code>nearmirror audit verify</code> then shows whether the log was written anew. Entries are kept for ${days} days.</p>
<form class="row" action="/operate/audit"><label>Who <input type="text" name="principal" value="${text("principal")}"></label><label>Verb <input type="text" name="verb" value="${text("verb")}" placeholder="mirror.*"></label><label>What <input type="text" name="resource" value="${text("resource")}" placeholder="mirror/a.example"></label><button>Filter</button></form>
<table class="stack"><thead><tr><th>When</th><th>Who</th><th>Verb</th><th>What</th><th>Why</th></tr></thead><tbody>${entries.map(
        (one) =>
          html`<tr><td>${visit.shown.moment(one.at)}</td><td data-is="Who">${one.principal} <span class="quiet">${one.address?.text ?? "erased"}</span></td><td data-is="Verb">${one.verb}</td><td data-is="What">${one.resource}${
            (one.before !== null || one.after !== null) &&
            html`<details><summary>what changed</summary>${changeOf(one.before, one.after)}</details>`
          }</td><td data-is="Why">${one.why}</td></tr>`,
      )}</tbody></table>
${next !== undefined && html`<p class="pager"><a class="button" rel="next" href="/operate/audit?${following.toString()}">Older entries</a></p>`}`,
    },
    outcome,
  );
}

/** Field by field where both are entries; else both as they are kept, which may be cut. */
function changeOf(before: string | null, after: string | null): Html {
  const [old, next] = [before, after].map(entryIn);
  if (old === undefined || next === undefined) {
    return html`<pre tabindex="0">${before ?? "nothing"}
${after ?? "nothing"}</pre>`;
  }
  const [told] = describeChanges(new Map([["", old]]), new Map([["", next]]));
  const fields = told?.fields ?? [];
  return html`<ul>${fields.map((one) => html`<li><code>${one.field}</code>: ${textOf(one.before)} &rarr; ${textOf(one.after)}</li>`)}</ul>`;
}

function textOf(value: unknown): Html | string {
  return value === undefined ? "nothing" : html`<code>${JSON.stringify(value)}</code>`;
}

/** Fields of an entry; undefined where the text is none. */
function entryIn(text: string | null): EntryValue | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Exclude<EntryValue, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
