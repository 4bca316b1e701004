/** How often somebody may ask, and how many may watch: told by name, and of others nothing is taken away. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import { changeEvent } from "../events/change-event.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { openOffice, type TestOffice } from "./office.ts";

let database: BreakableSqlite;
let world: TestOffice;
beforeEach(() => {
  database = emptyDatabase();
  world = openOffice(database.sql, {
    mirror: async (name) => ({
      name,
      targets: [],
      known: [],
      history: [],
      older: null,
    }),
  });
});
afterEach(() => database.close());

const events = "/api/v1/events";

it("a principal asks for events 60 times a minute, and for other things on", async () => {
  const eye = await world.token("eye", "reader");
  const first = await world.ask("GET", events, { token: eye });
  expect([first.headers.get("RateLimit-Policy"), first.headers.get("RateLimit")]).toEqual([
    '"principal";q=600;w=60, "events";q=60;w=60',
    '"principal";r=599;t=1, "events";r=59;t=1',
  ]);
  const rest = [];
  for (let at = 0; at < 60; at++) rest.push(await world.ask("GET", events, { token: eye }));
  expect(rest.map(({ status }) => status)).toEqual([...Array(59).fill(200), 429]);
  const over = rest.at(-1);
  expect(over?.headers.get("Retry-After")).toBe("1");
  expect(over?.headers.get("RateLimit")).toContain('"events";r=0;t=1');
  expect(over?.body.detail).toMatch(/^eye asks too often \(events\): wait 1 s/);
  const other = await world.ask("GET", "/api/v1/me", { token: eye });
  expect([other.status, other.headers.get("RateLimit-Policy")]).toEqual([
    200,
    '"principal";q=600;w=60',
  ]);
  const admin = await world.admin();
  expect((await world.ask("GET", events, { token: admin })).status).toBe(200);
  world.clock.now += 1000;
  expect((await world.ask("GET", events, { token: eye })).status).toBe(200);
});

it("a network asks for feeds 120 times a minute, its neighbour on", async () => {
  const feed = async (address: string) =>
    await world.ask("GET", "/mirrors/a.example/feed.xml", { address });
  const first = await feed("192.0.2.7");
  expect([first.status, first.headers.get("RateLimit")]).toEqual([200, '"feeds";r=119;t=1']);
  const rest = [];
  for (let at = 0; at < 120; at++) rest.push((await feed("192.0.2.7")).status);
  expect(rest).toEqual([...Array(119).fill(200), 429]);
  const over = await feed("192.0.2.7");
  expect([over.headers.get("Retry-After"), over.headers.get("RateLimit-Policy")]).toEqual([
    "1",
    '"feeds";q=120;w=60',
  ]);
  expect((await feed("192.0.2.8")).status).toBe(200);
  // Of IPv6 a /64 is one host's.
  for (let at = 0; at < 120; at++) await feed(`2001:db8::${at.toString(16)}`);
  expect((await feed("2001:db8::ffff")).status).toBe(429);
  expect((await feed("2001:db8:0:1::1")).status).toBe(200);
});

it("ten streams of one network and fifty in all are open; one that is closed makes room", async () => {
  const tokens = [await world.token("one", "reader"), await world.token("two", "reader")];
  const [token = ""] = tokens;
  const open = async (address: string) =>
    await world.stream(events, { token, headers: { "Nearmirror-Caller": address } });
  const streams = [];
  for (let at = 0; at < 10; at++) streams.push(await open("192.0.2.1"));
  const refused = await world.ask("GET", events, {
    token,
    address: "192.0.2.1",
    headers: { Accept: "text/event-stream" },
  });
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "30"]);
  expect(refused.body.detail).toMatch(/10 streams are open from this address/);
  await streams.pop()?.close();
  streams.push(await open("192.0.2.1"));
  for (let at = 0; at < 40; at++) streams.push(await open(`198.51.100.${at}`));
  const full = await world.ask("GET", events, {
    token: tokens[1] ?? "",
    address: "203.0.113.1",
    headers: { Accept: "text/event-stream" },
  });
  expect(full.status).toBe(503);
  // All that are open are told.
  world.office.eventStore.append(changeEvent("a.example", "down", world.clock.now));
  await world.office.tell();
  for (const one of streams) expect(await one.until(1)).toContain("a.example");
  for (const one of streams) await one.close();
  expect(world.office.eventStreams.size).toBe(0);
});
