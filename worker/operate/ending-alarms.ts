/** Alarms of what ends soon: keys and certificates. Pure. */
import type { SeenAlarm } from "../events/alarm-changes.ts";
import type { RaisedAlarm } from "../events/event-store.ts";
import type { EndingCertificate } from "../health/certificates/ending-certificates.ts";
import type { EndingKey } from "../list/ending-keys.ts";

const dayMs = 24 * 3600 * 1000;

/**
 * Days before an end at which its alarm is told again. Before the first of them it is told once: a key 45 days before, a
 * certificate 14. ACME renews a month before the end, so that a certificate of seven days left has failed to renew for weeks.
 */
const toldAgainDays = [7, 3, 1, 0] as const;

/** @param now Unix ms */
export function keyAlarms(keys: readonly EndingKey[], now: number): SeenAlarm[] {
  return keys.map(({ repository, fingerprint, ends }) => ({
    name: `key ${repository} ${fingerprint}`,
    detail: `The key ${fingerprint} that ${repository} trusts ${endText(ends, now)}. List its successor beside it before.`,
    repository,
    step: stepOf(ends, now),
  }));
}

/** @param now Unix ms */
export function certificateAlarms(
  certificates: readonly EndingCertificate[],
  now: number,
): SeenAlarm[] {
  return certificates.map(({ mirror, until }) => ({
    name: `certificate ${mirror}`,
    detail: `The certificate of ${mirror} ${endText(until, now)}. Ask who looks after the mirror.`,
    mirror,
    step: stepOf(until, now),
  }));
}

/** Alarms of certificates that are on, where nobody can tell how they are: they stay as they are. */
export function keptCertificates(raised: readonly RaisedAlarm[]): SeenAlarm[] {
  return raised.filter(({ name }) => name.startsWith("certificate "));
}

/** How many of the thresholds are still ahead: less is nearer. */
function stepOf(ends: number, now: number): number {
  return toldAgainDays.filter((days) => ends - now > days * dayMs).length;
}

function endText(ends: number, now: number): string {
  const day = new Date(ends).toISOString().slice(0, 10);
  return ends <= now ? `ended on ${day}` : `ends on ${day}`;
}
