/** A Durable Object's alarm over the platform's storage. */
import type { ObjectAlarm } from "./object-alarm.ts";

/** The alarm of the Durable Object whose storage this is. */
export function durableAlarm(storage: DurableObjectStorage): ObjectAlarm {
  return {
    get: () => storage.getAlarm(),
    set: (at) => storage.setAlarm(at),
    delete: () => storage.deleteAlarm(),
  };
}
