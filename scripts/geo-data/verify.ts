/** Checks freshly made databases through the reader that the service uses, before they are put in place. */
import { type AsnResponse, type CountryResponse, Reader } from "mmdb-lib";
import { type AddressWords, addressText, compareAddresses } from "./address-words.ts";
import type { ValueRange } from "./mmdb-tree.ts";

/** Every how many ranges one is looked up again. A prime, so that no pattern in the list hides between. */
const SAMPLE_EVERY = 101;

/** What country.mmdb holds for an address; mmdb-lib's types know only MaxMind's own databases. */
interface CountryRecord extends CountryResponse {
  country_code: string;
}

/** Throws when the bytes are no country database of both address families that knows a well-known address. */
export function checkCountryDatabase(bytes: Buffer): void {
  const reader = new Reader<CountryRecord>(bytes);
  if (reader.metadata.ipVersion !== 6 || reader.get("8.8.8.8")?.country_code !== "US") {
    throw new Error("country.mmdb is not the database of both address families it should be");
  }
}

/** The first sampled range whose ends, or the gap before it, don't read back as they should. Ranges are in order. */
export function findAsnMistake(bytes: Buffer, ranges: ValueRange[]): ValueRange | undefined {
  const reader = new Reader<AsnResponse>(bytes);
  const asnAt = (words: AddressWords) => reader.get(addressText(words))?.autonomous_system_number;
  return ranges.find((range, index) => {
    if (index % SAMPLE_EVERY !== 0) return false;
    if (asnAt(range.start) !== range.value || asnAt(range.end) !== range.value) return true;
    const before = addressBefore(range.start);
    const previous = ranges[index - 1];
    if (before === undefined || previous === undefined) return false;
    const inPrevious = compareAddresses(previous.end, before) === 0;
    return asnAt(before) !== (inPrevious ? previous.value : undefined);
  });
}

/** The address one below, where that needs no borrow; ranges nearly never start elsewhere in IPv4's last word. */
function addressBefore([a, b, c, d]: AddressWords): AddressWords | undefined {
  return d > 0 ? [a, b, c, d - 1] : undefined;
}
