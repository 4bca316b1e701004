/** Everyday verbs of mirrors over HTTP: drain, disable, enable, weight, probe now, sync finished. */
import type { Role } from "../../accounts/verbs.ts";
import { problem } from "../../http/problem.ts";
import type { EntryValue, ListEntries } from "../../list/entries.ts";
import { mergePatch } from "../../list/merge-patch.ts";
import { readUntil } from "../../list/moment.ts";
import type { Json } from "../../runtime/canonical-json.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute, Need } from "../api-route.ts";
import { changeList } from "../change-list.ts";
import { noList } from "../list-answers.ts";
import type { Office } from "../office.ts";
import * as s from "../schemas.ts";

const made = s.object({
  version: s.integer,
  changes: s.listOf(s.entryChange),
  warnings: s.listOf(s.fault),
});

const repository = {
  ...s.text,
  description: "Only this repository on the mirror; absent: the mirror as a whole.",
};
export const until = {
  ...s.text,
  description:
    "A moment (`2026-12-01T06:00Z`) or a duration from now (`2h`, `3d`). Absent: until it is enabled.",
};
const taken = s.object({ why: s.why, until, repository }, ["why"]);

export const mirrorRoutes: readonly ApiRoute[] = [
  stateRoute(
    "drain",
    "drained",
    "Send a mirror no new clients",
    "It is probed on, and serves those who ask it by name.",
  ),
  stateRoute("disable", "disabled", "Leave a mirror alone altogether", "No clients and no probes."),
  {
    method: "POST",
    path: "/api/v1/mirrors/{name}/enable",
    says: "Bring a mirror back",
    more: "Ends a drain, or enables it again. Clients come back step by step, as it is probed.",
    needs: (request) => stateNeeds(request, "mirror.enable"),
    takes: s.object({ why: s.why, repository }, ["why"]),
    gives: { 200: made },
    refuses: [404, 409],
    answer: async (request) => await setState(request, undefined),
  },
  {
    method: "POST",
    path: "/api/v1/mirrors/{name}/weight",
    says: "Change a mirror's share of clients",
    more: "`capacity` in Mbit/s: among mirrors that are about as near, clients are shared by it.",
    needs: needing("mirror.weight"),
    takes: s.object({ capacity: { type: "number", exclusiveMinimum: 0 }, why: s.why }),
    gives: { 200: made },
    refuses: [404, 409],
    async answer(request) {
      const capacity = Number(Reflect.get(Object(request.body), "capacity"));
      return await changeMirror(request, "mirror.weight", (before) =>
        mergePatch(before, { capacity }),
      );
    },
  },
  {
    method: "POST",
    path: "/api/v1/mirrors/{name}/probe",
    says: "Have a mirror probed at once",
    needs: needing("mirror.probe"),
    gives: { 202: s.object({ mirror: s.text, accepted: { const: true } }) },
    refuses: [404, 409, 503],
    answer: async (request) => await probed(request, true),
  },
  {
    method: "POST",
    path: "/api/v1/mirrors/{name}/synced",
    says: "Say that a mirror has finished a sync",
    more: "It is probed at once, so that clients come as soon as it has what is new. For the mirror's own hook.",
    needs: needing("mirror.synced"),
    gives: { 202: s.object({ mirror: s.text, accepted: { const: true } }) },
    refuses: [404, 409, 503],
    answer: async (request) => await probed(request, false),
  },
];

function stateRoute(
  verb: "drain" | "disable",
  is: "drained" | "disabled",
  says: string,
  more: string,
): ApiRoute {
  return {
    method: "POST",
    path: `/api/v1/mirrors/{name}/${verb}`,
    says,
    more,
    needs: (request) => stateNeeds(request, `mirror.${verb}`),
    takes: taken,
    gives: { 200: made },
    refuses: [404, 409],
    answer: async (request) => await setState(request, is),
  };
}

/** A mirror-admin doesn't bring back what an operator took out: who did it counts. */
async function stateNeeds(request: ApiRequest, verb: Need["verb"]): Promise<readonly Need[]> {
  const { office, params } = request;
  const repositoryName = fieldOf(request.body, "repository");
  const entries = (await office.list.inForce())?.entries;
  return [stateNeed(office, entries, { verb, name: params.name ?? "", repositoryName })];
}

/** What a change of a mirror's state asks for. */
export function stateNeed(
  office: Office,
  entries: ListEntries | undefined,
  { verb, name, repositoryName }: StateNeed,
): Need {
  const by = stateIn(entries?.get(`mirrors/${name}`), repositoryName)?.by;
  const heldBy: Role | undefined =
    by === undefined ? undefined : (office.accountStore.principal(by)?.role ?? "admin");
  const resource = {
    mirror: name,
    ...(repositoryName !== undefined && { repository: repositoryName }),
    ...(heldBy !== undefined && { heldBy }),
  };
  return { verb, resource };
}

