import { once } from "node:events";
import { get } from "node:http";
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { atFreePort, freePort } from "../../../../scripts/service/free-port.ts";
import { startService } from "../../../../scripts/service.ts";
import { smallViews } from "./small-views.ts";

/** Bundling and starting, on a busy machine, ms. */
const startMs = 60_000;

test(
  "at port 0 what is printed for people to run has the port that was found",
  async () => {
    const service = await startService({
      views: smallViews("http://127.0.0.1:9/"),
      port: 0,
      log: () => undefined,
    });
    onTestFinished(() => service.stop());
    const script = await (await fetch(`${service.url}setup/debian`)).text();
    expect(script).toContain(`script=${service.url}setup/debian`);
    // Whatever host a client writes, the base is one that leads here.
    const { port } = new URL(service.url);
    const asked = get(`${service.url}setup/debian`, { headers: { Host: "elsewhere.example" } });
    const [response]: Readable[] = await once(asked, "response");
    expect(await textOf(response ?? Readable.from([]))).toMatch(
      new RegExp(`http://[^/]+:${port}/`),
    );
    // What `atFreePort` knows a taken port by.
    const again = startService({
      views: smallViews("http://127.0.0.1:9/"),
      port: Number(port),
      log: () => undefined,
    });
    await expect(again).rejects.toThrow(/address already in use/i);
  },
  startMs,
);

test("a port that is taken meanwhile is left to who has it", async () => {
  const tried: number[] = [];
  const began = await atFreePort("127.0.0.1", async (port) => {
    tried.push(port);
    if (tried.length < 3) throw new Error("workerd did not start: bind: Address already in use");
    return port;
  });
  expect(tried).toHaveLength(3);
  expect(began).toBe(tried[2]);
  await expect(
    atFreePort("127.0.0.1", () => Promise.reject(new Error("out of memory"))),
  ).rejects.toThrow("out of memory");
  let times = 0;
  const always = () => Promise.reject(new Error(`Address already in use ${++times}`));
  await expect(atFreePort("127.0.0.1", always)).rejects.toThrow("in use 5");
  await expect(freePort("203.0.113.1")).rejects.toThrow("EADDRNOTAVAIL");
});
