/** The time zone of this machine. */

/** What says it. */
export interface TimeZoneWorld {
  /** The variable of the environment; absent: not set. */
  TZ: string | undefined;
  /** Where `/etc/localtime` leads. Throws where it is no link. */
  localtime(): string;
  /** As ICU finds it, by comparing files where need be. */
  icu(): string;
}

/** Behind it a path has the zone's name; `posix` and `right` tell how leap seconds are counted (tzfile(5)). */
const linked = /\/zoneinfo\/(?:posix\/|right\/)?([A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*)$/;
/** Names of zones that are places. Others of `TZ` may be rules (`CET-1CEST`), which ICU reads. */
const place = /^:?([A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/;

/**
 * Its IANA name. ICU is asked last: its data, once read, are 8 MB of the launcher's memory (Node 24.21) for as long as it
 * runs.
 */
export function ownTimeZone({ TZ, localtime, icu }: TimeZoneWorld): string {
  if (TZ !== undefined) return place.exec(TZ)?.[1] ?? icu();
  try {
    return linked.exec(localtime())?.[1] ?? icu();
  } catch {
    return icu();
  }
}
