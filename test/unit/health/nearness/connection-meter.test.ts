/** Connections are timed once a quarter of an hour and host, the shorter of two, and whatever goes wrong tells nothing. */
import { expect, it } from "vitest";
import type { Connect } from "../../../../worker/health/certificates/certificate.ts";
import { ConnectionMeter } from "../../../../worker/health/nearness/connection-meter.ts";
import { slotMs } from "../../../../worker/health/nearness/connection-times.ts";
import { failureOf, probe } from "../events.ts";

const readable = {
  getReader: () => ({ read: async () => ({ done: true }), cancel: async () => undefined }),
};
const writable = { getWriter: () => ({ write: async () => undefined, releaseLock() {} }) };

/** A network in which the next connections take so long each. */
class Network {
  at = 1_000_000;
  readonly asked: string[] = [];
  closed = 0;
  takes: (number | "refuses" | "hangs")[] = [];
  readonly meter = new ConnectionMeter({
    connect: this.connect,
    deadlineMs: 20,
    now: () => this.at,
  });

  get connect(): Connect {
    return ({ hostname, port }) => {
      this.asked.push(`${hostname}:${port}`);
      const next = this.takes.shift() ?? "refuses";
      const opened = async () => {
        if (next === "refuses") throw new Error("refused");
        if (next === "hangs") return await new Promise(() => undefined);
        this.at += next;
        return undefined;
      };
      const close = async () => {
        this.closed++;
      };
      return { readable, writable, close, opened: opened() };
    };
  }
}

const seen = probe(5);
const base = "https://m.example/debian/";

it("takes the shorter of two, for the host's port, and hangs up", async () => {
  const network = new Network();
  network.takes = [80, 31];
  expect(await network.meter.added(base, seen)).toEqual({ ...seen, connectMs: 31 });
  network.takes = [7, 9];
  const plain = await network.meter.added("http://other.example:8080/", seen);
  expect(plain.connectMs).toBe(7);
  expect(network.asked).toEqual([
    ...["m.example:443", "m.example:443"],
    ...["other.example:8080", "other.example:8080"],
  ]);
  expect(network.closed).toBe(4);
});

it("measures a host again after a quarter of an hour, whatever target asks", async () => {
  const network = new Network();
  network.takes = [10, 10, 20, 20];
  await network.meter.added(base, seen);
  expect(await network.meter.added("https://m.example/extra/", seen)).toBe(seen);
  network.at += slotMs;
  expect((await network.meter.added(base, seen)).connectMs).toBe(20);
});

it("tells nothing of what failed, is refused, hangs, or where the platform tells nothing", async () => {
  const network = new Network();
  const failed = probe(5, { failure: failureOf("timeout") });
  expect(await network.meter.added(base, failed)).toBe(failed);
  expect(network.asked).toEqual([]);
  for (const how of ["refuses", "hangs"] as const) {
    network.takes = [how];
    network.at += slotMs;
    expect(await network.meter.added(base, seen), how).toBe(seen);
  }
  const silent = new ConnectionMeter({
    connect: () => ({ readable, writable, close: async () => undefined }),
    deadlineMs: 20,
    now: () => 1,
  });
  expect(await silent.added(base, seen)).toBe(seen);
});
