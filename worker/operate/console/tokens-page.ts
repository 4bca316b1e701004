/** The console's page of tokens: one's own, and for admins those of all accounts. */
import { tokenEnd } from "../../accounts/account.ts";
import { scopeText } from "../../accounts/scopes.ts";
import { roles } from "../../accounts/verbs.ts";
import { type Html, html } from "../../http/html.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  type Visitor,
} from "./visitor.ts";

export function tokensPage(visitor: Visitor, outcome?: FormOutcome): Response {
  const { session, query, office } = visitor;
  const own = session.principal.name;
  const isAdmin = allows(visitor, "token.read");
  const whose = isAdmin ? (query.get("principal") ?? own) : own;
  const made: unknown = Reflect.get(Object(outcome?.body), "secret");
  return consolePage(
    visitor,
    {
      title: "Tokens",
      main: html`<h1>Tokens of ${whose}</h1>
${typeof made === "string" && html`<figure><figcaption>The new token, shown this once</figcaption><pre tabindex="0">${made}</pre></figure>`}
${tokenTable(visitor, whose)}
<h2>Make a token</h2>
<form class="row" method="post">${formField(visitor)}<input type="hidden" name="principal" value="${whose}"><label>What for <input type="text" name="description" required maxlength="200"></label><label>Scopes <input type="text" name="scopes" placeholder="verbs=mirror.* mirrors=a.example" size="30"></label><label>Days <input type="number" name="days" min="1" max="366" value="${usualDays}"></label><button name="do" value="create">Make it</button></form>
${allows(visitor, "account.read") && accounts(visitor)}`,
    },
    outcome === undefined ? undefined : { ...outcome, says: outcome.ok ? "" : outcome.says },
  );

  function accounts(of: Visitor): Html {
    const all = office.accountStore.principals("", 200);
    return html`<h2>Accounts</h2><table class="stack"><thead><tr><th>Name</th><th>Role</th><th>Mirrors</th><th>State</th></tr></thead><tbody>${all.map(
      (one) =>
        html`<tr><td><a href="/operate/tokens?principal=${encodeURIComponent(one.name)}">${one.name}</a></td><td data-is="Role">${one.role}</td><td data-is="Mirrors">${one.mirrors.join(", ")}</td><td>${one.disabled !== undefined && "disabled"}</td></tr>`,
    )}</tbody></table>
<h3>Add an account</h3><form class="row" method="post">${formField(of)}<label>Name <input type="text" name="name" required maxlength="64"></label><label>Role <select name="role">${roles.map((role) => html`<option${role === "reader" && html` selected`}>${role}</option>`)}</select></label><label>Mirrors of a mirror-admin <input type="text" name="mirrors"></label><label>Contact <input type="text" name="contact" maxlength="200"></label><button name="do" value="add-account">Add it</button></form>`;
  }
}

function tokenTable(visitor: Visitor, whose: string): Html {
  const { office, visit } = visitor;
  const now = office.now();
  const tokens = office.accountStore.tokensOf(whose);
  return html`<table class="stack"><thead><tr><th>Token</th><th>What for</th><th>Scopes</th><th>Last use</th><th>Ends</th><th><span class="only">Do</span></th></tr></thead><tbody>${tokens.map(
    (token) =>
      html`<tr><td><code>${token.id}</code></td><td data-is="What for">${token.description}</td><td data-is="Scopes">${token.scopes.map(scopeText).join(" ")}</td><td data-is="Last use">${token.used === undefined ? "never" : visit.shown.moment(token.used)}</td><td data-is="Ends">${visit.shown.moment(token.expires)}</td><td>${tokenEnd(token, now) === undefined ? html`<details><summary aria-label="Revoke ${token.id}">Revoke</summary><form method="post">${formField(visitor)}<input type="hidden" name="id" value="${token.id}"><button class="grave" name="do" value="revoke">Revoke ${token.id}: it stops working</button></form></details>` : "ended"}</td></tr>`,
  )}</tbody></table>`;
}

/** How long a token lasts where nobody says, days. */
const usualDays = 90;

export async function changeTokens(visitor: Visitor, form: URLSearchParams): Promise<FormOutcome> {
  const text = (field: string) => (form.get(field) ?? "").trim();
  const words = (field: string) =>
    text(field)
      .split(/[\s,]+/)
      .filter((one) => one !== "");
  switch (text("do")) {
    case "create": {
      const days = text("days") === "" ? usualDays : Number(text("days"));
      if (!Number.isInteger(days) || days < 1) {
        const says = `The days are "${text("days").slice(0, 80)}": write a whole number from 1 to 366.`;
        return { ok: false, says, body: undefined };
      }
      const body = {
        principal: text("principal"),
        description: text("description"),
        scopes: text("scopes")
          .split(/\s+/)
          .filter((one) => one !== ""),
        days,
      };
      return await byApi(visitor, { method: "POST", path: "/api/v1/tokens", body });
    }
    case "revoke":
      return await byApi(visitor, {
        method: "DELETE",
        path: `/api/v1/tokens/${encodeURIComponent(text("id"))}`,
      });
    case "add-account": {
      const body = {
        name: text("name"),
        role: text("role"),
        mirrors: words("mirrors"),
        contact: text("contact"),
      };
      return await byApi(visitor, { method: "POST", path: "/api/v1/principals", body });
    }
    default:
      return { ok: false, says: "Nothing was chosen.", body: undefined };
  }
}
