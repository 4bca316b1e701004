/** IP databases that aren't as they should be: what is known of clients is less, and nothing fails. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CountryResponse, Reader } from "mmdb-lib";
import { describe, expect, test } from "vitest";
import { type DatabaseFault, openDatabases } from "../../../worker/geo/databases.ts";
import {
  ipv4Only,
  randomBytes,
  truncated,
  withDamagedRecords,
  withoutTree,
} from "./damaged-databases.ts";

const built = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../../geo-data/built/${file}`, import.meta.url)));
const country = built("country.mmdb");
const asn = built("asn.mmdb");

const bytesOf = (file: Buffer): ArrayBuffer => new Uint8Array(file).buffer;

function opened(files: { country?: Buffer; asn?: Buffer }) {
  const faults: DatabaseFault[] = [];
  const bytes = {
    ...(files.country && { country: bytesOf(files.country) }),
    ...(files.asn && { asn: bytesOf(files.asn) }),
  };
  return { locate: openDatabases(bytes, (fault) => faults.push(fault)), faults };
}

test("whole databases have no fault, nor have missing ones", () => {
  const { locate, faults } = opened({ country, asn });
  expect(locate.country("130.149.7.1")).toBe("DE");
  expect(locate.asn("2001:4860:4860::8888")).toBe(15169);
  const none = opened({});
  expect([none.locate.country("130.149.7.1"), none.locate.asn("8.8.8.8")]).toEqual([
    undefined,
    undefined,
  ]);
  expect([...faults, ...none.faults]).toEqual([]);
});

describe("a database that can't be read answers nothing, says so once, and leaves the other alone", () => {
  test.each([
    ["truncated", truncated(country), /^The IP database country\.mmdb can't be read \(/],
    ["random", randomBytes(100_000), /can't be read/],
    ["a few random bytes", randomBytes(7), /can't be read/],
    ["empty", Buffer.alloc(0), /can't be read \(it is empty\)/],
    ["zeros", Buffer.alloc(100_000), /can't be read/],
    ["a page of HTML", Buffer.from("<!doctype html><title>404</title>"), /can't be read/],
    ["shorter than its index", withoutTree(country), /it is shorter than its own index/],
  ])("%s", (_, file, said) => {
    const { locate, faults } = opened({ country: file, asn });
    for (const address of ["130.149.7.1", "2001:4860:4860::8888"]) {
      expect(locate.country(address)).toBeUndefined();
    }
    expect(locate.asn("8.8.8.8")).toBe(15169);
    expect(faults).toEqual([{ database: "country", detail: expect.stringMatching(said) }]);
    expect(faults[0]?.detail).toMatch(/Build it anew .*, and start the service again\.$/);
  });
});

test("records that can't be read are told once, and the client is placed without them", () => {
  const { locate, faults } = opened({ country: withDamagedRecords(country) });
  const addresses = ["130.149.7.1", "200.160.2.3", "193.0.6.139", "2001:4860:4860::8888"];
  for (const address of addresses) expect(locate.country(address)).toBeUndefined();
  expect(faults).toEqual([{ database: "country", detail: expect.stringContaining("is damaged") }]);
});

test("a database of IPv4 addresses says nothing of IPv6 clients", () => {
  const file = ipv4Only("SE");
  // The trap: the library reads the first 32 bits as if they were an IPv4 address.
  expect(new Reader<CountryResponse>(file).get("2001:4860:4860::8888")).toEqual({
    country_code: "SE",
  });
  const { locate, faults } = opened({ country: file });
  expect(locate.country("192.0.2.1")).toBe("SE");
  expect(locate.country("2001:4860:4860::8888")).toBeUndefined();
  expect(faults).toEqual([
    { database: "country", detail: expect.stringContaining("has IPv4 addresses alone") },
  ]);
});
