/** Drain, disable and enable of many mirrors at once: one version of the list, all of them or none. */

import { problem } from "../../http/problem.ts";
import type { EntryChanges, ListEntries } from "../../list/entries.ts";
import { mergePatch } from "../../list/merge-patch.ts";
import type { ApiRequest, ApiRoute, Need } from "../api-route.ts";
import { changeList } from "../change-list.ts";
import { noList } from "../list-answers.ts";
import * as s from "../schemas.ts";
import { asValue, stateNeed, until, wantedState } from "./mirror-routes.ts";

/** Mirrors of one request: more than the largest list has. */
const maxMirrors = 5000;

const mirrors = {
  type: "array",
  items: s.text,
  minItems: 1,
  maxItems: maxMirrors,
  uniqueItems: true,
  description: "Their names.",
};

const made = s.object({
  version: s.integer,
  changes: s.listOf(s.entryChange),
  warnings: s.listOf(s.fault),
});

export const bulkRoutes: readonly ApiRoute[] = [
  bulkRoute("drain", "drained", "Send several mirrors no new clients"),
  bulkRoute("disable", "disabled", "Leave several mirrors alone altogether"),
  bulkRoute("enable", undefined, "Bring several mirrors back"),
];

function bulkRoute(
  verb: "drain" | "disable" | "enable",
  is: "drained" | "disabled" | undefined,
  says: string,
): ApiRoute {
  return {
    method: "POST",
    path: `/api/v1/bulk/${verb}`,
    says,
    more: "One version of the list has all of it: where one mirror can't be changed, none is. Each has to be allowed as by itself.",
    needs: (request) => needs(request, `mirror.${verb}`),
    takes: s.object({ mirrors, why: s.why, ...(is !== undefined && { until }) }, [
      "mirrors",
      "why",
    ]),
    gives: { 200: made },
    refuses: [404, 409],
    answer: async (request) => await change(request, `mirror.${verb}`, is),
  };
}

function namesIn({ body }: ApiRequest): string[] {
  const names: unknown = Reflect.get(Object(body), "mirrors");
  return Array.isArray(names) ? names.filter((one) => typeof one === "string") : [];
}

async function needs(request: ApiRequest, verb: Need["verb"]): Promise<readonly Need[]> {
  const { office } = request;
  const entries = (await office.list.inForce())?.entries;
  return namesIn(request).map((name) => stateNeed(office, entries, { verb, name }));
}

async function change(
  request: ApiRequest,
  verb: Need["verb"],
  is: "drained" | "disabled" | undefined,
) {
  const list = await request.office.list.inForce();
  if (list === undefined) return noList();
  const names = namesIn(request);
  const missing = names.filter((name) => !list.entries.has(`mirrors/${name}`));
  if (missing.length > 0) {
    const which = missing.slice(0, 10).join(", ").slice(0, 500);
    return problem(404, { detail: `Not in the list: ${which}. Nothing was changed.` });
  }
  const state = wantedState(request, is);
  if (state instanceof Response) return state;
  // Made of what each is when it is written: an edit of other fields meanwhile is no conflict.
  const changes = (entries: ListEntries): EntryChanges =>
    new Map(
      names.flatMap((name) => {
        const place = `mirrors/${name}`;
        const before = entries.get(place);
        return before === undefined ? [] : [[place, asValue(mergePatch(before, { state }))]];
      }),
    );
  // Whoever asks what was done with a mirror finds it, however many were changed with it.
  return await changeList(request, { changes }, () => ({ verb }), maxMirrors);
}
