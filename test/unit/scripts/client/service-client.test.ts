import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { newToken } from "../../../../worker/accounts/token.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";
import { problemAnswer, type StandInAnswer, standIn } from "./stand-in.ts";

const token = newToken((bytes) => new Uint8Array(bytes).fill(7)).token.show();
const changed = { version: 7, changes: [], warnings: [] };
const drain = ["drain", "a.example", "--why", "its disk"];

async function against(...answers: StandInAnswer[]) {
  const service = await standIn(...answers);
  const terminal = testTerminal({
    fetch,
    environment: { NEARMIRROR_URL: service.url, NEARMIRROR_TOKEN: token },
  });
  return { service, terminal };
}

it("a write that got no answer is sent again with the same key, with longer and longer pauses", async () => {
  const { service, terminal } = await against({ breaks: true }, problemAnswer(502, "A proxy's."), {
    body: changed,
  });
  expect(await runIn(terminal, ...drain)).toMatchObject({ status: 0, err: "" });
  const keys = service.asked.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual(["key-1", "key-1", "key-1"]);
  expect(terminal.paused).toEqual([375, 750]);
  expect(service.asked[0]).toMatchObject({
    method: "POST",
    path: "/api/v1/mirrors/a.example/drain",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ why: "its disk" }),
  });
});

it("a repository's origin is polled with the token", async () => {
  const { service, terminal } = await against({ status: 202, body: { accepted: true } });
  expect(await runIn(terminal, "refresh", "debian")).toMatchObject({ status: 0, err: "" });
  expect(service.asked[0]).toMatchObject({
    method: "POST",
    path: "/api/v1/repositories/debian/refresh",
    headers: { authorization: `Bearer ${token}` },
  });
});

it("two writes have two keys", async () => {
  const { service, terminal } = await against({ body: changed });
  await runIn(terminal, "enable", "a.example", "b.example", "--why", "well again");
  expect(service.asked.map(({ headers }) => headers["idempotency-key"])).toEqual([
    "key-1",
    "key-2",
  ]);
});

it.each([
  [429, "7", [7000]],
  [503, "1", [1000]],
  // Another request with the key is under way.
  [409, "2", [2000]],
])("%i with Retry-After %s is waited for", async (status, seconds, paused) => {
  const headers = { "Retry-After": seconds };
  const { terminal } = await against(
    { ...problemAnswer(status, "Not now."), headers },
    { body: changed },
  );
  expect((await runIn(terminal, ...drain)).status).toBe(0);
  expect(terminal.paused).toEqual(paused);
});

it("a date in Retry-After is waited for, and longer than a minute isn't", async () => {
  const date = "Sun, 22 Nov 2026 12:00:09 GMT";
  const soon = await against(
    { ...problemAnswer(503, "Not now."), headers: { "Retry-After": date } },
    { body: changed },
  );
  expect((await runIn(soon.terminal, ...drain)).status).toBe(0);
  expect(soon.terminal.paused).toEqual([9000]);
  const late = await against({
    ...problemAnswer(503, "Come tomorrow."),
    headers: { "Retry-After": "86400" },
  });
  const { status, err } = await runIn(late.terminal, ...drain);
  expect({ status, err }).toEqual({ status: 5, err: "Come tomorrow.\nTry again in 86400 s.\n" });
  expect(late.terminal.paused).toEqual([]);
});

it("gives up after six tries, and says that a write may be done", async () => {
  const { service, terminal } = await against({ breaks: true });
  const { status, err } = await runIn(terminal, ...drain);
  expect(status).toBe(5);
  expect(err).toContain("Whether it was done isn't known");
  expect(service.asked).toHaveLength(6);
});

it("what won't pass is not sent again, and ends by its kind", async () => {
  for (const [status, exit] of [
    [400, 1],
    [401, 3],
    [403, 3],
    [404, 1],
    [409, 1],
    [412, 4],
    [422, 1],
    [500, 5],
  ] as const) {
    const { service, terminal } = await against(problemAnswer(status, "No."));
    expect((await runIn(terminal, ...drain)).status, String(status)).toBe(exit);
    expect(service.asked).toHaveLength(1);
  }
});

