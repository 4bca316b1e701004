/** What the service on this machine connects to, and that a request that it sends itself ends. */
import { createServer, request as httpRequest, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { startService } from "../../../scripts/service.ts";
import { smallViews } from "../../unit/scripts/service/small-views.ts";

/** The port of a server on loopback. */
async function listening(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

test("a name that resolves to an address of this machine is connected to only where that is allowed", async () => {
  let asked = 0;
  const port = await listening((_, response) => {
    asked++;
    response.setHeader("Last-Modified", "Sat, 07 Jun 2025 09:12:00 GMT");
    response.end("secret");
  });
  // `localhost` stands for any name with such an address: workerd judges what it resolves to.
  const views = smallViews(`http://localhost:${port}/`);
  for (const [network, status, requests] of [
    ["public", 503, 0],
    ["any", 200, 1],
  ] as const) {
    const service = await startService({ views, network });
    onTestFinished(() => service.stop());
    const response = await fetch(`${service.url}debian/dists/stable/InRelease`);
    expect(response.status).toBe(status);
    expect((await response.text()) === "secret").toBe(network === "any");
    expect(asked).toBe(requests);
  }
}, 60_000);

test("an origin that redirects to the service, by whatever name, is an error after a few requests", async () => {
  let asked = 0;
  let target = "";
  const port = await listening((request, response) => {
    asked++;
    response.writeHead(302, { location: `${target}${(request.url ?? "").slice(1)}` }).end();
  });
  const service = await startService({ views: smallViews(`http://127.0.0.1:${port}/`) });
  onTestFinished(() => service.stop());
  const own = service.url;
  // A proxy that the service knows nothing of: only CDN-Loop tells.
  const proxy = await listening((request, response) => {
    const passed = httpRequest(
      new URL(request.url ?? "/", own),
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  for (const [name, why] of [
    [own, "redirects back to this service"],
    [`http://127.0.0.1:${proxy}/`, "508"],
  ] as const) {
    target = name;
    asked = 0;
    const response = await fetch(`${own}debian/dists/stable/InRelease`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(why);
    expect(asked).toBe(1);
  }
}, 60_000);
