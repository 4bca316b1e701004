/** What became of a change of the list, as the API tells it. */

import { type Fault, problem } from "../http/problem.ts";
import type { ListChange } from "../list/kept-list.ts";
import type { Problem } from "../list/problem.ts";
import type { ApiAnswer } from "./api-route.ts";

/** Faults told of one change; a list with more is another list. */
const maxFaults = 200;

/** Problems of the list as faults of what was sent. */
export function faultsOfList(problems: readonly Problem[]): Fault[] {
  return problems.slice(0, maxFaults).map(({ file, pointer = "", message }) => ({
    ...(file !== "" && { entry: file }),
    pointer,
    detail: message,
  }));
}

/** The service has no list with entries, which only a deployment without `list-entries` can be. */
export function noList(): Response {
  return problem(409, {
    detail:
      "The service has the list that its script was built with, and not its entries: give it a whole list first, with `nearmirror apply`.",
  });
}

/** A change that was made. */
export type MadeChange = Extract<ListChange, { version: number; changes: unknown }>;

/** The change that was made, or the answer where none was. */
export function madeOrAnswer(change: ListChange): MadeChange | ApiAnswer | Response {
  if ("version" in change) return change;
  if ("unchanged" in change) {
    return { status: 200, body: { version: change.unchanged, changes: [], warnings: [] } };
  }
  if ("absent" in change) return noList();
  if ("errors" in change) {
    const detail = "The list would have errors, so nothing was changed: `errors` has each place.";
    return problem(422, { detail, errors: faultsOfList(change.errors) });
  }
  const { conflict, places } = change;
  const which =
    places.length === 0
      ? ""
      : ` (${places.slice(0, 10).join(", ")}${places.length > 10 ? ", and more" : ""})`;
  return problem(412, {
    detail: `Somebody else changed the list since${which}, so nothing was changed. Read it again, and repeat the change on what it is now.`,
    more: { version: conflict, places: places.slice(0, maxFaults) },
  });
}

export function toldChange({ version, changes, warnings }: MadeChange): ApiAnswer {
  return {
    status: 200,
    body: { version, changes, warnings: faultsOfList(warnings) },
    headers: { ETag: `"${version}"` },
  };
}
