/** The console's page of webhooks: where events go, how their deliveries stand. */
import { eventTypes } from "../../events/event.ts";
import { html } from "../../http/html.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  sentOr,
  type Visitor,
} from "./visitor.ts";

export function webhooksPage(visitor: Visitor, outcome?: FormOutcome): Response {
  const { office } = visitor;
  if (!allows(visitor, "webhook.read")) {
    return consolePage(visitor, {
      status: 403,
      title: "Webhooks",
      main: html`<h1>Webhooks</h1><p>Your account may not see webhooks.</p>`,
    });
  }
  const all = office.webhookStore.all();
  const made: unknown = Reflect.get(Object(outcome?.body), "secret");
  return consolePage(
    visitor,
    {
      title: "Webhooks",
      main: html`<h1>Webhooks</h1>
${typeof made === "string" && html`<figure><figcaption>The secret that signs its deliveries, shown this once</figcaption><pre tabindex="0">${made}</pre></figure>`}
${
  all.length === 0
    ? html`<p>There are none.</p>`
    : html`<table class="stack"><thead><tr><th>Where to</th><th>Events</th><th>State</th><th><span class="only">Do</span></th></tr></thead><tbody>${all.map(
        (one) => {
          const { error, lost, attempts } = office.webhookStore.state(one.id);
          const state =
            one.disabled ?? (error === "" ? "well" : `${error} Tried ${attempts} times.`);
          return html`<tr><td>${new URL(one.url).host}<br><span class="quiet">${one.description}</span></td><td data-is="Events">${one.types.join(", ") || "all"}</td><td data-is="State">${state}${lost > 0 && ` ${lost} events were given up.`}</td><td><form method="post">${formField(visitor)}<input type="hidden" name="id" value="${one.id}"><button name="do" value="test">Try</button> <button name="do" value="${one.disabled === undefined ? "disable" : "enable"}">${one.disabled === undefined ? "Disable" : "Enable"}</button></form><details><summary>Remove</summary><form method="post">${formField(visitor)}<input type="hidden" name="id" value="${one.id}"><button class="grave" name="do" value="remove">Remove it for good</button></form></details></td></tr>`;
        },
      )}</tbody></table>`
}
${allows(visitor, "webhook.add") && html`<h2>Add a webhook</h2><form class="row" method="post">${formField(visitor)}<label>URL <input type="text" name="url" required size="40" placeholder="https://" value="${sentOr(visitor, "url")}"></label><label>What for <input type="text" name="description" maxlength="200" value="${sentOr(visitor, "description")}"></label><label>Events <select name="types"><option value="">all</option>${Object.keys(eventTypes).map((one) => html`<option>${one}</option>`)}</select></label><button name="do" value="add">Add it</button></form>`}`,
    },
    outcome,
  );
}

export async function changeWebhooks(
  visitor: Visitor,
  form: URLSearchParams,
): Promise<FormOutcome> {
  const text = (field: string) => (form.get(field) ?? "").trim();
  const path = `/api/v1/webhooks/${encodeURIComponent(text("id"))}`;
  switch (text("do")) {
    case "add":
      return await byApi(visitor, {
        method: "POST",
        path: "/api/v1/webhooks",
        body: {
          url: text("url"),
          description: text("description"),
          types: text("types") === "" ? [] : [text("types")],
        },
      });
    case "test": {
      const outcome = await byApi(visitor, { method: "POST", path: `${path}/test` });
      const error: unknown = Reflect.get(Object(outcome.body), "error");
      return outcome.ok && error !== "" ? { ...outcome, ok: false, says: String(error) } : outcome;
    }
    case "enable":
    case "disable":
      return await byApi(visitor, { method: "POST", path: `${path}/${text("do")}` });
    case "remove":
      return await byApi(visitor, { method: "DELETE", path });
    default:
      return { ok: false, says: "Nothing was chosen.", body: undefined };
  }
}
