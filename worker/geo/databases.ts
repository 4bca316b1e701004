/** The IP databases (country, ASN), read through `mmdb-lib`, the core of `maxmind` that runs in workerd. */
import { Buffer } from "node:buffer";
import { type AsnResponse, type CountryResponse, Reader } from "mmdb-lib";
import type { Locate } from "./client.ts";

/** The databases' bytes, as bindings give them; each may be missing. */
export interface DatabaseBytes {
  country?: ArrayBuffer | undefined;
  asn?: ArrayBuffer | undefined;
}

/**
 * Both databases as questions. A missing database answers nothing; an unreadable one throws
 * (at start, not per request: the reader checks the metadata when it is made).
 */
export function openDatabases(bytes: DatabaseBytes): Locate {
  const countries = open<CountryResponse>(bytes.country);
  const asns = open<AsnResponse>(bytes.asn);
  return {
    country: (address) => countryOf(countries?.get(address)),
    asn: (address) => asns?.get(address)?.autonomous_system_number,
  };
}

function open<T extends CountryResponse | AsnResponse>(
  bytes: ArrayBuffer | undefined,
): Reader<T> | undefined {
  // Buffer.from(ArrayBuffer) is a view, not a copy: the isolate holds each database once.
  return bytes === undefined ? undefined : new Reader<T>(Buffer.from(bytes));
}

/** MaxMind's own country databases nest the code, those of ip-location-db don't. */
function countryOf(record: CountryResponse | null | undefined): string | undefined {
  if (record === null || record === undefined) return undefined;
  const flat: unknown = Reflect.get(record, "country_code");
  return typeof flat === "string" ? flat : record.country?.iso_code;
}
