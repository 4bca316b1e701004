/** Keys and certificates that end soon are alarms, and events to whoever wants them. */
import { generateKey } from "openpgp";
import { expect, it } from "vitest";
import {
  type EndingCertificate,
  endingCertificates,
} from "../../../worker/health/certificates/ending-certificates.ts";
import { emptyRecord, type TargetRecord } from "../../../worker/health/record.ts";
import { endingKeyMs, endingKeys } from "../../../worker/list/ending-keys.ts";
import type { EntryValue, ListEntries } from "../../../worker/list/entries.ts";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import { openOffice, start } from "./office.ts";

const dayMs = 24 * 3600 * 1000;

/** A list whose repository trusts a key that ends so many days after `start`; undefined: never. */
async function listWithKey(
  days: number | undefined,
): Promise<{ entries: ListEntries; fingerprint: string }> {
  const { publicKey } = await generateKey({
    userIDs: [{ name: "Of a test" }],
    date: new Date(start - 100 * dayMs),
    format: "object",
    ...(days !== undefined && { keyExpirationTime: ((days + 100) * dayMs) / 1000 }),
  });
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  const repository = {
    name: "debian",
    kind: "apt",
    title: "Debian",
    origin: "http://ftp.debian.org/debian/",
    keys: [{ file: "a.gpg", fingerprints: [fingerprint] }],
  };
  const entries = new Map<string, EntryValue>([
    ["repositories/debian", repository],
    ["keys/a.gpg", Buffer.from(publicKey.write()).toString("base64")],
  ]);
  return { entries, fingerprint };
}

it("a key that ends within 45 days is told with its end; one that ends later, or never, isn't", async () => {
  const soon = await listWithKey(44);
  const ends = start + 44 * dayMs;
  expect(await endingKeys(soon.entries, start)).toEqual([
    { repository: "debian", fingerprint: soon.fingerprint, ends },
  ]);
  expect(endingKeyMs).toBe(45 * dayMs);
  expect(await endingKeys((await listWithKey(46)).entries, start)).toEqual([]);
  expect(await endingKeys((await listWithKey(undefined)).entries, start)).toEqual([]);
  const past = await listWithKey(-1);
  expect((await endingKeys(past.entries, start))[0]?.ends).toBe(start - dayMs);
});

it("both are raised once, and certificates are events of their mirror", async () => {
  const database = emptyDatabase();
  const { entries, fingerprint } = await listWithKey(10);
  const world = openOffice(database.sql, {
    given: entries,
    certificates: async () => [{ mirror: "a.example", until: start + 3.5 * dayMs }],
  });
  await world.office.minute([]);
  world.clock.now += 11 * 60_000;
  await world.office.minute([]);
  world.clock.now += 60_000;
  await world.office.minute([]);
  const events = world.office.eventStore.behind(0, 10);
  expect(events.map(({ type, mirror, repository }) => [type, mirror, repository])).toEqual([
    ["alarm.raised", "a.example", undefined],
    ["alarm.raised", undefined, "debian"],
  ]);
  expect(events[1]?.says).toContain(fingerprint);
  expect(events[1]?.says).toContain("2026-12-02");
  database.close();
});

it("a certificate's alarm is told when it begins, again at each nearer threshold, and when it is over", async () => {
  const database = emptyDatabase();
  const until = start + 10 * dayMs;
  let found: (() => EndingCertificate[]) | "nobody answers" = () => [
    { mirror: "a.example", until },
  ];
  const world = openOffice(database.sql, {
    certificates: async () => {
      if (found === "nobody answers") throw new Error("not there");
      return found();
    },
  });
  const told: string[] = [];
  /** Each minute of some hours, as the service looks. */
  const hours = async (count: number) => {
    for (let minute = 0; minute < count * 60; minute += 1) {
      world.clock.now += 60_000;
      await world.office.minute([]);
    }
    const events = world.office.eventStore.behind(told.length, 1000);
    const days = (at: number) => Math.round(((at - start) / dayMs) * 10) / 10;
    told.push(...events.map(({ type, at }) => `${type} after ${days(at)} days`));
    return events;
  };
  const jump = (days: number) => {
    world.clock.now = start + days * dayMs;
  };
  const [first] = await hours(5);
  expect(first?.says).toBe(
    "certificate a.example: The certificate of a.example ends on 2026-12-02. Ask who looks after the mirror.",
  );
  // Fleet is away for hours, also past a threshold.
  found = "nobody answers";
  jump(2.9);
  await hours(5);
  found = () => [{ mirror: "a.example", until }];
  await hours(1);
  for (const days of [4, 6.9, 8.9, 9.9]) {
    jump(days);
    await hours(5);
  }
  expect(told).toEqual([
    "alarm.raised after 0 days",
    "alarm.raised after 3.1 days",
    "alarm.raised after 7 days",
    "alarm.raised after 9 days",
    "alarm.raised after 10 days",
  ]);
  // It was renewed.
  found = () => [];
  await hours(2);
  expect(told.slice(5)).toEqual(["alarm.cleared after 10.1 days"]);
  database.close();
}, 120_000);

it("a certificate counts by what is kept of the mirror's targets, the earliest", () => {
  const record = (certificateUntil: number | undefined, state: TargetRecord["state"] = "up") => ({
    ...emptyRecord(start),
    state,
    ...(certificateUntil !== undefined && { certificateUntil }),
  });
  const found = endingCertificates(
    [
      ["far.example", [record(start + 15 * dayMs)]],
      ["near.example", [record(start + 13 * dayMs), record(start + 12 * dayMs), record(undefined)]],
      ["ended.example", [record(start - dayMs, "down")]],
      // It answers by https, so that it has another one.
      ["renewed.example", [record(start - dayMs)]],
      ["none.example", []],
    ],
    start,
  );
  expect(found).toEqual([
    { mirror: "near.example", until: start + 12 * dayMs },
    { mirror: "ended.example", until: start - dayMs },
  ]);
});
