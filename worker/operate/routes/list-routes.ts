/** The list over HTTP: read it, see what files would change, apply them, go back to a version. */

import { problem } from "../../http/problem.ts";
import type { EntryChanges, EntryValue, ListEntries } from "../../list/entries.ts";
import { type AskedChange, wholeList } from "../../list/kept-list.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute } from "../api-route.ts";
import { changeList } from "../change-list.ts";
import { faultsOfList, noList } from "../list-answers.ts";
import * as s from "../schemas.ts";

const changesMade = s.object({
  version: s.integer,
  changes: s.listOf(s.entryChange),
  warnings: s.listOf(s.fault),
});

const planned = s.object({
  base: {
    ...s.integer,
    description: "Send it with `apply`: it is refused where the list changed since.",
  },
  changes: s.listOf(s.entryChange),
  errors: s.listOf(s.fault),
  warnings: s.listOf(s.fault),
});

/** `entries`: the whole list as it is to be. `changes`: entries that change; `null` removes one. */
const wanted = {
  entries: s.entryValues,
  changes: { type: "object", additionalProperties: s.orNull(s.entryValue) },
};

export const listRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/list",
    says: "Read the mirror list that is in force",
    more: "With all entries, as `plan` and `apply` take them. `owner` is `folder` until somebody changes the list through this API: until then the files' list is served.",
    needs: needing("list.read"),
    gives: {
      200: s.object({
        version: s.integer,
        owner: { enum: ["folder", "service"] },
        entries: s.entryValues,
        changed: {
          type: "object",
          additionalProperties: s.integer,
          description: "The version that changed an entry last.",
        },
      }),
    },
    refuses: [409],
    async answer({ office }) {
      const list = await office.list.inForce();
      if (list === undefined) return noList();
      const { version, owner, entries } = list;
      const changed = office.listStore.changedAll();
      const body = {
        version,
        owner,
        entries: Object.fromEntries(entries),
        changed: Object.fromEntries(changed),
      };
      return { status: 200, body, headers: { ETag: `"${version}"` } };
    },
  },
  {
    method: "POST",
    path: "/api/v1/list/plan",
    says: "See what a change of the list would do",
    more: "Nothing is written. Send the whole list as `entries`, or the entries that change as `changes`.",
    needs: needing("list.plan"),
    takes: s.object(wanted, []),
    gives: { 200: planned },
    refuses: [409],
    async answer({ office, body }) {
      const changes = wantedChanges(body);
      if (changes instanceof Response) return changes;
      const plan = await office.list.plan(changes);
      if (plan === undefined) return noList();
      const { base, errors, warnings } = plan;
      return {
        status: 200,
        body: {
          base,
          changes: plan.changes,
          errors: faultsOfList(errors),
          warnings: faultsOfList(warnings),
        },
      };
    },
  },
  {
    method: "POST",
    path: "/api/v1/list/apply",
    says: "Change the list as planned",
    more: "All of it or nothing. `base` is the version that the plan was made for: where the list has another by now, the answer is 412 and nothing changes.",
    needs: needing("list.apply"),
    takes: s.object({ ...wanted, base: s.integer, why: s.why }, ["base", "why"]),
    gives: { 200: changesMade },
    refuses: [409, 412],
    async answer(request) {
      const changes = wantedChanges(request.body);
      if (changes instanceof Response) return changes;
      const base: unknown = Reflect.get(Object(request.body), "base");
      return await changeList(request, { base: Number(base), changes }, () => ({
        verb: "list.apply",
      }));
    },
  },
  {
    method: "GET",
    path: "/api/v1/list/versions",
    says: "Read the list's versions, newest first",
    needs: needing("list.read"),
    query: [
      {
        name: "before",
        says: "Versions older than this one: of the page before.",
        schema: s.integer,
      },
      { name: "limit", says: "How many, 1 to 100; 50 where it is left out.", schema: s.integer },
    ],
    gives: {
      200: s.pageOf(
        "versions",
        s.object({ version: s.integer, at: s.moment, by: s.text, why: s.text, changes: s.integer }),
      ),
    },
    async answer({ office, query, path }) {
      const limit = Math.min(100, Math.max(1, Number(query.get("limit") ?? 50) || 50));
      const before = Number(query.get("before") ?? Number.NaN);
      const versions = office.list.versions(limit, Number.isNaN(before) ? undefined : before);
      const last = versions.at(-1);
      const hasMore = versions.length === limit && last !== undefined;
      const next = hasMore ? `${path}?before=${last.version}&limit=${limit}` : null;
      const told = versions.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
      return { status: 200, body: { versions: told, next } };
    },
  },
  {
    method: "GET",
    path: "/api/v1/list/versions/{version}",
    says: "Read what a version changed",
    needs: needing("list.read"),
    gives: {
      200: s.object({
        version: s.integer,
        changes: s.listOf(
          s.object({
            place: s.text,
            before: s.orNull(s.entryValue),
            after: s.orNull(s.entryValue),
          }),
        ),
      }),
    },
    refuses: [404],
    async answer({ office, params }) {
      const version = Number(params.version);
      if (office.listStore.entriesAt(version) === undefined) return noVersion(params.version);
      return { status: 200, body: { version, changes: office.listStore.changesOf(version) } };
    },
  },
  {
    method: "POST",
    path: "/api/v1/list/versions/{version}/restore",
    says: "Go back to a version of the list",
    more: "As a new version, so that nothing is lost. `base` is the version that is in force, as you know it.",
    needs: needing("list.apply"),
    takes: s.object({ base: s.integer, why: s.why }),
    gives: { 200: changesMade },
    refuses: [404, 412],
    async answer(request) {
      const { office, params, body } = request;
      const then = office.listStore.entriesAt(Number(params.version));
      if (then === undefined) return noVersion(params.version);
      const base = Number(Reflect.get(Object(body), "base"));
      return await changeList(request, { base, changes: wholeList(then) }, () => ({
        verb: "list.apply",
      }));
    },
  },
];

function noVersion(version = ""): Response {
  const detail = `There is no version ${version.slice(0, 40)} of the list, or it isn't kept any more. /api/v1/list/versions has those that are.`;
  return problem(404, { detail });
}

/** What a body wants of the list. */
function wantedChanges(body: ApiRequest["body"]): AskedChange["changes"] | Response {
  const entries = valuesIn(Reflect.get(Object(body), "entries"));
  const changes = valuesIn(Reflect.get(Object(body), "changes"));
  if ((entries === undefined) === (changes === undefined)) {
    return problem(422, {
      detail: "Send either `entries`, the whole list, or `changes`, the entries that change.",
    });
  }
  if (changes !== undefined) return () => changes;
  const whole = new Map<string, EntryValue>();
  for (const [place, value] of entries ?? []) if (value !== null) whole.set(place, value);
  const list: ListEntries = whole;
  return wholeList(list);
}

/** The schema has seen to it that these are values of entries. */
function valuesIn(value: unknown): EntryChanges | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries: [string, EntryValue | null][] = Object.entries(value);
  return new Map(entries);
}
