/** Accounts and tokens over HTTP: the first sign-in, principals, tokens, and oneself. */
import type { Principal, Token } from "../../accounts/account.ts";
import type { RefusalKind, Refused } from "../../accounts/outcome.ts";
import { may } from "../../accounts/roles.ts";
import { scopeText } from "../../accounts/scopes.ts";
import type { MadeToken } from "../../accounts/tokens.ts";
import { allVerbs, roles } from "../../accounts/verbs.ts";
import { needing } from "../answer-api.ts";
import type { ApiAnswer, ApiRequest, ApiRoute, Need } from "../api-route.ts";
import { problem } from "../problem.ts";
import * as s from "../schemas.ts";

const principal = s.object({
  name: s.text,
  role: { enum: roles },
  mirrors: { ...s.listOf(s.text), description: "Of a mirror-admin: the mirrors it looks after." },
  contact: s.text,
  created: s.moment,
  disabled: s.orNull(s.moment),
});

const token = s.object({
  id: { ...s.text, description: "Its public name: the first part of the secret." },
  principal: s.text,
  scopes: s.listOf(s.text),
  description: s.text,
  created: s.moment,
  expires: s.moment,
  used: { ...s.orNull(s.moment), description: "Last use, to the hour." },
  revoked: s.orNull(s.object({ at: s.moment, why: s.text })),
});

export const madeToken = s.object({
  token,
  secret: { ...s.text, description: "Shown this once, and kept nowhere: only its hash is." },
});

const scopes = {
  ...s.listOf(s.text),
  description:
    "Each narrows what the token may: `verbs=mirror.*`, `mirrors=a.example`, `repositories=debian`. None: all that its account may.",
};

const wantedToken = s.object(
  {
    principal: { ...s.text, description: "Whose it is; absent: one's own." },
    scopes,
    description: s.text,
    days: {
      type: "integer",
      minimum: 1,
      description: "How long it works; 90 where it is left out.",
    },
    why: s.why,
  },
  ["description"],
);

const accountChange = {
  role: { enum: roles },
  mirrors: s.listOf(s.text),
  contact: s.text,
  why: s.why,
};

/** Principals and tokens of a page. */
const pageSize = 100;
const dayMs = 24 * 3600 * 1000;

