/** The examples for operators in `docs/api.md`, each run by a real shell and curl against the real rows. */
import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerOperators } from "../../../worker/operate/answer.ts";
import { openOffice, type TestOffice } from "../operate/office.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { readDocument } from "./documents.ts";

let database: BreakableSqlite;
let world: TestOffice;
let server: Server;
let base: string;

beforeAll(async () => {
  database = new BreakableSqlite(join(temporaryFolder("examples-"), "db.sqlite"));
  world = openOffice(database.sql);
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const answer = await answerOperators(
      new Request(`https://operators.invalid${request.url}`, {
        method: request.method ?? "GET",
        headers: new Headers(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        ...(body.length > 0 && { body }),
      }),
      world.office,
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
});
afterAll(() => {
  server.close();
  database.close();
});

const [, section = ""] = readDocument("docs/api.md").split("\n## For operators\n");
const examples = [...section.matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, one = ""]) => one);

async function run(example: string): Promise<{ status: number; body: unknown }> {
  const command = example
    .replace("http://127.0.0.1:8080/", base)
    .replace("curl -s", "curl -s -m 10 -w '\\n%{http_code}'");
  const child = spawn("/bin/sh", ["-c", command], {
    env: { ...process.env, TOKEN: await world.admin() },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  const lines = text.trimEnd().split("\n");
  return { status: Number(lines.pop()), body: JSON.parse(lines.join("\n")) };
}

it("drain a mirror, read that back, and have it sent elsewhere", async () => {
  expect(examples).toHaveLength(3);
  const [drain = "", events = "", webhook = ""] = examples;
  expect(await run(drain)).toMatchObject({
    status: 200,
    body: { changes: [{ place: "mirrors/a.example", what: "changed" }] },
  });
  expect(await run(events)).toMatchObject({
    status: 200,
    body: { events: [{ type: "list.applied", says: expect.stringContaining("a cable is cut") }] },
  });
  expect(await run(webhook)).toMatchObject({
    status: 201,
    body: { webhook: { types: ["mirror.*"] }, secret: expect.stringMatching(/^whsec_/) },
  });
});
