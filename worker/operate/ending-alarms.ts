/** Alarms of keys that end soon. Pure. */
import type { SeenAlarm } from "../events/alarm-changes.ts";
import type { EndingKey } from "../list/ending-keys.ts";

/** @param now Unix ms */
export function keyAlarms(keys: readonly EndingKey[], now: number): SeenAlarm[] {
  return keys.map(({ repository, fingerprint, ends }) => {
    const day = new Date(ends).toISOString().slice(0, 10);
    const when = ends <= now ? `ended on ${day}` : `ends on ${day}`;
    return {
      name: `key ${repository} ${fingerprint}`,
      detail: `The key ${fingerprint} that ${repository} trusts ${when}. List its successor beside it before.`,
      repository,
    };
  });
}