export const accountRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/me",
    says: "Read who one is, and what one may do",
    needs: needing("account.read-own"),
    gives: { 200: s.object({ principal, token, verbs: s.listOf(s.text) }) },
    async answer({ signedIn }) {
      const verbs = allVerbs.filter((verb) => {
        const [mirror] = signedIn.principal.mirrors;
        const resource = {
          principal: signedIn.principal.name,
          mirror: mirror ?? "any",
          repository: "any",
        };
        return may(signedIn.principal, signedIn.token, verb, resource).allowed;
      });
      const body = {
        principal: toldPrincipal(signedIn.principal),
        token: toldToken(signedIn.token),
        verbs,
      };
      return { status: 200, body };
    },
  },
  {
    method: "GET",
    path: "/api/v1/principals",
    says: "Read all accounts",
    needs: needing("account.read"),
    query: [{ name: "after", says: "Names behind this one: of the page before.", schema: s.text }],
    gives: { 200: s.pageOf("principals", principal) },
    async answer({ office, query, path }) {
      const found = office.accountStore.principals(query.get("after") ?? "", pageSize);
      const last = found.at(-1);
      const next =
        found.length < pageSize || last === undefined
          ? null
          : `${path}?after=${encodeURIComponent(last.name)}`;
      return { status: 200, body: { principals: found.map(toldPrincipal), next } };
    },
  },
  {
    method: "POST",
    path: "/api/v1/principals",
    says: "Add an account",
    more: "It has no token yet: make one with `POST /api/v1/tokens`.",
    needs: needing("account.add"),
    takes: s.object({ name: s.text, ...accountChange }, ["name", "role"]),
    gives: { 201: principal },
    refuses: [409, 507],
    atOnce({ office, act, body }) {
      const { name = "", role = "", mirrors = [], contact = "" }: WantedAccount = Object(body);
      const added = office.accounts.add(act, { name, role, mirrors, contact });
      return "refused" in added ? refusal(added) : { status: 201, body: toldPrincipal(added.done) };
    },
  },
  {
    method: "GET",
    path: "/api/v1/principals/{name}",
    says: "Read an account",
    needs: needing("account.read"),
    gives: { 200: principal },
    refuses: [404],
    async answer({ office, params }) {
      const found = office.accountStore.principal(params.name ?? "");
      return found === undefined
        ? unknownAccount(params.name)
        : { status: 200, body: toldPrincipal(found) };
    },
  },
  {
    method: "PATCH",
    path: "/api/v1/principals/{name}",
    says: "Change an account's role, mirrors or contact",
    needs: needing("account.edit"),
    takes: s.object(accountChange, []),
    takesType: "application/merge-patch+json",
    gives: { 200: principal },
    refuses: [404, 409],
    atOnce({ office, act, body, params }) {
      const { role, mirrors, contact }: WantedAccount = Object(body);
      const change = {
        ...(role !== undefined && { role }),
        ...(mirrors !== undefined && { mirrors }),
        ...(contact !== undefined && { contact }),
      };
      const edited = office.accounts.edit(act, params.name ?? "", change);
      return "refused" in edited
        ? refusal(edited)
        : { status: 200, body: toldPrincipal(edited.done) };
    },
  },
  switchRoute("disable", "account.disable", "Have none of an account's tokens work"),
  switchRoute("enable", "account.enable", "Have an account's tokens work again"),
  {
    method: "DELETE",
    path: "/api/v1/principals/{name}",
    says: "Erase an account, with all addresses kept of it",
    more: "What it did stays in the audit log by its name.",
    needs: needing("account.erase"),
    gives: { 200: s.object({ erased: s.text }) },
    refuses: [404, 409],
    atOnce({ office, act, params }) {
      const name = params.name ?? "";
      const erased = office.accounts.erase(act, name, () => office.idempotency.erase(name));
      return "refused" in erased ? refusal(erased) : { status: 200, body: erased.done };
    },
  },
  {
    method: "GET",
    path: "/api/v1/tokens",
    says: "Read what is known of tokens",
    query: [{ name: "principal", says: "Whose; one's own where it is left out.", schema: s.text }],
    needs: ownOrAll("token.read-own", "token.read", ({ query }) => query.get("principal")),
    gives: { 200: s.object({ tokens: s.listOf(token) }) },
    refuses: [404],
    async answer({ office, query, signedIn }) {
      const name = query.get("principal") ?? signedIn.principal.name;
      if (office.accountStore.principal(name) === undefined) return unknownAccount(name);
      return { status: 200, body: { tokens: office.accountStore.tokensOf(name).map(toldToken) } };
    },
  },
  {
    method: "POST",
    path: "/api/v1/tokens",
    says: "Make a token",
    more: "It may never do more than the token that asks for it: it gets that one's scopes too.",
    needs: ownOrAll("token.create-own", "token.create", ({ body }) => textIn(body, "principal")),
    takes: wantedToken,
    gives: { 201: madeToken },
    refuses: [404, 409, 507],
    atOnce({ office, act, body, signedIn }) {
      const wanted: WantedTokenBody = Object(body);
      const {
        principal: name = signedIn.principal.name,
        scopes: narrowed = [],
        description = "",
        days,
      } = wanted;
      const lifetime = days === undefined ? {} : { lifetimeMs: days * dayMs };
      const made = office.tokens.create(
        act,
        { principal: name, scopes: narrowed, description, ...lifetime },
        signedIn.token,
      );
      return "refused" in made ? refusal(made) : shownToken(made.done);
    },
  },
  {
    method: "DELETE",
    path: "/api/v1/tokens/{id}",
    says: "Revoke a token, for good",
    query: [
      {
        name: "withMade",
        says: "`true`: also the tokens that it made, as a leaked one may have.",
        schema: { enum: ["true", "false"] },
      },
    ],
    needs: revokeNeeds,
    gives: {
      200: s.object({
        revoked: s.listOf(s.text),
        left: { ...s.listOf(s.text), description: "Made by it for others: `token.revoke` needed." },
      }),
    },
    refuses: [404, 409],
    atOnce({ office, act, params, query, signedIn }) {
      const others = may(signedIn.principal, signedIn.token, "token.revoke").allowed;
      const how = { withMade: query.get("withMade") === "true", others };
      const revoked = office.tokens.revoke(act, params.id ?? "", how);
      return "refused" in revoked ? refusal(revoked) : { status: 200, body: revoked.done };
    },
  },
];

