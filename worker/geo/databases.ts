/** The IP databases (country, ASN), read through `mmdb-lib`, the core of `maxmind` that runs in workerd. */
import { Buffer } from "node:buffer";
import { type AsnResponse, type CountryResponse, Reader } from "mmdb-lib";
import { reasonOf } from "../runtime/reason.ts";
import type { Locate } from "./client.ts";

/** The databases' bytes, as bindings give them; each may be missing. */
export interface DatabaseBytes {
  country?: ArrayBuffer | undefined;
  asn?: ArrayBuffer | undefined;
}

/** What is wrong with one of them. */
export interface DatabaseFault {
  /** `country` or `asn`, as the file is called. */
  database: keyof DatabaseBytes;
  /** What is wrong, what it means, and what to do. */
  detail: string;
}

/** Bytes between the search tree and the data (MaxMind DB format 2.0, "Data Section Separator"). */
const separatorBytes = 16;

/**
 * Both databases as questions. One that is missing, or can't be read, answers nothing: a client is then placed by less,
 * and served all the same.
 *
 * @param tell gets each fault once: when a database is opened, or later when a record in it can't be read
 */
export function openDatabases(bytes: DatabaseBytes, tell: (fault: DatabaseFault) => void): Locate {
  const countries = new Database<CountryResponse>("country", bytes.country, tell);
  const asns = new Database<AsnResponse>("asn", bytes.asn, tell);
  return {
    country: (address) => countryOf(countries.get(address)),
    asn: (address) => numberOf(asns.get(address)),
  };
}

/** One file. Never throws. */
class Database<T extends CountryResponse | AsnResponse> {
  readonly #name: keyof DatabaseBytes;
  readonly #tell: (fault: DatabaseFault) => void;
  readonly #reader: Reader<T> | undefined;
  #isDamaged = false;

  constructor(
    name: keyof DatabaseBytes,
    bytes: ArrayBuffer | undefined,
    tell: (fault: DatabaseFault) => void,
  ) {
    this.#name = name;
    this.#tell = tell;
    if (bytes === undefined) return;
    try {
      this.#reader = openReader<T>(bytes);
    } catch (error) {
      this.#fault(`can't be read (${reasonOf(error)}): clients are placed without it.`);
      return;
    }
    if (this.#reader.metadata.ipVersion === 4) {
      this.#fault("has IPv4 addresses alone: clients with IPv6 are placed without it.");
    }
  }

  /** What is known of an address, in the spelling of `Address.text`. */
  get(address: string): T | null | undefined {
    const reader = this.#reader;
    if (reader === undefined) return undefined;
    // mmdb-lib 3.0.3 looks up the first 32 bits of an IPv6 address there, and answers with whose IPv4 address they are.
    if (reader.metadata.ipVersion === 4 && address.includes(":")) return undefined;
    try {
      return reader.get(address);
    } catch (error) {
      if (!this.#isDamaged) {
        this.#isDamaged = true;
        this.#fault(`is damaged (${reasonOf(error)}): some clients are placed without it.`);
      }
      return undefined;
    }
  }

  #fault(what: string): void {
    const detail = `The IP database ${this.#name}.mmdb ${what} Build it anew (npm run geo-data), and start the service again.`;
    this.#tell({ database: this.#name, detail });
  }
}

/** @throws where the file isn't one, or is shorter than it says */
function openReader<T extends CountryResponse | AsnResponse>(bytes: ArrayBuffer): Reader<T> {
  if (bytes.byteLength === 0) throw new Error("it is empty");
  // Buffer.from(ArrayBuffer) is a view, not a copy: the isolate holds each database once.
  const reader = new Reader<T>(Buffer.from(bytes));
  const { ipVersion, searchTreeSize } = reader.metadata;
  if (ipVersion !== 4 && ipVersion !== 6) throw new Error(`it is of IP version ${ipVersion}`);
  if (!(searchTreeSize + separatorBytes <= bytes.byteLength)) {
    throw new Error("it is shorter than its own index");
  }
  return reader;
}

/** MaxMind's own country databases nest the code, those of ip-location-db don't. */
function countryOf(record: CountryResponse | null | undefined): string | undefined {
  if (record === null || record === undefined) return undefined;
  const flat: unknown = Reflect.get(Object(record), "country_code");
  const code: unknown = typeof flat === "string" ? flat : record.country?.iso_code;
  return typeof code === "string" ? code : undefined;
}

function numberOf(record: AsnResponse | null | undefined): number | undefined {
  const number: unknown = record?.autonomous_system_number;
  return typeof number === "number" ? number : undefined;
}
