/** Under which names `npm start` answers: any, or its own alone. */
import { expect, test } from "vitest";
import { exchange } from "../unit/scripts/service/raw-http.ts";
import { startAttacked } from "./attacked.ts";

const file = "/debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
const answerDeadlineMs = 10_000;

async function statusOf(port: number, host: string, target = file) {
  const text = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const { heads, text: answer } = await exchange(port, Buffer.from(text), answerDeadlineMs);
  return { status: heads[0]?.status, body: answer.slice(answer.indexOf("\r\n\r\n") + 4) };
}

test("UNKNOWN_HOSTS=refuse: the service's own names are served, others get 421 whatever they ask", async () => {
  const { service, stop } = await startAttacked(
    ...["--set", "UNKNOWN_HOSTS=refuse", "--set", "PUBLIC_URL=https://mirror.example.org/"],
    ...["--set", "OWN_HOSTS=mirror.lan:8080,localhost,127.0.0.1"],
  );
  try {
    for (const host of [
      "mirror.example.org",
      "MIRROR.example.org:443",
      "mirror.example.org.",
      "mirror.lan",
      "localhost:8080",
      `127.0.0.1:${service.port}`,
    ]) {
      expect((await statusOf(service.port, host)).status, host).toBe(302);
    }
    for (const host of ["evil.example", "mirror.example.org.evil.example", "192.0.2.1"]) {
      for (const target of [file, "/", "/api/v1/health", "/debian", "/setup/debian", "/nothing"]) {
        expect(await statusOf(service.port, host, target), `${host} ${target}`).toEqual({
          status: 421,
          body: "This service isn't called that. Ask for https://mirror.example.org/; its operator adds other names to OWN_HOSTS.\n",
        });
      }
    }
    // workerd passes over the host of an absolute target: whatever it says, Host counts.
    const absolute = `http://mirror.lan${file}`;
    expect((await statusOf(service.port, "evil.example", absolute)).status).toBe(421);
  } finally {
    await stop();
  }
}, 60_000);

test("without it any host is served, and set-up lines are for the service's own names alone", async () => {
  const { service, stop } = await startAttacked();
  try {
    expect((await statusOf(service.port, "evil.example")).status).toBe(302);
    const page = await statusOf(service.port, "evil.example", "/");
    expect(page.status).toBe(200);
  } finally {
    await stop();
  }
}, 60_000);
