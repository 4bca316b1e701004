/** The console's page that adds a mirror. */
import { html } from "../../http/html.ts";
import type { ListEntries } from "../../list/entries.ts";
import { entryFields, entryOf, errorsElsewhere } from "./mirror-form.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  sentOr,
  type Visitor,
} from "./visitor.ts";

/** As the list's schema has it (`mirror-list/schema/mirror.schema.json`). */
const namePattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

export async function addPage(visitor: Visitor, outcome?: FormOutcome): Promise<Response> {
  const { office } = visitor;
  if (!allows(visitor, "mirror.add", { mirror: "any" })) {
    return consolePage(visitor, {
      status: 403,
      title: "Add a mirror",
      main: html`<h1>Add a mirror</h1><p>Your account may not add mirrors.</p>`,
    });
  }
  const repositories = repositoriesOf((await office.list.inForce())?.entries ?? new Map());
  const { errors = [] } = outcome ?? {};
  const told = outcome && { ...outcome, errors: errorsElsewhere(errors, repositories) };
  return consolePage(
    visitor,
    {
      title: "Add a mirror",
      main: html`<h1>Add a mirror</h1>
<p>It is probed as soon as it is in the list, and gets clients once it is up.</p>
<form method="post" action="/operate/add">${formField(visitor)}
${entryFields({ value: (field) => sentOr(visitor, field), repositories, errors, isNew: true })}
<div class="row"><label class="field">Why <input type="text" name="why" required maxlength="1000" size="40" value="${sentOr(visitor, "why")}"></label><button class="first">Add it</button> <a class="button" href="/operate/">Cancel</a></div></form>`,
    },
    told,
  );
}

/** The list's repositories, as forms ask for their paths. */
export function repositoriesOf(entries: ListEntries): { name: string; title: string }[] {
  return [...entries]
    .filter(([place]) => place.startsWith("repositories/"))
    .map(([place, value]) => {
      const name = place.slice("repositories/".length);
      const title: unknown = Reflect.get(Object(value), "title");
      return { name, title: typeof title === "string" ? title : name };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export async function addMirror(visitor: Visitor, form: URLSearchParams): Promise<FormOutcome> {
  const name = (form.get("name") ?? "").trim().toLowerCase();
  const list = await visitor.office.list.inForce();
  const fault = nameFault(name, list?.entries);
  if (fault !== undefined) {
    const errors = [{ pointer: "/name", detail: fault }];
    return { ok: false, says: "The name can't be taken.", body: undefined, errors };
  }
  const why = (form.get("why") ?? "").trim();
  const outcome = await byApi(visitor, {
    method: "PUT",
    path: `/api/v1/list/mirrors/${encodeURIComponent(name)}?why=${encodeURIComponent(why)}`,
    body: entryOf(name, form),
    headers: { "If-None-Match": "*" },
  });
  if (!outcome.ok) return outcome;
  const says = `${name} is in the list. It is probed now, and up within some rounds.`;
  return { ...outcome, says, goOn: `/operate/mirrors/${encodeURIComponent(name)}` };
}

function nameFault(name: string, entries: ListEntries | undefined): string | undefined {
  if (!namePattern.test(name)) {
    return "Write small letters, digits, dots and hyphens, as in ftp.example.org.";
  }
  return entries?.has(`mirrors/${name}`) ? `${name} is in the list already.` : undefined;
}
