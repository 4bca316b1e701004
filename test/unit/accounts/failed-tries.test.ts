/** Failed tries: who waits, for how long, and who isn't made to. */
import { expect, it } from "vitest";
import { FailedTries } from "../../../worker/accounts/failed-tries.ts";
import { start } from "./accounts-alone.ts";

const [there, neighbour] = ["198.51.100.7", "198.51.100.8"];

function failing(tries: FailedTries, address: string, count: number, token?: string): void {
  for (let at = 0; at < count; at++) tries.failed(address, token, start);
}

it("ten tries at once, then one each half minute", () => {
  const tries = new FailedTries();
  for (let at = 0; at < 10; at++) {
    expect(tries.waitSeconds(there, undefined, start)).toBe(0);
    tries.failed(there, undefined, start);
  }
  expect(tries.waitSeconds(there, undefined, start)).toBe(30);
  expect(tries.waitSeconds(there, "anything", start + 29_000)).toBe(1);
  expect(tries.waitSeconds(there, undefined, start + 30_000)).toBe(0);
  tries.failed(there, undefined, start + 30_000);
  expect(tries.waitSeconds(there, undefined, start + 30_000)).toBe(30);
  // In ten minutes somebody who never stops has 10 + 20 tries.
  const stubborn = new FailedTries();
  let tried = 0;
  for (let second = 0; second < 600; second++) {
    if (stubborn.waitSeconds(there, undefined, start + second * 1000) > 0) continue;
    stubborn.failed(there, undefined, start + second * 1000);
    tried++;
  }
  expect(tried).toBe(29);
  // After a rest all are there again, and not more.
  failing(tries, there, 0);
  const rested = start + 3_600_000;
  for (let at = 0; at < 10; at++) tries.failed(there, undefined, rested);
  expect(tries.waitSeconds(there, undefined, rested)).toBe(30);
});

it("IPv4 counts by address, IPv6 by /64, however they are written", () => {
  const tries = new FailedTries();
  failing(tries, there, 10);
  expect(tries.waitSeconds(neighbour, undefined, start)).toBe(0);
  expect(tries.waitSeconds(`::ffff:${there}`, undefined, start)).toBe(30);
  failing(tries, "2001:db8:1:2::1", 10);
  expect(tries.waitSeconds("2001:db8:1:2:ffff::9", undefined, start)).toBe(30);
  expect(tries.waitSeconds("2001:0DB8:0001:0002:0000:0000:0000:0003", undefined, start)).toBe(30);
  expect(tries.waitSeconds("2001:db8:1:3::1", undefined, start)).toBe(0);
  failing(tries, "", 10);
  expect(tries.waitSeconds("unknown", undefined, start)).toBe(30);
});

it("a token that signed in from there isn't locked out by others, and gives them nothing", () => {
  const tries = new FailedTries();
  tries.succeeded(there, "ours", start);
  failing(tries, there, 10);
  expect(tries.waitSeconds(there, undefined, start)).toBe(30);
  expect(tries.waitSeconds(there, "theirs", start)).toBe(30);
  expect(tries.waitSeconds(there, "ours", start)).toBe(0);
  // Nor does its success give tries to the network.
  tries.succeeded(there, "ours", start);
  expect(tries.waitSeconds(there, undefined, start)).toBe(30);
  // Elsewhere it is a stranger.
  failing(tries, neighbour, 10);
  expect(tries.waitSeconds(neighbour, "ours", start)).toBe(30);
});

it("who tries secrets for a known token is limited as well, and succeeding doesn't lift that", () => {
  const tries = new FailedTries();
  tries.succeeded(there, "ours", start);
  failing(tries, there, 10, "ours");
  expect(tries.waitSeconds(there, "ours", start)).toBe(30);
  tries.succeeded(there, "ours", start);
  expect(tries.waitSeconds(there, "ours", start)).toBe(30);
  expect(tries.waitSeconds(there, undefined, start)).toBe(0);
});

it("a token that works no more runs out of its own tries, and of nobody else's", () => {
  const tries = new FailedTries();
  for (let at = 0; at < 10; at++) tries.ended(there, "expired", start);
  expect(tries.waitSeconds(there, "expired", start)).toBe(30);
  expect(tries.waitSeconds(there, "fresh", start)).toBe(0);
  expect(tries.waitSeconds(there, undefined, start)).toBe(0);
});

it("a clock that goes back gives no tries", () => {
  const tries = new FailedTries();
  failing(tries, there, 10);
  expect(tries.waitSeconds(there, undefined, start - 1e9)).toBe(30);
});

it("a flood of addresses takes the place of those that were there longest, and no more memory", () => {
  const tries = new FailedTries();
  const others = (count: number, each: (address: string) => void) => {
    for (let at = 0; at < count; at++) each(`10.0.${at >> 8}.${at & 255}`);
  };
  failing(tries, there, 10);
  others(9999, (address) => tries.failed(address, undefined, start));
  expect(tries.waitSeconds(there, undefined, start)).toBe(30);
  others(10_000, (address) => tries.failed(address, undefined, start));
  expect(tries.waitSeconds(there, undefined, start)).toBe(0);
  // Who is forgotten as a known one is a stranger again, no worse.
  failing(tries, there, 10);
  tries.succeeded(there, "ours", start);
  others(9999, (address) => tries.succeeded(address, "theirs", start));
  expect(tries.waitSeconds(there, "ours", start)).toBe(0);
  others(10_000, (address) => tries.succeeded(address, "theirs", start));
  expect(tries.waitSeconds(there, "ours", start)).toBe(30);
});
