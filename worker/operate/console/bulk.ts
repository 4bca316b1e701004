/** Drain and enable for several mirrors: those that were chosen, or all that the filter shows, which is asked back. */
import { type Html, html } from "../../http/html.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { filterOf, isWanted, rowsOf } from "./mirror-rows.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  sentOr,
  type Visitor,
} from "./visitor.ts";

/** What is done when nobody says why: an enable needs no reason. */
const noReason = "From the console.";

/** Lengths of a drain as people want them; any other can be written. */
export const untilChoices = html`<datalist id="lengths">${["1h", "4h", "12h", "1d", "3d", "7d"].map((one) => html`<option value="${one}">`)}</datalist>`;

/** @param count how many mirrors the filter shows, on all pages */
export function bulkForm(visitor: Visitor, count: number): Html {
  const isAll = sentOr(visitor, "scope") === "all";
  return html`<fieldset><legend>Drain or enable</legend>
<label class="choice"><input type="radio" name="scope" value="chosen"${!isAll && html` checked`}> the mirrors that are chosen above</label>
<label class="choice"><input type="radio" name="scope" value="all"${isAll && html` checked`}> ${count === 1 ? "the one" : `all ${count}`} that the filter shows (you are asked again)</label>
<div class="row"><label class="field">Why <input type="text" name="why" required maxlength="1000" size="40" value="${sentOr(visitor, "why")}"></label>
<label class="field">Until <input type="text" name="until" list="lengths" autocomplete="off" placeholder="2h, 3d, 2026-12-01T06:00Z" aria-describedby="until-empty" maxlength="40" value="${sentOr(visitor, "until")}"></label>${untilChoices}
<div><button class="first" name="do" value="drain">Drain</button> <button name="do" value="enable" formnovalidate>Enable</button></div></div>
<p class="quiet" id="until-empty">A drained mirror gets no new clients, and is probed on. Without an end it stays drained until it is enabled.</p></fieldset>`;
}

/** What a form of the list asks for: all of it in one version of the list, or nothing. */
export async function changeMirrors(
  visitor: Visitor,
  form: URLSearchParams,
): Promise<FormOutcome | Response> {
  const verb = form.get("do") === "enable" ? "enable" : "drain";
  const why = (form.get("why") ?? "").trim();
  const until = (form.get("until") ?? "").trim();
  const isAll = form.get("scope") === "all";
  const names = isAll ? await shownNames(visitor, verb) : form.getAll("mirror");
  if (names.length === 0) return { ok: false, says: "No mirror was chosen.", body: undefined };
  if (verb === "drain" && why === "")
    return { ok: false, says: "Say why: whoever comes next reads it.", body: undefined };
  if (isAll && form.get("sure") !== nameOf(names))
    return confirmPage(visitor, form, { verb, names, why, until });
  const outcome = await byApi(visitor, {
    method: "POST",
    path: `/api/v1/bulk/${verb}`,
    body: {
      mirrors: names,
      why: why === "" ? noReason : why,
      ...(verb === "drain" && until !== "" && { until }),
    },
  });
  if (!outcome.ok) return outcome;
  const changes: unknown = Reflect.get(Object(outcome.body), "changes");
  const done = Array.isArray(changes) ? changes.length : 0;
  const past = verb === "drain" ? "drained" : "enabled";
  return {
    ...outcome,
    says: `${countOf(done)} ${past}${done < names.length ? `; ${countOf(names.length - done)} had nothing to change` : ""}.`,
  };
}

async function shownNames(visitor: Visitor, verb: "drain" | "enable"): Promise<string[]> {
  const filter = filterOf(visitor.query);
  const { rows } = await rowsOf(visitor);
  return rows
    .filter((row) => isWanted(row, filter))
    .map(({ name }) => name)
    .filter((name) => allows(visitor, `mirror.${verb}`, { mirror: name }));
}

/** Stands for these very names: whoever confirms them confirms no others. */
function nameOf(names: readonly string[]): string {
  return sha256Of(names.join("\n")).slice(0, 32);
}

function countOf(mirrors: number): string {
  return mirrors === 1 ? "1 mirror" : `${mirrors} mirrors`;
}

interface Wanted {
  verb: "drain" | "enable";
  names: readonly string[];
  why: string;
  until: string;
}

function confirmPage(
  visitor: Visitor,
  form: URLSearchParams,
  { verb, names, why, until }: Wanted,
): Response {
  const title = `${verb === "drain" ? "Drain" : "Enable"} ${countOf(names.length)}?`;
  const search = visitor.query.toString();
  const back = search === "" ? "/operate/" : `/operate/?${search}`;
  const hidden = { scope: "all", why, until, sure: nameOf(names) };
  return consolePage(visitor, {
    title,
    main: html`<h1>${title}</h1>
${form.has("sure") && html`<p class="note failed" role="alert">The filter shows other mirrors than before: look again.</p>`}
<dl class="facts">${why !== "" && html`<dt>Why</dt><dd>${why}</dd>`}${verb === "drain" && html`<dt>Until</dt><dd>${until === "" ? "they are enabled" : until}</dd>`}</dl>
<form class="row" method="post" action="${back}">${formField(visitor)}${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="first" name="do" value="${verb}">Yes, ${verb} ${names.length === 1 ? "it" : `all ${names.length}`}</button> <a class="button" href="${back}">No, go back</a></form>
<h2>These are</h2>
<p>${names.join(", ")}</p>`,
  });
}
