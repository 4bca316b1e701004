/** What an isolate knows of servers that could not be reached: for seconds, and one check at a time. */
import { describe, expect, it } from "vitest";
import {
  cutOffMs,
  recheckEveryMs,
  UnreachableServers,
  unreachableMs,
} from "../../../worker/outbound/unreachable-servers.ts";

const origin = "https://origin.example";
const mirror = "https://mirror.example";
const patient = 15_000;
const start = Date.parse("2026-03-01T12:00:00Z");
const lost = Number.POSITIVE_INFINITY;

describe("a server that could not be reached", () => {
  it("is checked once in two seconds, and not asked otherwise", () => {
    const servers = new UnreachableServers();
    expect(servers.way(origin, patient, start)).toBe("ask");
    expect(servers.failed(origin, lost, start)).toBe(true);
    const ways = [0, 1, recheckEveryMs - 1, recheckEveryMs, recheckEveryMs + 1].map((ms) =>
      servers.way(origin, patient, start + ms),
    );
    expect(ways).toEqual(["refuse", "refuse", "refuse", "check", "refuse"]);
    expect(servers.way(mirror, patient, start)).toBe("ask");
  });

  it("is asked as ever as soon as it answered, and when nobody wanted to know for seconds", () => {
    const servers = new UnreachableServers();
    servers.failed(origin, lost, start);
    servers.answered(origin, start + 100);
    expect(servers.way(origin, patient, start + 200)).toBe("ask");
    servers.failed(mirror, lost, start);
    expect(servers.way(mirror, patient, start + unreachableMs)).toBe("ask");
  });

  it("stays known while a check waits that takes longer than the knowledge holds", () => {
    const servers = new UnreachableServers();
    servers.failed(origin, lost, start);
    expect(servers.way(origin, patient, start + unreachableMs - 1)).toBe("check");
    expect(servers.way(origin, patient, start + unreachableMs + 100)).toBe("refuse");
  });

  it("is asked by a request with more patience than all before it", () => {
    const servers = new UnreachableServers();
    servers.failed(origin, 2_500, start);
    expect(servers.way(origin, 2_500, start + 1)).toBe("refuse");
    expect(servers.way(origin, patient, start + 1)).toBe("ask");
  });

  it("isn't one that answered just before: a connection broke", () => {
    const servers = new UnreachableServers();
    servers.answered(origin, start);
    expect(servers.failed(origin, lost, start + 500)).toBe(false);
    expect(servers.way(origin, patient, start + 501)).toBe("ask");
  });
});

describe("where no server could be reached", () => {
  it("each is checked behind the answers, until one of them answers", () => {
    const servers = new UnreachableServers();
    servers.failed(origin, lost, start);
    servers.cutOff(start);
    expect(servers.way(mirror, patient, start + 1)).toBe("check behind");
    expect(servers.way(mirror, patient, start + 2)).toBe("refuse");
    expect(servers.way(origin, patient, start + 2)).toBe("refuse");
    servers.answered(mirror, start + 3);
    expect(servers.way(mirror, patient, start + 4)).toBe("ask");
    expect(servers.way("https://third.example", patient, start + 4)).toBe("ask");
  });

  it("a server that nobody had asked is asked as ever after seconds", () => {
    const servers = new UnreachableServers();
    servers.cutOff(start);
    expect(servers.way(mirror, patient, start + cutOffMs)).toBe("ask");
  });
});

it("remembers a bounded number of servers", () => {
  const servers = new UnreachableServers();
  servers.failed(origin, lost, start);
  for (let at = 0; at < 1024; at++) servers.failed(`https://m${at}.example`, lost, start);
  expect(servers.way(origin, patient, start + 1)).toBe("ask");
  expect(servers.way("https://m1023.example", patient, start + 1)).toBe("refuse");
});
