/** Keys and certificates that end soon are alarms, and events to whoever wants them. */
import { generateKey } from "openpgp";
import { expect, it } from "vitest";
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
    certificates: [{ mirror: "a.example", said: "Its certificate ends on 2026-11-25." }],
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
