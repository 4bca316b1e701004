/** A webhook of a service that runs: its first event comes, signed, and the change that made it is answered as done. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { npmStart } from "../../lab/npm-start.ts";
import { firstToken, posted } from "../../lab/operator.ts";
import { listFolder, siteText } from "../../unit/scripts/mirrors/list.ts";

const scratch = mkdtempSync(join(tmpdir(), "nearmirror-webhook-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the first event is delivered, and the change that made it is answered", async () => {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const address = receiver.address();
  const port = typeof address === "object" ? address?.port : 0;
  const service = await npmStart({
    args: [
      ...["--port", "0", "--list", listFolder({ "a.example": siteText("a.example") })],
      ...["--store", join(scratch, "store"), "--place", "DE 50.1 8.7", "--private-network"],
    ],
  });
  onTestFinished(() => service.stop());
  const { headers } = posted(await firstToken(service.url));
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${service.url}api/v1/${path}`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return [answer.status, await answer.text()] as const;
  };
  const [made, text] = await post("webhooks", { url: `http://127.0.0.1:${port}/hook` });
  expect(made, text).toBe(201);
  const [drained, said] = await post("mirrors/a.example/drain", { why: "a cable is cut" });
  expect(drained, said).toBe(200);
  await expect.poll(() => got.length, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(got[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
  expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({ type: "list.applied" });
}, 90_000);
