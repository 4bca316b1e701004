/** Accounts over HTTP: oneself, and all principals. */
import { may } from "../../accounts/roles.ts";
import { allVerbs, roles } from "../../accounts/verbs.ts";
import { needing } from "../answer-api.ts";
import type { ApiRoute } from "../api-route.ts";
import * as s from "../schemas.ts";
import {
  principal,
  refusal,
  token,
  toldPrincipal,
  toldToken,
  unknownAccount,
} from "../told-accounts.ts";

const accountChange = {
  role: { enum: roles },
  mirrors: s.listOf(s.text),
  contact: s.text,
  why: s.why,
};

/** Accounts of a page. */
const pageSize = 100;

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
];

interface WantedAccount {
  name?: string;
  role?: string;
  mirrors?: readonly string[];
  contact?: string;
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
