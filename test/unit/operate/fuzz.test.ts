/**
 * 5,000 requests with a fixed seed, right, half right and wrong: none is a fault of the service, each answer is as the
 * document has it, and no secret comes out of the service but where it is made.
 */
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { apiRoutes } from "../../../worker/operate/api-table.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type AskOptions, bootstrapSecret, givenVersion, openOffice, site } from "./office.ts";

const seed = 20261130;
const requests = 5000;

const database = new BreakableSqlite(join(temporaryFolder("fuzz-"), "db.sqlite"));
afterAll(() => database.close());

it(`answers ${requests} odd requests without a fault (seed ${seed})`, async () => {
  const random = seeded(seed);
  const below = (most: number) => Math.floor(random() * most);
  const oneOf = <One>(all: readonly One[]): One => {
    const chosen = all[below(all.length)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  };
  const world = openOffice(database.sql);
  const admin = await world.admin();
  const secrets = [admin, bootstrapSecret];
  const tokens = [
    admin,
    await world.token("op", "operator"),
    await world.token("own", "mirror-admin", { mirrors: ["a.example"] }),
    await world.token("reads", "reader"),
  ];
  secrets.push(...tokens);

  const names = [
    "a.example",
    "b.example",
    "none.example",
    "third",
    "a..b",
    "%2F",
    "ä",
    "x".repeat(300),
    "constructor",
    "__proto__",
    "1",
    "mirrors",
    String(givenVersion),
    "",
  ];
  const values: readonly (() => unknown)[] = [
    () => null,
    () => below(1e9),
    () => -below(1e9) / 7,
    () => oneOf(names),
    () => "nmt_x",
    () => true,
    () => [],
    () => [oneOf(names), below(9)],
    () => ({}),
    () => ({ [oneOf(names) || "why"]: oneOf(names) }),
    () => site(oneOf(["a.example", "c.example", "d.example"])),
    () => ({ "mirrors/c.example": site("c.example"), "mirrors/b.example": null }),
    () => ({ "mirrors/c.example": { name: 1 }, "../x": "y", "keys/a": "!" }),
    () => "x".repeat(below(3000)),
    () => JSON.parse('{"__proto__": {"admin": true}, "a": {"constructor": 1}}'),
  ];
  const fields = [
    "why",
    "changes",
    "entries",
    "base",
    "until",
    "repository",
    "capacity",
    "name",
    "role",
    "mirrors",
    "contact",
    "principal",
    "scopes",
    "description",
    "days",
    "secret",
    "nosuch",
  ];
  const bodyOf = (): unknown => {
    const kind = below(10);
    if (kind === 0) return oneOf(values)();
    if (kind === 1) return oneOf(["", "{", "[1", '{"a":', "\u0000", '"\\ud800"', "[".repeat(200)]);
    if (kind === 2) return { description: "fuzz" };
    if (kind === 3) return { name: `made-${below(500)}`, role: "reader" };
    if (kind === 4) return { why: "because", ...(random() < 0.5 && { until: "1h" }) };
    const all = Array.from({ length: below(5) }, () => [oneOf(fields), oneOf(values)()]);
    const good: [string, unknown][] = [
      ["why", "because"],
      ["base", givenVersion],
      ["description", "fuzz"],
      ["role", oneOf(["admin", "operator", "reader", "mirror-admin"])],
      ["name", oneOf(["other", "third"])],
    ];
    return Object.fromEntries([...good.filter(() => random() < 0.6), ...all]);
  };
  const headerTexts = [
    "*",
    '"1000"',
    '"x"',
    'W/"1"',
    "",
    "key-1",
    "key-2",
    "k".repeat(300),
    "a b",
    "ü",
  ];
  const statuses = new Map<number, number>();
  for (let at = 0; at < requests; at += 1) {
    const route = oneOf(apiRoutes);
    const method =
      random() < 0.9 ? route.method : oneOf(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
    const path = route.path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
      if (parameter === "folder")
        return oneOf(["mirrors", "repositories", "keys", "images", "other"]);
      const name = oneOf(names);
      return name.includes("%") ? name : encodeURIComponent(name);
    });
    const query =
      random() < 0.3
        ? `?${oneOf(["before", "limit", "why", "principal", "verb", "from", "after", "withMade", "id", "x"])}=${encodeURIComponent(String(oneOf(values)()))}`
        : "";
    const headers: Record<string, string> = {};
    for (const name of ["If-Match", "If-None-Match", "Idempotency-Key", "Content-Type"]) {
      const text = oneOf(headerTexts);
      if (random() < 0.15 && /^[\x20-\x7e]*$/.test(text)) headers[name] = text;
    }
    const hasBody = method !== "GET" && method !== "OPTIONS" && random() < 0.85;
    const token = random() < 0.9 ? oneOf(tokens) : oneOf(["", "nmt_wrong", `${admin}x`]);
    const options: AskOptions = {
      ...(token !== "" && { token }),
      headers,
      ...(hasBody && { body: bodyOf() }),
      address: `198.51.100.${below(250)}`,
    };
    const said = `${at}: ${method} ${path}${query} ${JSON.stringify(options)}`;
    // Accounts that were disabled or erased by an earlier request are no fault; the clock moves so that limits don't end it.
    world.clock.now += 200;
    let answered: Awaited<ReturnType<typeof world.ask>>;
    try {
      answered = await world.ask(method, path + query, options);
    } catch (error) {
      throw new Error(`${said}\n${error instanceof Error ? error.message : error}`);
    }
    expect(answered.status, said).toBeLessThan(500 + (answered.status === 507 ? 8 : 0));
    statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
    const made: unknown = Reflect.get(Object(answered.body), "secret");
    if (typeof made === "string") secrets.push(made);
    for (const secret of secrets) {
      if (secret === made) continue;
      if (answered.text.includes(secret)) throw new Error(`${said}\nshows a secret`);
    }
  }
  // It met what it was to meet: things done, and refused for each reason.
  for (const status of [200, 201, 400, 401, 403, 404, 412, 415, 422, 428]) {
    expect([...statuses.keys()]).toContain(status);
  }
  const everything = [
    "audit",
    "token",
    "principal",
    "session",
    "answered",
    "list_change",
    "list_entry",
  ].flatMap((table) =>
    database.sql
      .exec(`SELECT * FROM ${table}`)
      .toArray()
      .map((row) => JSON.stringify(row)),
  );
  const kept = `${everything.join("\n")}\n${world.logged.join("\n")}`;
  for (const secret of secrets) expect(kept.includes(secret)).toBe(false);
  expect(world.logged.filter((line) => !line.startsWith("probe"))).toEqual([]);
  const audit = await world.ask("GET", "/api/v1/audit/verify", { token: admin });
  expect([200, 401, 403]).toContain(audit.status);
  expect(world.office.audit.verify().broken).toBeUndefined();
}, 120_000);
