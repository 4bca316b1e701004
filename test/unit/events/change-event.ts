/** A change of a mirror's state as an event, as Fleet's changes become ones. */

import type { NewEvent } from "../../../worker/events/event.ts";
import { stateEvent } from "../../../worker/events/happenings.ts";

/** @param at Unix ms */
export function changeEvent(mirror: string, to: string, at: number): NewEvent {
  return stateEvent({
    id: 1,
    at: new Date(at).toISOString(),
    mirror,
    repository: "debian",
    scheme: "https",
    axis: "state",
    from: "up",
    to,
    why: "a test",
  });
}
