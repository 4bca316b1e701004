/** Which mirrors' certificates end soon, by what is kept of their targets. Pure. */
import type { TargetRecord } from "../record.ts";
import { certificateWarningMs } from "./certificates.ts";

/** A mirror's certificate that ends soon, or has ended. */
export interface EndingCertificate {
  mirror: string;
  /** Unix ms. */
  until: number;
}

/**
 * The earliest end of each mirror's certificates, where it is near. It goes by what is kept of a target, not by the
 * warnings of its last probes: not each region sees a certificate each time, and an alarm would come and go.
 *
 * @param records of each mirror's targets
 * @param now Unix ms
 */
export function endingCertificates(
  records: Iterable<readonly [mirror: string, records: readonly TargetRecord[]]>,
  now: number,
): EndingCertificate[] {
  const ending: EndingCertificate[] = [];
  for (const [mirror, all] of records) {
    const ends = all.flatMap(({ certificateUntil: until, state }) => {
      if (until === undefined || until - now >= certificateWarningMs) return [];
      // By an ended one nobody could reach it: it has another, whose end isn't known.
      return until <= now && state === "up" ? [] : [until];
    });
    if (ends.length > 0) ending.push({ mirror, until: Math.min(...ends) });
  }
  return ending;
}
