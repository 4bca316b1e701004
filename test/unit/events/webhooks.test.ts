/** Events: told once, signed as Standard Webhooks has it, again where a receiver failed, together in a storm. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewEvent } from "../../../worker/events/event.ts";
import { apartMs, maxAttempts, pauseMs, urlFault } from "../../../worker/events/webhook.ts";
import { signatureOf } from "../../../worker/events/webhooks.ts";
import { openOffice, type TestOffice } from "../operate/office.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder("events-");
let files = 0;
let database: BreakableSqlite;
let world: TestOffice;
let admin: string;

interface Received {
  url: string;
  headers: Headers;
  body: string;
}
let received: Received[];
let answers: (number | Error)[];

beforeEach(async () => {
  database = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  world = openOffice(database.sql);
  admin = await world.admin();
  received = [];
  answers = [];
  world.receiveBy(async (url, { headers, body }) => {
    received.push({ url, headers: new Headers(headers), body: String(body) });
    const answer = answers.shift() ?? 204;
    if (answer instanceof Error) throw answer;
    return new Response(null, { status: answer });
  });
});
afterEach(() => database.close());

async function addWebhook(more: object = {}): Promise<{ id: number; secret: string }> {
  const body = { url: "https://hooks.example/in", ...more };
  const added = await world.ask("POST", "/api/v1/webhooks", { token: admin, body });
  expect(added.status).toBe(201);
  return { id: added.body.webhook.id, secret: added.body.secret };
}

function happens(...mirrors: string[]): void {
  for (const mirror of mirrors) {
    const event: NewEvent = {
      type: "mirror.state",
      at: world.clock.now,
      mirror,
      says: `${mirror} went`,
      data: { to: "down" },
    };
    world.office.eventStore.append(event);
  }
}

const bodies = () =>
  received.map(({ body }): { type: string; data: Record<string, unknown> } => JSON.parse(body));

describe("a delivery", () => {
  it("is signed over its name, time and body by the secret that was shown once", async () => {
    const { secret } = await addWebhook();
    happens("a.example");
    await world.office.deliver();
    const [one] = received;
    if (one === undefined) throw new Error("nothing came");
    const name = one.headers.get("webhook-id");
    const seconds = one.headers.get("webhook-timestamp");
    expect(Number(seconds)).toBe(world.clock.now / 1000);
    const key = secret.replace(/^whsec_/, "");
    const expected = await signatureOf(key, `${name}.${seconds}.${one.body}`);
    expect(one.headers.get("webhook-signature")).toBe(`v1,${expected}`);
    expect(JSON.parse(one.body)).toMatchObject({
      type: "mirror.state",
      data: { mirror: "a.example", says: "a.example went" },
    });
    const read = await world.ask("GET", "/api/v1/webhooks", { token: admin });
    expect(read.text).not.toContain(key);
  });

  it("has the signature of Standard Webhooks' own example", async () => {
    // From the specification's symmetric example (standard-webhooks, spec/standard-webhooks.md and its libraries' tests).
    const signed = await signatureOf(
      "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}',
    );
    expect(signed).toBe("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is tried again under the same name and with the same events, later each time, then given up", async () => {
    await addWebhook();
    happens("a.example");
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      answers = [attempt % 2 === 0 ? 503 : new Error("refused")];
      await world.office.deliver();
      happens(`later-${attempt}.example`);
      const due = world.office.webhooks.nextDue() ?? 0;
      expect(due).toBeGreaterThan(world.clock.now);
      world.clock.now = due - 1;
      await world.office.deliver();
      expect(received).toHaveLength(attempt);
      world.clock.now = due;
    }
    expect(new Set(received.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    expect(new Set(bodies().map(({ data }) => data.mirror))).toEqual(new Set(["a.example"]));
    const read = await world.ask("GET", "/api/v1/webhooks", { token: admin });
    expect(read.body.webhooks[0].delivery).toMatchObject({ lost: 1, attempts: 0 });
    // What came meanwhile comes next, together.
    await world.office.deliver();
    expect(bodies().at(-1)).toMatchObject({
      type: "digest",
      data: { count: maxAttempts, counts: { "mirror.state": maxAttempts } },
    });
  });

  it("of a storm is one digest, and the next one comes a while later", async () => {
    await addWebhook({ types: ["mirror.*"] });
    happens("first.example");
    await world.office.deliver();
    happens(...Array.from({ length: 250 }, (_, number) => `m${number}.example`));
    await world.office.deliver();
    expect(received).toHaveLength(1);
    world.clock.now += apartMs;
    await world.office.deliver();
    expect(bodies()[1]).toMatchObject({ type: "digest", data: { count: 250, omitted: 150 } });
    expect(world.office.webhooks.nextDue()).toBeUndefined();
  });

  it("has what is wanted alone, and what isn't is passed over for good", async () => {
    await addWebhook({ types: ["mirror.state"], mirrors: ["b.example"] });
    happens("a.example", "b.example", "c.example");
    world.office.happenings.alarms([{ name: "stale debian", detail: "behind" }]);
    await world.office.deliver();
    expect(bodies().map(({ data }) => data.mirror)).toEqual(["b.example"]);
    expect(world.office.webhooks.nextDue()).toBeUndefined();
  });

  it("goes no more where the receiver says that it is gone", async () => {
    await addWebhook();
    happens("a.example");
    answers = [410];
    await world.office.deliver();
    happens("b.example");
    world.clock.now += 3_600_000;
    await world.office.deliver();
    expect(received).toHaveLength(1);
    const read = await world.ask("GET", "/api/v1/webhooks", { token: admin });
    expect(read.body.webhooks[0].disabled).toContain("410");
  });

  it("waits longer with each failure, up to six hours and a fifth", () => {
    const pauses = Array.from({ length: maxAttempts - 1 }, (_, at) => pauseMs(at + 1, 0.5));
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses[0]).toBe(10_000);
    expect(pauseMs(maxAttempts, 1)).toBe(6 * 3600 * 1000 * 1.2);
    expect(pauses.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(20 * 3600 * 1000);
  });
});

it.each([
  ["https://hooks.example/x", undefined],
  ["http://hooks.example/x", "https"],
  ["http://10.1.2.3:8080/x", undefined],
  ["http://169.254.169.254/latest", "receiver"],
  ["https://user:secret@hooks.example/", "credentials"],
  ["file:///etc/passwd", "receiver|https"],
  ["nothing", "no URL"],
])("a webhook to %s", (url, refused) => {
  const fault = urlFault(url);
  if (refused === undefined) expect(fault).toBeUndefined();
  else expect(fault).toMatch(new RegExp(refused));
});

describe("an alarm", () => {
  it("is an event when it is raised, and when it has been quiet for long enough", () => {
    const { happenings, eventStore } = world.office;
    const stale = { name: "stale debian", detail: "two days behind", repository: "debian" };
    expect(happenings.alarms([stale])).toBe(true);
    expect(happenings.alarms([stale])).toBe(false);
    world.clock.now += 60_000;
    // One look that misses it says nothing.
    expect(happenings.alarms([])).toBe(false);
    world.clock.now += 60_000;
    expect(happenings.alarms([stale])).toBe(false);
    world.clock.now += 200_000;
    expect(happenings.alarms([])).toBe(true);
    expect(happenings.alarms([])).toBe(false);
    expect(eventStore.behind(0, 10).map(({ type, repository }) => [type, repository])).toEqual([
      ["alarm.raised", "debian"],
      ["alarm.cleared", "debian"],
    ]);
  });
});

describe("whoever watches", () => {
  it("gets what comes, and goes on where the stream ended", async () => {
    happens("before.example");
    const open = (headers: Record<string, string> = {}) =>
      world.stream("/api/v1/events?type=mirror.state&mirror=a.example", { token: admin, headers });
    const stream = await open();
    happens("a.example", "b.example");
    await world.office.tell();
    happens("a.example");
    await world.office.tell();
    const text = await stream.until(2);
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual([2, 4]);
    await stream.close();
    expect(world.office.eventStreams.size).toBe(0);
    const again = await open({ "Last-Event-ID": "2" });
    expect(await again.until(1)).toContain("id: 4\n");
    await again.close();
  });

  it("reads back by pages, newest first", async () => {
    happens(...Array.from({ length: 130 }, () => "a.example"));
    const first = await world.ask("GET", "/api/v1/events?mirror=a.example", { token: admin });
    const second = await world.ask("GET", first.body.next, { token: admin });
    const ids = [...first.body.events, ...second.body.events].map(({ id }: { id: number }) => id);
    expect(ids).toEqual(Array.from({ length: 130 }, (_, at) => 130 - at));
    expect(second.body.next).toBeNull();
  });
});
