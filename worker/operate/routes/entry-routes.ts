/** Single entries of the list over HTTP: read, put, patch, remove; each write says which version it was made of. */

import { problem } from "../../http/problem.ts";
import { type EntryValue, folderOf } from "../../list/entries.ts";
import { mergePatch } from "../../list/merge-patch.ts";
import type { Json } from "../../runtime/canonical-json.ts";
import { ownValue } from "../../runtime/own-value.ts";
import type { ApiRequest, ApiRoute, Need } from "../api-route.ts";
import { changeList } from "../change-list.ts";
import { noList } from "../list-answers.ts";
import * as s from "../schemas.ts";

const made = s.object({
  version: s.integer,
  changes: s.listOf(s.entryChange),
  warnings: s.listOf(s.fault),
});

const path = "/api/v1/list/{folder}/{name}";
const ofEntry =
  "`folder` is `mirrors`, `repositories`, `keys` or `images`. A name with slashes is written with `%2F`.";
const conditional = `${ofEntry} \`If-Match\` has the \`ETag\` that the entry was read with.`;

export const entryRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path,
    says: "Read an entry of the list",
    more: ofEntry,
    needs: (request) => needsOf(request, "read"),
    gives: { 200: s.entryValue },
    refuses: [404, 409],
    async answer(request) {
      const found = await entryOf(request);
      if (found instanceof Response) return found;
      const { value, changed, place } = found;
      if (value === undefined) return noEntry(place);
      return { status: 200, body: value, headers: { ETag: `"${changed}"` } };
    },
  },
  {
    method: "PUT",
    path,
    says: "Add an entry, or put another in its place",
    more: `${conditional} A new entry needs none, or \`If-None-Match: *\`.`,
    needs: (request) => needsOf(request, "put"),
    takes: s.entryValue,
    query: [{ name: "why", says: "Why, in a sentence.", schema: s.text }],
    gives: { 200: made },
    refuses: [404, 409, 412, 428],
    answer: async (request) => await write(request, (_, sent) => sent),
  },
  {
    method: "PATCH",
    path,
    says: "Change some fields of an entry",
    more: `A JSON Merge Patch (RFC 7396): \`null\` removes a field. ${conditional}`,
    needs: (request) => needsOf(request, "patch"),
    takes: { type: "object" },
    takesType: "application/merge-patch+json",
    query: [{ name: "why", says: "Why, in a sentence.", schema: s.text }],
    gives: { 200: made },
    refuses: [404, 409, 412, 428],
    answer: async (request) => await write(request, (before, patch) => mergePatch(before, patch)),
  },
  {
    method: "DELETE",
    path,
    says: "Remove an entry",
    more: conditional,
    needs: (request) => needsOf(request, "remove"),
    query: [{ name: "why", says: "Why, in a sentence.", schema: s.text }],
    gives: { 200: made },
    refuses: [404, 409, 412, 428],
    answer: async (request) => await write(request, () => null),
  },
];

type Doing = "read" | "put" | "patch" | "remove";

/** Fields that a verb of their own is for: who may change these alone needs no more. */
const fieldVerbs: Readonly<Record<string, Need["verb"]>> = {
  base: "mirror.urls",
  contact: "mirror.contact",
  capacity: "mirror.weight",
};

async function needsOf(request: ApiRequest, doing: Doing): Promise<readonly Need[] | Response> {
  const found = await entryOf(request);
  if (found instanceof Response) return found;
  const { place, value } = found;
  const name = request.params.name ?? "";
  const verb = doing === "put" ? (value === undefined ? "add" : "edit") : doing;
  if (place.startsWith("mirrors/")) {
    const resource = { mirror: name };
    if (verb === "patch" || verb === "edit") {
      const fields = touched(request, value, doing);
      const needed = new Set(fields.map((field) => ownValue(fieldVerbs, field) ?? "mirror.edit"));
      return (needed.size === 0 ? ["mirror.edit" as const] : [...needed]).map((one) => ({
        verb: one,
        resource,
      }));
    }
    return [{ verb: `mirror.${verb}` as const, resource }];
  }
  if (place.startsWith("repositories/")) {
    const resource = { repository: name };
    return [{ verb: `repository.${verb === "patch" ? "edit" : verb}` as const, resource }];
  }
  return [{ verb: doing === "read" ? "list.read" : "list.apply", resource: {} }];
}

