/** The console's page of the list: its versions, what each changed, and the way back to one. */

import { type Html, html } from "../../http/html.ts";
import { describeChanges } from "../../list/diff.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  type Visitor,
} from "./visitor.ts";

const versionsShown = 50;
const changesShown = 200;

export async function listPage(visitor: Visitor, outcome?: FormOutcome): Promise<Response> {
  const { office, query, visit } = visitor;
  if (!allows(visitor, "list.read")) {
    return consolePage(visitor, {
      status: 403,
      title: "List",
      main: html`<h1>List</h1><p>Your account may not read the list.</p>`,
    });
  }
  const list = await office.list.inForce();
  const versions = office.list.versions(versionsShown);
  const chosen = Number(query.get("version") ?? 0);
  return consolePage(
    visitor,
    {
      title: "List",
      main: html`<h1>Mirror list</h1>
${list === undefined ? html`<p class="note">The service has no list with entries yet.</p>` : html`<p>Version of ${visit.shown.moment(list.version)} (<code>${list.version}</code>), ${list.entries.size} entries, kept by ${list.owner === "service" ? "the service itself" : "its folder of files, until it is changed here for the first time"}.</p>`}
${versions.length > 0 && html`<table class="stack"><thead><tr><th>Version</th><th>Who</th><th>Why</th><th class="n">Entries changed</th><th><span class="only">Do</span></th></tr></thead><tbody>${versions.map((one) => versionRow(visitor, one, list?.version ?? 0))}</tbody></table>`}
${chosen > 0 && changesOf(visitor, chosen)}`,
    },
    outcome,
  );
}

function versionRow(
  visitor: Visitor,
  {
    version,
    at,
    by,
    why,
    changes,
  }: { version: number; at: number; by: string; why: string; changes: number },
  inForce: number,
): Html {
  const { visit } = visitor;
  const mayRestore = version !== inForce && allows(visitor, "list.apply");
  return html`
<tr><td><a href="/operate/list?version=${version}">${visit.shown.moment(at)}</a></td><td data-is="Who">${by}</td><td data-is="Why">${why}</td><td class="n" data-is="Entries changed">${changes}</td><td>${mayRestore && html`<details><summary>Go back to it</summary><form class="row" method="post">${formField(visitor)}<input type="hidden" name="version" value="${version}"><input type="hidden" name="base" value="${inForce}"><label>Why <input type="text" name="why" required maxlength="1000"></label><button>Go back</button></form></details>`}</td></tr>`;
}

function changesOf({ office }: Visitor, version: number): Html {
  const changes = office.listStore.changesOf(version);
  const before = new Map(
    changes.flatMap(({ place, before: old }) => (old === null ? [] : [[place, old] as const])),
  );
  const after = new Map(changes.map(({ place, after: value }) => [place, value] as const));
  const told = describeChanges(before, after).slice(0, changesShown);
  return html`<h2>What version ${version} changed</h2><ul>${told.map(
    ({ place, what, fields = [] }) =>
      html`<li>${place}: ${what}${fields.map((field) => html`<br><code>${field.field} ${JSON.stringify(field.before)} &rarr; ${JSON.stringify(field.after)}</code>`)}</li>`,
  )}</ul>`;
}

export async function restoreVersion(
  visitor: Visitor,
  form: URLSearchParams,
): Promise<FormOutcome> {
  const version = Number(form.get("version"));
  const body = { base: Number(form.get("base")), why: (form.get("why") ?? "").trim() };
  return await byApi(visitor, {
    method: "POST",
    path: `/api/v1/list/versions/${version}/restore`,
    body,
  });
}
