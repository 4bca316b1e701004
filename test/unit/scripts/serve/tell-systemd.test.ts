/** What systemd is told of the service. */
import { createSocket } from "node:dgram";
import { expect, it } from "vitest";
import { type SystemdWorld, tellSystemd } from "../../../../scripts/serve/tell-systemd.ts";

function world(environment: Record<string, string>) {
  const told: string[] = [];
  const state = { answers: true, ended: false, signs: (): void => undefined, everyMs: 0 };
  const given: SystemdWorld = {
    environment,
    answers: async () => state.answers,
    tell: async (...words) => void told.push(words.join(" ")),
    every(ms, run) {
      state.everyMs = ms;
      state.signs = run;
      return {
        end: () => {
          state.ended = true;
        },
      };
    },
  };
  return { told, state, given };
}

it("ready once it answers, signs of life while it does, and the end", async () => {
  // As systemd sets it for WatchdogSec=6 (sd_watchdog_enabled(3)): microseconds.
  const { told, state, given } = world({ NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "6000000" });
  const systemd = await tellSystemd(given);
  expect(told).toEqual(["READY=1 STATUS=Serving."]);
  expect(state.everyMs).toBe(3000);
  state.signs();
  await Promise.resolve();
  await Promise.resolve();
  expect(told.at(-1)).toBe("WATCHDOG=1");
  state.answers = false;
  state.signs();
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toHaveLength(2);
  await systemd.stopping();
  expect(state.ended).toBe(true);
  expect(told.at(-1)).toBe("STOPPING=1");
});

it("nothing where systemd doesn't wait for a word", async () => {
  const { told, given } = world({});
  await (await tellSystemd(given)).stopping();
  expect(told).toEqual([]);
});

it("Node still has no sockets of datagrams that reach systemd's", () => {
  // Where this fails, systemd-notify is needed no more.
  expect(() => createSocket({ type: "unix_dgram" as "udp4" })).toThrow();
});
