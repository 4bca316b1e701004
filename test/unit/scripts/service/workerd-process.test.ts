/** The process that serves: what it tells, how it ends, and that it never outlives the one that started it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LogLine } from "../../../../scripts/service/quiet-log.ts";
import { workerd } from "../../../../scripts/service/workerd.ts";
import { startWorkerd, type WorkerdProcess } from "../../../../scripts/service/workerd-process.ts";

/** A Worker that says who asks, and at `/endless` begins what never ends. */
const worker = `export default {
  fetch(request) {
    console.warn("asked");
    if (!request.url.endsWith("/endless")) return Response.json(request.cf);
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    return new Response(new ReadableStream({
      async pull(controller) {
        controller.enqueue(new TextEncoder().encode("more"));
        await pause();
      },
    }));
  },
};`;

function folderWith(address: string): string {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-process-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "worker.js"), worker);
  writeFileSync(
    join(folder, "service.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "${address}", http = (), service = "main")],
  logging = (structuredLogging = true),
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
);`,
  );
  return folder;
}

interface Started {
  process: WorkerdProcess;
  url: string;
  lines: LogLine[];
}

async function started(address: string, open?: number): Promise<Started> {
  const lines: LogLine[] = [];
  const process = await startWorkerd({
    program: workerd,
    folder: folderWith(address),
    config: "service.capnp",
    sockets: ["http"],
    ...(open !== undefined && { openSockets: { http: open } }),
    log: (line) => lines.push(line),
  });
  onTestFinished(() => process.stop(0));
  return { process, url: `http://127.0.0.1:${process.ports.get("http")}/`, lines };
}

describe("workerd's process", () => {
  it("tells its port, hands its log on, and its Worker sees who asks", async () => {
    const { url, lines } = await started("127.0.0.1:0");
    expect(await (await fetch(url)).json()).toEqual({
      clientIp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    await expect.poll(() => lines).toEqual([{ level: "warn", message: "asked" }]);
  });

  it("says why when it can't start", async () => {
    const { process } = await started("127.0.0.1:0");
    const again = started(`127.0.0.1:${process.ports.get("http")}`);
    await expect(again).rejects.toThrow(/did not start: .*in use/);
  });

  it("says so when it ends by itself, and not when it is stopped", async () => {
    const { process: killed } = await started("127.0.0.1:0");
    process.kill(killed.pid, "SIGKILL");
    expect(await killed.failed).toMatch(/workerd ended \(SIGKILL\)/);

    const { process: stopped } = await started("127.0.0.1:0");
    await stopped.stop(0);
    expect(await Promise.race([stopped.failed, Promise.resolve("silent")])).toBe("silent");
  });

  it("ends in the middle of a download when its time is over, and not before", async () => {
    const { process, url } = await started("127.0.0.1:0");
    const reader = (await fetch(`${url}endless`)).body?.getReader();
    await reader?.read();
    const begun = performance.now();
    await process.stop(400);
    expect(performance.now() - begun).toBeGreaterThan(390);
    await expect(readToEnd(reader)).rejects.toThrow();
  });

  it("ends at once when nothing is under way", async () => {
    const { process, url } = await started("127.0.0.1:0");
    await (await fetch(url)).text();
    const begun = performance.now();
    await process.stop(20_000);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it("takes a socket that is open already, as systemd hands it on", async () => {
    const listening = createServer().listen(0, "127.0.0.1");
    await once(listening, "listening");
    onTestFinished(() => void listening.close());
    const address = listening.address();
    if (typeof address !== "object" || address === null) throw new Error("no port");
    // Node has no public way to a socket's number.
    const descriptor: unknown = Reflect.get(Object(Reflect.get(listening, "_handle")), "fd");
    if (typeof descriptor !== "number") throw new Error("no file descriptor");
    const { process } = await started("127.0.0.1:1", descriptor);
    expect(process.ports.get("http")).toBe(address.port);
  });
});

async function readToEnd(reader: ReadableStreamDefaultReader | undefined): Promise<void> {
  while ((await reader?.read())?.done === false);
}

/** A process that starts workerd in a folder, and tells its number. */
const parent = fileURLToPath(new URL("./workerd-parent.ts", import.meta.url));

describe.runIf(platform() === "linux")("a killed parent", () => {
  it("takes its workerd with it", async () => {
    const child = spawn(process.execPath, [parent, folderWith("127.0.0.1:0")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line]: string[] = await once(createInterface({ input: child.stdout }), "line");
    const { pid, port } = JSON.parse(line ?? "");
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