it("a problem is told with each place and with what to do; as JSON with --json", async () => {
  const errors = [{ entry: "mirrors/a.example", pointer: "/latitude", detail: "is 95." }];
  const answer = problemAnswer(422, "The list would have errors.", { errors });
  const { terminal } = await against({ ...answer, headers: { "Nearmirror-Request": "abc" } });
  expect((await runIn(terminal, ...drain)).err).toBe(
    "The list would have errors.\n  mirrors/a.example /latitude: is 95.\n",
  );
  const { out, err } = await runIn(terminal, ...drain, "--json");
  expect(out).toBe("");
  expect(JSON.parse(err)).toEqual({
    type: "about:blank",
    title: "Not done",
    status: 422,
    detail: "The list would have errors.",
    errors,
    request: "abc",
  });
});

it("a fault of the service's names the request that its log has", async () => {
  const answer = { ...problemAnswer(500, "A fault."), headers: { "Nearmirror-Request": "abc" } };
  const { terminal } = await against(answer);
  expect((await runIn(terminal, ...drain)).err).toBe(
    "A fault.\nThe service's log has the reason at request abc.\n",
  );
});

it("what is no such service is told of", async () => {
  const { terminal } = await against({ status: 404, headers: { "Content-Type": "text/html" } });
  const { status, err } = await runIn(terminal, ...drain);
  expect(status).toBe(1);
  expect(err).toContain("Check the URL");
});

it("the token follows no redirect, and goes to nothing that needs none", async () => {
  const elsewhere = await standIn({ body: {} });
  const { terminal } = await against({ status: 302, headers: { Location: elsewhere.url } });
  const { status, err } = await runIn(terminal, ...drain);
  expect(status).toBe(1);
  expect(err).toContain(`redirects to ${elsewhere.url}`);
  expect(elsewhere.asked).toEqual([]);
  const open = await against({ body: { mirrors: [], next: null } });
  await runIn(open.terminal, "list");
  expect(open.service.asked[0]?.headers.authorization).toBeUndefined();
  const away = await against({ body: { mirrors: [], next: elsewhere.url } });
  expect((await runIn(away.terminal, "list")).err).toContain("leads away");
  expect(elsewhere.asked).toEqual([]);
});

it("never prints the token", async () => {
  const { terminal } = await against(problemAnswer(401, "This token was revoked."));
  for (const args of [
    drain,
    ["whoami"],
    ["whoami", "--json"],
    ["plan", "--list", "/nonexistent"],
  ]) {
    const { out, err } = await runIn(terminal, ...args);
    expect(out + err).not.toContain(token.slice(15, 40));
  }
});

it.each([
  ["list"],
  ["whoami"],
  ["versions"],
  ["audit", "list"],
  ["audit", "verify"],
  ["audit", "export"],
  ["token", "list"],
  ["login", "--with-token"],
  drain,
])(
  "a page with status 200, as a proxy's sign-in is one, is no answer to %s %s",
  async (...args) => {
    const page = {
      headers: { "Content-Type": "text/html" },
      body: "<h1>Sign in to the network</h1>",
    };
    const { terminal, service } = await against(page);
    const home = temporaryFolder("home-");
    const signing = args[0] === "login" ? ["--url", service.url] : [];
    const asking = { ...terminal, home, input: async () => token };
    const { status, out, err } = await runIn(asking, ...args, ...signing);
    expect({ status, out }).toEqual({ status: 5, out: "" });
    expect(err).toContain(
      `What answers at ${service.url} isn't the service: it answers with text/html.`,
    );
    // A token that nobody has confirmed isn't stored.
    expect(readdirSync(home)).toEqual([]);
  },
);

it("nothing is explained of a page", async () => {
  const page = { headers: { "Content-Type": "text/html" }, body: "<h1>Nearmirror</h1>" };
  const { terminal } = await against(page);
  const { status, out, err } = await runIn(terminal, "explain", "192.0.2.1", "/");
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("/ is a page");
});

it("what the service says in plain text is told as it is, without advice of another URL", async () => {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  const { terminal } = await against({
    status: 400,
    headers,
    body: "state=x is none of up, down.\n",
  });
  expect(await runIn(terminal, "list")).toEqual({
    status: 1,
    out: "",
    err: "state=x is none of up, down.\n",
  });
});
