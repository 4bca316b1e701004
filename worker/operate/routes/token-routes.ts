/** Tokens over HTTP: read, made, revoked. */
import { may } from "../../accounts/roles.ts";
import type { MadeToken } from "../../accounts/tokens.ts";
import type { ApiAnswer, ApiRequest, ApiRoute, Need } from "../api-route.ts";
import * as s from "../schemas.ts";
import { refusal, token, toldToken, unknownAccount } from "../told-accounts.ts";

/** A token just made, as `shownToken` shows it. */
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

const dayMs = 24 * 3600 * 1000;

export const tokenRoutes: readonly ApiRoute[] = [
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

function textIn(body: unknown, field: string): string | undefined {
  const value: unknown = Reflect.get(Object(body), field);
  return typeof value === "string" ? value : undefined;
}
