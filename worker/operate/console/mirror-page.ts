/** The console's page of one mirror: what operators do with it, its entry, evidence and the last days in pictures. */
import type { MirrorDescription } from "../../health/fleet-answers.ts";
import { type Html, html } from "../../http/html.ts";
import type { Site } from "../../list/site.ts";
import { toRosterMirror } from "../../list/to-views.ts";
import { barStyle } from "../../pages/frame/bars.ts";
import { changeRows } from "../../pages/mirrors/changes.ts";
import { freshnessMark, stateMark } from "../../pages/mirrors/mirror-state.ts";
import { pictures, regionBars } from "../../pages/mirrors/pictures.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  type Visitor,
} from "./visitor.ts";

const mirrorStyle = `${barStyle}
.strip{display:grid;grid-template-columns:minmax(6rem,12rem) 1fr;gap:.25rem 1rem;align-items:center;margin:.375rem 0}.strip svg.bar{height:1.25rem}
@media(max-width:30rem){.strip{grid-template-columns:1fr}}
textarea{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;width:100%;color:var(--text);background:var(--page);border:1px solid var(--quiet);border-radius:.375rem;padding:.5rem}
`;

export async function mirrorPage(
  visitor: Visitor,
  name: string,
  outcome?: FormOutcome,
): Promise<Response> {
  const { office, visit } = visitor;
  const place = `mirrors/${name}`;
  const list = await office.list.inForce();
  const value = list?.entries.get(place);
  if (!allows(visitor, "mirror.read", { mirror: name })) {
    return consolePage(visitor, {
      status: 403,
      title: name,
      main: html`<h1>${name}</h1><p>Your account may not see this mirror.</p>`,
    });
  }
  if (list === undefined || value === undefined) {
    return consolePage(
      visitor,
      {
        status: 404,
        title: name,
        main: html`<h1>${name}</h1><p>There is no such mirror in the list.</p>`,
      },
      outcome,
    );
  }
  const site = value as unknown as Site;
  let described: MirrorDescription | null | undefined;
  let reason = office.others.mirror === undefined ? "Nothing is probed here." : undefined;
  try {
    described = await office.others.mirror?.(name);
    if (described === null) reason = "Fleet doesn't have it yet.";
  } catch {
    reason = "Fleet can't be reached just now.";
  }
  const now = office.now();
  const mirror = toRosterMirror(site, now);
  const { known = [], history = [], targets = [] } = described ?? {};
  const changed = office.listStore.changed(place) ?? list.version;
  return consolePage(
    visitor,
    {
      title: name,
      style: mirrorStyle,
      main: html`<h1>${name} ${site.state !== undefined && stateMark(site.state.is, visit.texts)}</h1>
${stateNote(site)}
${actions(visitor, name, site)}
${reason !== undefined && html`<p class="note">${reason}</p>`}
${
  targets.length > 0 &&
  html`<h2>Targets</h2><div class="scroll"><table><thead><tr><th>Repository</th><th>Scheme</th><th>State</th><th>Freshness</th><th class="n">Round trip</th></tr></thead><tbody>${targets.map(
    (one) =>
      html`<tr><td>${one.repository}</td><td>${one.scheme}</td><td>${stateMark(one.state, visit.texts)}</td><td>${freshnessMark(one.freshness, visit.texts)}</td><td class="n">${roundTrips(one.ms)}</td></tr>`,
  )}</tbody></table></div>`
}
${described !== null && described !== undefined && known.length > 0 && html`${pictures(visit, { mirror, described, isOlder: false, now })}<h2>Latency</h2>${regionBars(visit, known)}`}
${editForm(visitor, { name, site, changed })}
<h2>Evidence</h2>
${
  history.length === 0
    ? html`<p>Nothing has changed yet.</p>`
    : changeRows(
        visit,
        history.map((one) => ({ ...one, mirror: name })),
        false,
      )
}
${history.slice(0, 5).map((one) => html`<details><summary>${one.at}: ${one.axis} ${one.from} to ${one.to}</summary><pre>${JSON.stringify(one.evidence, null, 1)}</pre></details>`)}`,
    },
    outcome,
  );
}

function roundTrips(ms: Record<string, number> = {}): string {
  return Object.entries(ms)
    .map(([region, one]) => `${region} ${one} ms`)
    .join(", ");
}

function stateNote({ state }: Site): Html | false {
  if (state === undefined) return false;
  const until = state.until === undefined ? "until it is enabled" : `until ${state.until}`;
  return html`<p class="note">${state.is} by ${state.by}, ${until}: ${state.why}</p>`;
}

