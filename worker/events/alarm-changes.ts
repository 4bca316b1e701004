/** Which alarms were raised and which are over, from one look to the next. Pure. */
import type { NewEvent } from "./event.ts";
import type { RaisedAlarm } from "./event-store.ts";

/** An alarm that is on, as a look finds it. */
export interface SeenAlarm {
  /** The same for as long as it is on. */
  name: string;
  detail: string;
  repository?: string;
  mirror?: string;
  /** How near it is to what it warns of: told again when it becomes less. Absent: it has no steps. */
  step?: number;
}

/**
 * An alarm that isn't seen counts as over after this, ms: one look may miss it, as its source didn't answer, and one that
 * comes and goes would be a message each time.
 */
export const quietMs = 150_000;

export interface AlarmChanges {
  events: NewEvent[];
  /** To be kept as on, with when they were seen. */
  on: RaisedAlarm[];
  /** Names that are over. */
  over: string[];
}

/** @param now Unix ms */
export function alarmChanges(
  raised: readonly RaisedAlarm[],
  seen: readonly SeenAlarm[],
  now: number,
): AlarmChanges {
  const known = new Map(raised.map((alarm) => [alarm.name, alarm]));
  const changes: AlarmChanges = { events: [], on: [], over: [] };
  const names = new Set<string>();
  for (const alarm of seen) {
    // A name that comes twice is one alarm.
    if (names.has(alarm.name)) continue;
    names.add(alarm.name);
    changes.on.push({ ...alarm, seen: now });
    const before = known.get(alarm.name);
    // Where the step before isn't known it was told already.
    const isNearer = (alarm.step ?? 0) < (before?.step ?? 0);
    if (before === undefined || isNearer) {
      changes.events.push(alarmEvent("alarm.raised", alarm, now));
    }
  }
  for (const alarm of raised) {
    if (names.has(alarm.name) || now - alarm.seen < quietMs) continue;
    changes.over.push(alarm.name);
    changes.events.push(alarmEvent("alarm.cleared", alarm, now));
  }
  return changes;
}

function alarmEvent(
  type: "alarm.raised" | "alarm.cleared",
  { name, detail, repository, mirror }: SeenAlarm,
  at: number,
): NewEvent {
  return {
    type,
    at,
    ...(repository !== undefined && { repository }),
    ...(mirror !== undefined && { mirror }),
    says: type === "alarm.raised" ? `${name}: ${detail}` : `${name} is over. It was: ${detail}`,
    data: { name, detail },
  };
}