interface WantedAccount {
  name?: string;
  role?: string;
  mirrors?: readonly string[];
  contact?: string;
}

interface WantedTokenBody {
  principal?: string;
  scopes?: readonly string[];
  description?: string;
  days?: number;
}

/** A token just made, with its secret. */
export function shownToken({ token: made, secret }: MadeToken): ApiAnswer {
  return { status: 201, body: { token: toldToken(made), secret: secret.show() }, hasSecret: true };
}

function switchRoute(
  to: "disable" | "enable",
  verb: "account.disable" | "account.enable",
  says: string,
): ApiRoute {
  return {
    method: "POST",
    path: `/api/v1/principals/{name}/${to}`,
    says,
    needs: needing(verb),
    takes: s.object({ why: s.why }, ["why"]),
    gives: { 200: principal },
    refuses: [404, 409],
    atOnce({ office, act, params }) {
      const switched = office.accounts[to](act, params.name ?? "");
      return "refused" in switched
        ? refusal(switched)
        : { status: 200, body: toldPrincipal(switched.done) };
    },
  };
}

/** One verb where it is about oneself, another where it is about others. */
function ownOrAll(
  own: Need["verb"],
  all: Need["verb"],
  whose: (request: ApiRequest) => string | null | undefined,
): ApiRoute["needs"] {
  return (request) => {
    const name = whose(request) ?? request.signedIn.principal.name;
    const isOwn = name === request.signedIn.principal.name;
    return [{ verb: isOwn ? own : all, resource: { principal: name } }];
  };
}

function revokeNeeds({ office, params, signedIn }: ApiRequest): readonly Need[] {
  const name = signedIn.principal.name;
  if (params.id === signedIn.token.id)
    return [{ verb: "token.revoke-this", resource: { principal: name } }];
  const owner = office.accountStore.token(params.id ?? "")?.principal;
  const verb = owner === name ? "token.revoke-own" : "token.revoke";
  return [{ verb, resource: { principal: owner ?? "" } }];
}

const statuses: Readonly<Record<RefusalKind, number>> = {
  wrong: 422,
  unknown: 404,
  conflict: 409,
  full: 507,
};

/** What accounts refuse, as an answer. */
export function refusal({ refused, why }: Refused): Response {
  return problem(statuses[refused], { detail: why });
}

function unknownAccount(name = ""): Response {
  return problem(404, { detail: `There is no account ${name.slice(0, 80)}.` });
}

function toldPrincipal({ created, disabled, ...rest }: Principal) {
  return {
    ...rest,
    created: iso(created),
    disabled: disabled === undefined ? null : iso(disabled),
  };
}

function toldToken({
  created,
  expires,
  used,
  revoked,
  scopes: narrowed,
  id,
  principal: name,
  description,
}: Token) {
  return {
    id,
    principal: name,
    scopes: narrowed.map(scopeText),
    description,
    created: iso(created),
    expires: iso(expires),
    used: used === undefined ? null : iso(used),
    revoked: revoked === undefined ? null : { at: iso(revoked.at), why: revoked.why },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function textIn(body: unknown, field: string): string | undefined {
  const value: unknown = Reflect.get(Object(body), field);
  return typeof value === "string" ? value : undefined;
}
