/** What operators do with one mirror: the forms of its page, and what they ask for. */
import { type Html, html } from "../../http/html.ts";
import type { ListEntries } from "../../list/entries.ts";
import type { Site } from "../../list/site.ts";
import { repositoriesOf } from "./add-page.ts";
import { untilChoices } from "./bulk.ts";
import { entryFields, entryOf, textsOf } from "./mirror-form.ts";
import { holding } from "./mirror-rows.ts";
import { allows, byApi, type FormOutcome, formField, sentOr, type Visitor } from "./visitor.ts";

/** A mirror of the list, as its page has it. */
export interface ShownMirror {
  name: string;
  site: Site;
  /** The version that changed its entry last. */
  changed: number;
  entries: ListEntries;
}

/** Drain, disable, enable, probe and weight, as far as the visitor may. */
export function actions(visitor: Visitor, { name, site }: ShownMirror): Html | false {
  const may = (verb: Parameters<typeof allows>[1]) => allows(visitor, verb, { mirror: name });
  const isOut = holding(site.state, visitor.office.now()) !== undefined;
  const buttons = [
    may("mirror.drain") &&
      html`<button${!isOut && html` class="first"`} name="do" value="drain">Drain</button> `,
    may("mirror.disable") && html`<button name="do" value="disable">Disable</button> `,
    may("mirror.enable") &&
      html`<button${isOut && html` class="first"`} name="do" value="enable" formnovalidate>Enable</button>`,
  ];
  if (buttons.every((one) => one === false)) return false;
  return html`<fieldset><legend>State</legend><form class="row" method="post">${formField(visitor)}
<label>Why <input type="text" name="why" required maxlength="1000" size="40" value="${sentOr(visitor, "why")}"></label>
<label>Until <input type="text" name="until" list="lengths" autocomplete="off" placeholder="2h, 3d, 2026-12-01T06:00Z" maxlength="40" value="${sentOr(visitor, "until")}"></label>${untilChoices}
<label>Repository <select name="repository"><option value="">all</option>${Object.keys(site.repositories).map((one) => html`<option${one === sentOr(visitor, "repository") && html` selected`}>${one}</option>`)}</select></label>
<div>${buttons}</div></form>
<p class="quiet">Drain: no new clients, probed on. Disable: no clients and no probes. Without an end it lasts until it is enabled.</p>
${may("mirror.probe") && html`<form class="row" method="post">${formField(visitor)}<button name="do" value="probe">Probe now</button></form>`}
${may("mirror.weight") && html`<details><summary>Its share of clients</summary><form class="row" method="post">${formField(visitor)}<label>Capacity, Mbit/s <input type="number" name="capacity" min="1" step="any" required value="${site.capacity ?? 1000}"></label><label>Why <input type="text" name="why" required maxlength="1000"></label><button name="do" value="weight">Change its share</button></form></details>`}</fieldset>`;
}

/** Its entry: by fields, as JSON, and the way out of the list. */
export function entryForms(
  visitor: Visitor,
  { name, site, changed, entries }: ShownMirror,
  outcome: FormOutcome | undefined,
): Html {
  const text = JSON.stringify(site, null, 2);
  const may = (verb: Parameters<typeof allows>[1]) => allows(visitor, verb, { mirror: name });
  if (!may("mirror.edit") && !may("mirror.urls") && !may("mirror.contact"))
    return html`<h2>Entry</h2><pre tabindex="0">${text}</pre>`;
  const { sent } = visitor;
  const sentBy = sent?.get("do") ?? "";
  const texts = textsOf(site);
  const why = (of: string) => (sentBy === of ? sentOr(visitor, "why") : "");
  const hidden = html`${formField(visitor)}<input type="hidden" name="changed" value="${changed}">`;
  const fields = entryFields({
    value: (field) => (sentBy === "edit" ? sentOr(visitor, field) : (texts.get(field) ?? "")),
    repositories: repositoriesOf(entries),
    errors: sentBy === "edit" ? (outcome?.errors ?? []) : [],
    isNew: false,
  });
  const rows = Math.min(30, text.split("\n").length + 1);
  return html`<h2 id="entry-heading">Entry</h2>
<details${sentBy === "edit" && html` open`}><summary>Change it by fields</summary><form method="post">${hidden}
${fields}
<div class="row"><label class="field">Why <input type="text" name="why" required maxlength="1000" size="40" value="${why("edit")}"></label> <button class="first" name="do" value="edit">Save</button></div></form></details>
<details${sentBy === "put" && html` open`}><summary>Change it as JSON</summary><form method="post">${hidden}
<label for="entry">All that the list says of it</label><textarea id="entry" name="entry" rows="${rows}" spellcheck="false">${sentBy === "put" ? sentOr(visitor, "entry") : text}</textarea>
<div class="row"><label class="field">Why <input type="text" name="why" required maxlength="1000" size="40" value="${why("put")}"></label> <button class="first" name="do" value="put">Save</button></div></form></details>
${may("mirror.remove") && html`<details${sentBy === "remove" && html` open`}><summary>Remove this mirror</summary><form class="row" method="post">${hidden}<label>Its name, to be sure <input type="text" name="confirm" required autocomplete="off" autocapitalize="none" placeholder="${name}"></label><label>Why <input type="text" name="why" required maxlength="1000" value="${why("remove")}"></label><button class="grave" name="do" value="remove">Remove</button></form></details>`}`;
}