interface StateNeed {
  verb: Need["verb"];
  name: string;
  repositoryName?: string | undefined;
}

function stateIn(
  value: EntryValue | undefined,
  repositoryName: string | undefined,
): { by: string } | undefined {
  const whole: unknown =
    repositoryName === undefined
      ? value
      : Reflect.get(Object(Reflect.get(Object(value), "repositories")), repositoryName);
  const by: unknown = Reflect.get(Object(Reflect.get(Object(whole), "state")), "by");
  return typeof by === "string" ? { by } : undefined;
}

async function setState(request: ApiRequest, is: "drained" | "disabled" | undefined) {
  const repositoryName = fieldOf(request.body, "repository");
  const state = wantedState(request, is);
  if (state instanceof Response) return state;
  const verb =
    is === undefined ? "mirror.enable" : is === "drained" ? "mirror.drain" : "mirror.disable";
  return await changeMirror(request, verb, (before) => {
    if (repositoryName === undefined) return mergePatch(before, { state });
    const carried: unknown = Reflect.get(
      Object(Reflect.get(Object(before), "repositories")),
      repositoryName,
    );
    if (carried === undefined) {
      const name = request.params.name ?? "";
      return problem(404, {
        detail: `${name} has no repository ${repositoryName} of its own in the list.`,
      });
    }
    return mergePatch(before, { repositories: { [repositoryName]: { state } } });
  });
}

/** The state that a request asks for, as a merge patch has it; `null`: none, so that probes decide. */
export function wantedState(
  { body, act, office }: ApiRequest,
  is: "drained" | "disabled" | undefined,
): Json | Response {
  const wantedEnd = fieldOf(body, "until");
  const end: ReturnType<typeof readUntil> | Record<never, never> =
    wantedEnd === undefined ? {} : readUntil(wantedEnd, office.now());
  if ("fault" in end) {
    const detail = end.fault.replaceAll("--until", "`until`");
    return problem(422, { detail, errors: [{ pointer: "/until", detail }] });
  }
  if (is === undefined) return null;
  return { is, by: act.principal, why: act.why, until: null, ...end };
}

async function changeMirror(
  request: ApiRequest,
  verb: Need["verb"],
  edit: (before: Json) => Json | Response,
) {
  const { office, params } = request;
  const place = `mirrors/${params.name}`;
  const list = await office.list.inForce();
  if (list === undefined) return noList();
  const now = list.entries.get(place);
  if (now === undefined) return noMirror(params.name);
  const tried = edit(now);
  if (tried instanceof Response) return tried;
  // Made of what it is when it is written: an edit of other fields meanwhile is no conflict.
  const changes = (entries: ListEntries) => {
    const before = entries.get(place);
    if (before === undefined) return new Map();
    const after = edit(before);
    return new Map([[place, after instanceof Response ? before : asValue(after)]]);
  };
  return await changeList(request, { changes }, () => ({ verb }));
}

export function asValue(value: Json): EntryValue {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as EntryValue)
    : {};
}

async function probed(request: ApiRequest, isAudited: boolean) {
  const { office, params, act, finish } = request;
  const name = params.name ?? "";
  const list = await office.list.inForce();
  if (list !== undefined && !list.entries.has(`mirrors/${name}`)) return noMirror(name);
  if (office.others.probe === undefined) {
    const detail =
      "Nothing is probed here: PROBING is off, and a mirror's state stays unknown, which is usable. To have mirrors probed, set it to asked or all.";
    return problem(409, { detail });
  }
  try {
    await office.others.probe([name]);
  } catch (error) {
    office.log(`probe of ${name}: ${error instanceof Error ? error.message : error}`);
    return problem(503, {
      detail: "What probes can't be reached just now. Ask again shortly.",
      headers: { "Retry-After": "5" },
    });
  }
  const answer = { status: 202, body: { mirror: name, accepted: true } };
  office.sql.transaction(() => {
    if (isAudited) office.audit.append({ act, verb: "mirror.probe", resource: `mirror/${name}` });
    finish(answer);
  });
  return answer;
}

function noMirror(name = ""): Response {
  return problem(404, { detail: `There is no mirror ${name.slice(0, 120)} in the list.` });
}

function fieldOf(body: Json | undefined, field: string): string | undefined {
  const value: unknown = Reflect.get(Object(body), field);
  return typeof value === "string" && value !== "" ? value : undefined;
}