/** Top fields that a write changes. */
function touched({ body }: ApiRequest, before: EntryValue | undefined, doing: Doing): string[] {
  const sent = Object(body);
  if (doing === "patch") return Object.keys(sent);
  const old = Object(before);
  const all = [...new Set([...Object.keys(sent), ...Object.keys(old)])];
  return all.filter(
    (field) => JSON.stringify(Reflect.get(sent, field)) !== JSON.stringify(Reflect.get(old, field)),
  );
}

/** An entry by the request's path. */
interface FoundEntry {
  place: string;
  value: EntryValue | undefined;
  /** The version that changed it last. */
  changed: number;
}

async function entryOf({ office, params }: ApiRequest): Promise<FoundEntry | Response> {
  const place = `${params.folder}/${params.name}`;
  if (folderOf(place) === undefined) {
    const detail = `There can't be an entry ${place.slice(0, 200)}: folders are mirrors, repositories, keys and images, and names are those of files.`;
    return problem(404, { detail });
  }
  const list = await office.list.inForce();
  if (list === undefined) return noList();
  const changed = office.listStore.changed(place) ?? list.version;
  return { place, value: list.entries.get(place), changed };
}

function noEntry(place: string): Response {
  return problem(404, { detail: `The list has no entry ${place}.` });
}

async function write(request: ApiRequest, make: (before: Json, sent: Json) => Json | null) {
  const found = await entryOf(request);
  if (found instanceof Response) return found;
  const { place, value, changed } = found;
  if (value === undefined && request.method !== "PUT") return noEntry(place);
  const unmet = preconditionOf(request, found);
  if (unmet !== undefined) return unmet;
  const why = request.query.get("why")?.slice(0, 1000) ?? "";
  const act = { ...request.act, why };
  const changes = (entries: ReadonlyMap<string, EntryValue>) => {
    const after = make(entries.get(place) ?? null, request.body ?? null);
    return new Map([[place, isValue(after) ? after : null]]);
  };
  const verb = await auditedVerb(request, value);
  return await changeList(
    { ...request, act },
    { expected: new Map([[place, value === undefined ? null : changed]]), changes },
    () => ({ verb }),
  );
}

/** The audit log has the widest of the verbs that were needed. */
async function auditedVerb(request: ApiRequest, value: EntryValue | undefined) {
  const doing = { PUT: "put", PATCH: "patch", DELETE: "remove", GET: "read", POST: "put" } as const;
  const needs = await needsOf(request, doing[request.method]);
  const verbs = needs instanceof Response ? [] : needs.map(({ verb }) => verb);
  return (
    verbs.find((verb) => verb.endsWith(".edit")) ??
    verbs[0] ??
    (value === undefined ? "mirror.add" : "mirror.edit")
  );
}

function isValue(value: Json | null): value is EntryValue {
  return (
    typeof value === "string" ||
    (typeof value === "object" && value !== null && !Array.isArray(value))
  );
}

/** RFC 9110, section 13.1; RFC 6585, section 3. */
function preconditionOf(
  { headers, method }: ApiRequest,
  { value, changed, place }: FoundEntry,
): Response | undefined {
  const match = headers.get("If-Match");
  const none = headers.get("If-None-Match");
  const more = { version: changed };
  if (value === undefined) {
    if (match === null) return undefined;
    return problem(412, { detail: `The list has no entry ${place}: If-Match can't be met.`, more });
  }
  if (none === "*") {
    return problem(412, {
      detail: `There is an entry ${place} already. Send If-Match to change it.`,
      more,
    });
  }
  if (match === null) {
    const detail = `${method} of an entry that is there needs If-Match with the ETag it was read with, so that nobody's change is lost.`;
    return problem(428, { detail, more });
  }
  const tags = match.split(",").map((tag) => tag.trim());
  if (tags.includes("*") || tags.includes(`"${changed}"`)) return undefined;
  const detail = `Somebody changed ${place} since it was read. Read it again, and repeat the change on what it is now.`;
  return problem(412, { detail, more });
}