/** What a form of the page asks for. */
export async function changeMirror(
  visitor: Visitor,
  name: string,
  form: URLSearchParams,
): Promise<FormOutcome> {
  const mirror = `/api/v1/mirrors/${encodeURIComponent(name)}`;
  const text = (field: string) => (form.get(field) ?? "").trim();
  const why = text("why");
  const optional = (field: string) => (text(field) === "" ? {} : { [field]: text(field) });
  const entry = `/api/v1/list/mirrors/${encodeURIComponent(name)}?why=${encodeURIComponent(why)}`;
  const headers = { "If-Match": `"${text("changed")}"` };
  const put = (body: unknown) => byApi(visitor, { method: "PUT", path: entry, body, headers });
  const verb = text("do");
  switch (verb) {
    case "drain":
    case "disable": {
      const body = { why, ...optional("until"), ...optional("repository") };
      const outcome = await byApi(visitor, { method: "POST", path: `${mirror}/${verb}`, body });
      return {
        ...outcome,
        says: outcome.ok
          ? `${name} is ${verb === "drain" ? "drained" : "disabled"}.`
          : outcome.says,
      };
    }
    case "enable": {
      const body = { why: why === "" ? "From the console." : why, ...optional("repository") };
      return await byApi(visitor, { method: "POST", path: `${mirror}/enable`, body });
    }
    case "weight": {
      // As the form of the entry takes it: many people write a comma.
      const capacity = Number(text("capacity").replace(",", "."));
      if (!Number.isFinite(capacity) || capacity <= 0) {
        const says = `The capacity is "${text("capacity").slice(0, 80)}": write a number above 0, in Mbit/s, such as 1000.`;
        return { ok: false, says, body: undefined };
      }
      const body = { why, capacity };
      return await byApi(visitor, { method: "POST", path: `${mirror}/weight`, body });
    }
    case "probe": {
      const outcome = await byApi(visitor, { method: "POST", path: `${mirror}/probe` });
      if (!outcome.ok) return outcome;
      return { ...outcome, says: "It is probed now: load the page again in some seconds." };
    }
    case "edit": {
      const before = (await visitor.office.list.inForce())?.entries.get(`mirrors/${name}`);
      if (before === undefined) return missing;
      return await put(entryOf(name, form, before as unknown as Site));
    }
    case "put": {
      const body = parsed(text("entry"));
      if (body === undefined) return { ok: false, says: "The entry is no JSON.", body: undefined };
      return await put(body);
    }
    case "remove": {
      if (text("confirm") !== name)
        return { ok: false, says: "The name isn't this mirror's.", body: undefined };
      const outcome = await byApi(visitor, { method: "DELETE", path: entry, headers });
      if (!outcome.ok) return outcome;
      return { ...outcome, says: `${name} is no longer in the list.`, goOn: "/operate/" };
    }
    default:
      return { ok: false, says: "Nothing was chosen.", body: undefined };
  }
}

const missing: FormOutcome = {
  ok: false,
  says: "There is no such mirror in the list any more.",
  body: undefined,
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
