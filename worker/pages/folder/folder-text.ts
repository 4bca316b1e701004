/** Sizes and times as people read them on a folder page. Pure. */

const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/** `1.4 MiB`; bytes below 1024 are exact. */
export function sizeForPeople(size: number): string {
  if (size < 1024) return `${size} B`;
  let value = size / 1024;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** `2025-06-07 09:12`, UTC. @param told as `timeForPrograms` gives it */
export function timeForPeople(told: string): string {
  return told.slice(0, 16).replace("T", " ");
}

/** `2025-06-07T09:12:00Z`. @param ms Unix */
export function timeForPrograms(ms: number): string {
  // Half of what `toISOString` takes, and a folder has 15,000.
  const at = new Date(ms);
  const day = `${at.getUTCFullYear()}-${twoDigits(at.getUTCMonth() + 1)}-${twoDigits(at.getUTCDate())}`;
  return `${day}T${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}:${twoDigits(at.getUTCSeconds())}Z`;
}

/** `3 minutes`, `2 hours`, `5 days`. */
export function ageForPeople(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [count, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / (24 * 60)), "day"];
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
