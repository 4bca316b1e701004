/** With the network down the log tells each fault once, with a count. */
import { expect, it } from "vitest";
import { QuietLog } from "../../../../scripts/service/quiet-log.ts";

const minute = 60_000;

function setUp() {
  const clock = { now: Date.parse("2026-03-01T12:00:00Z") };
  const written: string[] = [];
  const log = new QuietLog({
    now: () => clock.now,
    write: ({ level, message }) => written.push(`${level} ${message}`),
  });
  return { clock, log, written };
}

/** As workerd of November 2026 and the watchers wrote them in the 17 minutes after a network went down. */
function linesOf(at: number) {
  return [
    {
      level: "error",
      message:
        "e = rust/worker/ffi.rs:110: failed: failed to lookup address information: Name or service not known",
    },
    {
      level: "error",
      message: `stack: /opt/workerd@28a3${at} /opt/workerd@3ac7580 /opt/workerd@2f00010`,
    },
    {
      level: "warn",
      message: `http://deb.example.org/debian/pool/main/a/a_${at}_all.deb: It could not be reached.`,
    },
    {
      level: "error",
      message: `internal error; reference = ${at}abcdefgh`,
    },
  ];
}

it("492 lines in 17 minutes become one line a fault, and one more with the count", () => {
  const { clock, log, written } = setUp();
  for (let at = 0; at < 123; at++) {
    for (const line of linesOf(at)) log.take(line);
    clock.now += (17 * minute) / 123;
  }
  expect(written).toEqual([
    "error workerd: failed to lookup address information: Name or service not known",
    "warn http://deb.example.org/debian/pool/main/a/a_0_all.deb: It could not be reached.",
    "error internal error; reference = 0abcdefgh",
    expect.stringMatching(
      /^error workerd: failed to lookup address .*not known \(73 times in 10 minutes\)$/,
    ),
    expect.stringMatching(/^warn http:\S+: It could not be reached\. \(73 times in 10 minutes\)$/),
    expect.stringMatching(/^error internal error; .* \(73 times in 10 minutes\)$/),
  ]);
});

it("what is new is told at once, whatever goes on beside it", () => {
  const { log, written } = setUp();
  for (let at = 0; at < 50; at++) for (const line of linesOf(at)) log.take(line);
  log.take({ level: "warn", message: "debian: dists/stable/InRelease: No good signature." });
  expect(written.at(-1)).toBe("warn debian: dists/stable/InRelease: No good signature.");
  log.take({ level: "error", message: "kj/compat/tls.c++:1: disconnected: peer disconnected" });
  expect(written.at(-1)).toBe("error workerd: peer disconnected");
});

it("remembers a bounded number of faults", () => {
  const { log, written } = setUp();
  const name = (at: number) => "x".repeat(1 + at);
  for (let at = 0; at <= 256; at++) log.take({ level: "warn", message: name(at) });
  log.take({ level: "warn", message: name(0) });
  expect(written).toHaveLength(258);
});
