/** Malformed requests, as bytes, against `npm start` itself. */
import { expect, test } from "vitest";
import { seeded } from "../../scripts/random.ts";
import { fault } from "../unit/scripts/service/judge.ts";
import { oddRequest } from "../unit/scripts/service/odd-requests.ts";
import { oddWire } from "../unit/scripts/service/odd-wire.ts";
import { exchange } from "../unit/scripts/service/raw-http.ts";
import { startAttacked } from "./attacked.ts";

/** `FUZZ_SEED=7 npx vitest run ...` tries others, and `FUZZ_REQUESTS=100000` more of them. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_130);
const requests = Number(process.env.FUZZ_REQUESTS ?? 10_000);
/** Connections open at once. */
const lanes = 8;
const answerDeadlineMs = 10_000;
/** Failures told before the rest is only counted. */
const told = 10;
/** What a log may grow by, characters: whoever sends such requests must not fill a disk. */
const maxLogged = 200_000;

const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";

test(`${requests} malformed requests to npm start: no 5xx, nothing of the machine, no way out of the list`, async () => {
  const { service, bases, stop } = await startAttacked();
  try {
    const random = seeded(seed);
    const faults: string[] = [];
    const seen = new Map<number, number>();
    let next = 0;
    const lane = async () => {
      while (next < requests) {
        const index = next++;
        // Half of them are requests that reach the Worker, half of them break HTTP.
        const request = index % 2 === 0 ? oddRequest(random) : oddWire(random);
        const received = await exchange(service.port, request.bytes, answerDeadlineMs);
        for (const { status } of received.heads) seen.set(status, (seen.get(status) ?? 0) + 1);
        const found = fault(request, received, bases);
        if (found === undefined) continue;
        const bytes = JSON.stringify(request.bytes.toString("latin1")).slice(0, 1000);
        faults.push(
          `${found}\n  seed ${seed}, request ${index}: ${bytes}\n  answered ${received.text.slice(0, 300)}`,
        );
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));

    expect(faults.slice(0, told).join("\n"), `${faults.length} of ${requests}`).toBe("");
    // The hand is not so heavy that everything ends at the door.
    for (const [status, atLeast] of [
      [200, 0.03],
      [301, 0.003],
      [302, 0.03],
      [400, 0.1],
      [404, 0.03],
      [405, 0.02],
      [414, 0.005],
      [431, 0.001],
    ] as const) {
      const answers = seen.get(status) ?? 0;
      expect(answers, `answers with ${status}`).toBeGreaterThanOrEqual(atLeast * requests);
    }

    // Afterwards all is as it was.
    const health = await fetch(`${service.url}api/v1/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: "ok" }]);
    const redirect = await fetch(service.url + file, { method: "HEAD", redirect: "manual" });
    const [first = "", second = ""] = bases.debian ?? [];
    const inside = file.slice("debian/".length);
    expect([first + inside, second + inside]).toContain(redirect.headers.get("Location"));
    expect(redirect.headers.get("Nearmirror-Proof")).toBeNull();
    expect(service.printed().length).toBeLessThan(maxLogged);
  } finally {
    await stop();
  }
}, 180_000);