function actions(visitor: Visitor, name: string, site: Site): Html {
  const may = (verb: Parameters<typeof allows>[1]) => allows(visitor, verb, { mirror: name });
  const buttons = [
    may("mirror.drain") && html`<button name="do" value="drain">Drain</button>`,
    may("mirror.disable") && html`<button name="do" value="disable">Disable</button>`,
    may("mirror.enable") && html`<button name="do" value="enable">Enable</button>`,
  ];
  return html`<fieldset><legend>State</legend><form class="row" method="post">${formField(visitor)}
<label>Why <input type="text" name="why" required maxlength="1000" size="40"></label>
<label>Until <input type="text" name="until" placeholder="2h, 3d, 2026-12-01T06:00Z" maxlength="40"></label>
<label>Repository <select name="repository"><option value="">all</option>${Object.keys(site.repositories).map((one) => html`<option>${one}</option>`)}</select></label>
<div>${buttons}</div></form>
${may("mirror.probe") && html`<form class="row" method="post">${formField(visitor)}<button name="do" value="probe">Probe now</button></form>`}
${may("mirror.weight") && html`<form class="row" method="post">${formField(visitor)}<label>Capacity, Mbit/s <input type="number" name="capacity" min="1" step="any" required value="${site.capacity ?? 1000}"></label><label>Why <input type="text" name="why" required maxlength="1000"></label><button name="do" value="weight">Change its share</button></form>`}</fieldset>`;
}

function editForm(
  visitor: Visitor,
  { name, site, changed }: { name: string; site: Site; changed: number },
): Html {
  const text = JSON.stringify(site, null, 2);
  const rows = Math.min(40, text.split("\n").length + 1);
  const mayEdit = ["mirror.edit", "mirror.urls", "mirror.contact"].some((verb) =>
    allows(visitor, verb as Parameters<typeof allows>[1], { mirror: name }),
  );
  const mayRemove = allows(visitor, "mirror.remove", { mirror: name });
  return html`<h2>Entry</h2>
${
  mayEdit
    ? html`<form method="post">${formField(visitor)}<input type="hidden" name="changed" value="${changed}">
<label for="entry">The entry as JSON</label><textarea id="entry" name="entry" rows="${rows}" spellcheck="false">${text}</textarea>
<div class="row"><label class="field">Why <input type="text" name="why" required maxlength="1000" size="40"></label> <button name="do" value="put">Save</button></div></form>`
    : html`<pre>${text}</pre>`
}
${mayRemove && html`<details><summary>Remove this mirror</summary><form class="row" method="post">${formField(visitor)}<input type="hidden" name="changed" value="${changed}"><label>Its name, to be sure <input type="text" name="confirm" required pattern="${name.replaceAll(".", "\\.")}"></label><label>Why <input type="text" name="why" required maxlength="1000"></label><button name="do" value="remove">Remove</button></form></details>`}`;
}

/** What a form of the page asks for. */
export async function changeMirror(
  visitor: Visitor,
  name: string,
  form: URLSearchParams,
): Promise<FormOutcome> {
  const mirror = `/api/v1/mirrors/${encodeURIComponent(name)}`;
  const entry = `/api/v1/list/mirrors/${encodeURIComponent(name)}`;
  const text = (field: string) => (form.get(field) ?? "").trim();
  const why = text("why");
  const optional = (field: string) => (text(field) === "" ? {} : { [field]: text(field) });
  const headers = { "If-Match": `"${text("changed")}"` };
  const verb = text("do");
  switch (verb) {
    case "drain":
    case "disable":
      return await byApi(visitor, {
        method: "POST",
        path: `${mirror}/${verb}`,
        body: { why, ...optional("until"), ...optional("repository") },
      });
    case "enable":
      return await byApi(visitor, {
        method: "POST",
        path: `${mirror}/enable`,
        body: { why, ...optional("repository") },
      });
    case "weight":
      return await byApi(visitor, {
        method: "POST",
        path: `${mirror}/weight`,
        body: { why, capacity: Number(text("capacity")) },
      });
    case "probe":
      return await byApi(visitor, { method: "POST", path: `${mirror}/probe` });
    case "put": {
      const body = parsed(text("entry"));
      if (body === undefined) return { ok: false, says: "The entry is no JSON.", body: undefined };
      return await byApi(visitor, {
        method: "PUT",
        path: `${entry}?why=${encodeURIComponent(why)}`,
        body,
        headers,
      });
    }
    case "remove":
      if (text("confirm") !== name)
        return { ok: false, says: "The name isn't this mirror's.", body: undefined };
      return await byApi(visitor, {
        method: "DELETE",
        path: `${entry}?why=${encodeURIComponent(why)}`,
        headers,
      });
    default:
      return { ok: false, says: "Nothing was chosen.", body: undefined };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
