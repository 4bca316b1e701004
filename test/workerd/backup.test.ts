/** A backup from one real object into another, over their HTTP: SQLite, streams and WebCrypto are the platform's. */
import { env, reset } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { Operations } from "../../worker/watchers/operations.ts";
import { firstToken } from "../lab/operator.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      OPERATIONS: DurableObjectNamespace<Operations>;
    }
  }
}

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => reset());

const path = "/api/v1/backup";
const sealed = { "Nearmirror-Passphrase": "a passphrase of tests, long enough" };
const type = { "Content-Type": "application/jsonl" };

/** A service by the name of its object. */
function service(name: string) {
  const stub = env.OPERATIONS.get(env.OPERATIONS.idFromName(name));
  const ask = async (to: string, init: RequestInit = {}) =>
    await stub.fetch(`https://operators.invalid${to}`, init);
  return {
    ask,
    admin: async () =>
      await firstToken("/", async (url, init) => await ask(url.replace(/^\/+/, "/"), init)),
    async read(to: string, token: string) {
      const answer = await ask(to, { headers: { Authorization: `Bearer ${token}` } });
      const body: Record<string, unknown> = await answer.json();
      return { status: answer.status, body };
    },
  };
}

/** Accounts beyond a page of the export. */
const accounts = 230;

it("comes whole through two objects, and what was cut, changed or is newer leaves no trace", async () => {
  const [old, fresh] = [service("operations"), service("other")];
  const admin = await old.admin();
  const signed = { Authorization: `Bearer ${admin}`, "Content-Type": "application/json" };
  for (let at = 0; at < accounts; at++) {
    const body = JSON.stringify({ name: `reader-${at}`, role: "reader" });
    const added = await old.ask("/api/v1/principals", { method: "POST", headers: signed, body });
    expect(added.status).toBe(201);
    await added.body?.cancel();
  }
  const hook = JSON.stringify({ url: "https://chat.example/hook", types: ["list.*"] });
  const made = await old.ask("/api/v1/webhooks", { method: "POST", headers: signed, body: hook });
  expect(made.status).toBe(201);
  await made.body?.cancel();
  const exported = await old.ask(path, { headers: { ...signed, ...sealed } });
  const text = await exported.text();
  expect([exported.status, exported.headers.get("Content-Type")]).toEqual([
    200,
    "application/jsonl",
  ]);

  const own = await fresh.admin();
  const put = async (body: string) =>
    await fresh.ask(path, {
      method: "PUT",
      headers: { Authorization: `Bearer ${own}`, ...type, ...sealed },
      body,
    });
  const before = (await fresh.read("/api/v1/audit/verify", own)).body;
  const spoiled: [string, RegExp][] = [
    [text.slice(0, text.length / 2), /cut/],
    [text.replace("reader-7", "reader-x"), /other bytes/],
    [text.replace('"format":1', '"format":9'), /format 9/],
  ];
  for (const [body, told] of spoiled) {
    const refused = await put(body);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(told);
    expect((await fresh.read("/api/v1/audit/verify", own)).body).toEqual(before);
  }

  const restored = await put(text);
  expect([restored.status, await restored.json()]).toEqual([
    200,
    expect.objectContaining({ admins: ["lab"], webhooksWithoutSecret: 0 }),
  ]);
  const names = async (of: typeof old) => {
    const found: unknown[] = [];
    for (let to: unknown = "/api/v1/principals"; typeof to === "string"; ) {
      const { body } = await of.read(to, admin);
      found.push(body.principals);
      to = body.next;
    }
    return found.flat();
  };
  expect(await names(fresh)).toEqual(await names(old));
  expect((await names(fresh)).length).toBe(accounts + 1);
  expect((await fresh.read("/api/v1/audit/verify", admin)).body).toMatchObject({ intact: true });
  expect((await fresh.read("/api/v1/me", own)).status).toBe(401);
});
