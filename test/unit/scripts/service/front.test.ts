/** The front: what goes in of a request, and how the front ends. */
import { createServer } from "node:http";
import { platform } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { startFront } from "../../../../scripts/service/front.ts";
import worker, { inwardHeaders, isMiniflares } from "../../../../scripts/service/front-worker.ts";
import { speak } from "./speak.ts";
import { childrenOf } from "./started.ts";

describe("what goes in", () => {
  const seen = { url: "http://edge.example/debian/", clientIp: "192.0.2.1:40882", secret: "s" };
  const own = {
    "mf-cf-blob": '{"clientIp":"192.0.2.1:40882","secret":"s"}',
    "mf-original-url": "http://edge.example/debian/",
  };
  const inward = (...lines: [string, string][]) =>
    Object.fromEntries(inwardHeaders(new Headers(lines), seen));

  it("is what the front knows, in place of what a client says in the same words", () => {
    expect(inward()).toEqual(own);
    // Every header of miniflare 5.20261102 by which it could be told something, and one that it may have one day.
    for (const name of [
      "MF-CF-Blob",
      "mf-cf-blob",
      "MF-Original-URL",
      "MF-Original-Hostname",
      "MF-Proxy-Shared-Secret",
      "MF-Dev-Registry-Secret",
      "MF-Route-Override",
      "MF-Custom-Fetch-Service",
      "MF-Custom-Node-Service",
      "MF-Loopback-Secret",
      "MF-Disable-Pretty-Error",
      "MF-Access-Blob",
      "MF-Sec-Fetch-Mode",
      "MF-Op",
      "MF-Op-Secret",
      "MF-Op-Original-URL",
      "mF-tOmOrrOw",
    ]) {
      expect(inward([name, "forged"], [name, "twice"]), name).toEqual(own);
    }
  });

  it("is what proxies write as well: which of it is believed is the Worker's to know", () => {
    const written: [string, string][] = [
      ["cf-connecting-ip", "8.8.8.8"],
      ["range", "bytes=0-3"],
      ["x-forwarded-for", "8.8.8.8, 9.9.9.9"],
      ["x-forwarded-proto", "https"],
    ];
    expect(inward(...written)).toEqual({ ...own, ...Object.fromEntries(written) });
  });

  it("is no path of miniflare's own", () => {
    for (const path of ["/cdn-cgi/local/r2/public/blobs/x", "/cdn-cgi/", "/__cf_local/stream"]) {
      expect(isMiniflares(path), path).toBe(true);
    }
    for (const path of ["/", "/debian/cdn-cgi/", "/cdn-cgi", "//cdn-cgi/", "/%63dn-cgi/"]) {
      expect(isMiniflares(path), path).toBe(false);
    }
  });
});

describe("a connection that is closed inside just as it is used again", () => {
  /** Stands in for miniflare: fails as workerd does, then answers. */
  function closing() {
    const asked: string[] = [];
    const fetch = async ({ method }: Request) => {
      asked.push(method);
      if (asked.length === 1) throw new Error("Network connection lost.");
      return new Response("served");
    };
    return { asked, env: { INSIDE: { fetch }, SECRET: "s" } };
  }

  it("costs a client nothing", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { asked, env } = closing();
      const answer = await worker.fetch(new Request("http://edge.example/", { method }), env);
      expect([answer.status, asked]).toEqual([200, [method, method]]);
    }
  });

  it("repeats nothing that changes something", async () => {
    const { asked, env } = closing();
    const request = new Request("http://edge.example/", { method: "POST" });
    await expect(worker.fetch(request, env)).rejects.toThrow("Network connection lost.");
    expect(asked).toEqual(["POST"]);
  });
});

describe("the front's process", () => {
  const inner = createServer((request, response) => {
    // Without its end, as a long download.
    if (request.url === "/endless") response.write("begun");
    else response.end(JSON.stringify(request.headers));
  });
  afterAll(() => {
    inner.closeAllConnections();
    inner.close();
  });

  async function started(host: string, port = 0) {
    if (!inner.listening)
      await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
    const address = inner.address();
    if (typeof address !== "object" || address === null) throw new Error("no port");
    const inside = new URL(`http://127.0.0.1:${address.port}/`);
    return startFront({ host, port, inside, secret: "s" });
  }

  it.each([
    ["127.0.0.1", /^http:\/\/127\.0\.0\.1:\d+\/$/, /^127\.0\.0\.7:\d+$/],
    ["0.0.0.0", /^http:\/\/127\.0\.0\.1:\d+\/$/, /^127\.0\.0\.7:\d+$/],
  ])("listens at %s, and tells each client's address", async (host, url, clientIp) => {
    const front = await started(host);
    try {
      expect(front.url).toMatch(url);
      const { text } = await speak(front.url, [], "127.0.0.7");
      const { "mf-cf-blob": blob } = JSON.parse(text);
      expect(JSON.parse(blob)).toEqual({ clientIp: expect.stringMatching(clientIp), secret: "s" });
    } finally {
      await front.stop();
    }
  });

  it("says why when it can't start", async () => {
    const first = await started("127.0.0.1");
    try {
      const again = started("127.0.0.1", Number(new URL(first.url).port));
      await expect(again).rejects.toThrow(/did not start: .*in use/);
    } finally {
      await first.stop();
    }
  });

  it("ends in the middle of a download", async () => {
    const front = await started("127.0.0.1");
    const answer = await fetch(`${front.url}endless`);
    const reader = answer.body?.getReader();
    await reader?.read();
    await front.stop();
    await expect(reader?.read()).rejects.toThrow();
  });

  // Which processes this one has started is read from /proc.
  it.runIf(platform() === "linux")(
    "says so when it ends by itself, and not when it is stopped",
    async () => {
      const before = new Set(childrenOf(process.pid));
      const front = await started("127.0.0.1");
      const [pid] = childrenOf(process.pid).filter((one) => !before.has(one));
      if (pid === undefined) throw new Error("the front is no child of this process");
      process.kill(pid, "SIGKILL");
      expect(await front.failed).toMatch(/The front ended \(SIGKILL\)/);

      const stopped = await started("127.0.0.1");
      await stopped.stop();
      const silent = await Promise.race([stopped.failed, Promise.resolve("silent")]);
      expect(silent).toBe("silent");
    },
  );
});
