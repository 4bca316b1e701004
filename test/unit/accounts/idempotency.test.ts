/** Idempotency keys: the same request is done once and answered as often as it is sent. */
import { afterEach, expect, it } from "vitest";
import {
  fingerprintOf,
  Idempotency,
  type KeptAnswer,
  keptAnswerMs,
  maxKeptBody,
  maxKeys,
  maxKeysOfOne,
  readKey,
} from "../../../worker/accounts/idempotency.ts";
import { emptyDatabase, start } from "./accounts-alone.ts";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});
function database() {
  const made = emptyDatabase();
  opened.push(made);
  return made;
}

const keyed = { principal: "ops", key: "k1", fingerprint: fingerprintOf("POST", "/x", "{}") };
const answer: KeptAnswer = { status: 201, headers: [["Location", "/x/1"]], body: '{"a":1}' };
const fresh = { is: "new" };

it("the same request gets the first one's answer, for a day", () => {
  const sqlite = database();
  const answers = new Idempotency(sqlite.sql);
  expect(answers.begin(keyed, start)).toEqual(fresh);
  answers.finish(keyed, answer, start);
  expect(answers.begin(keyed, start)).toEqual({ is: "answered", answer });
  expect(new Idempotency(sqlite.sql).begin(keyed, start + keptAnswerMs - 1)).toEqual({
    is: "answered",
    answer,
  });
  expect(answers.begin(keyed, start + keptAnswerMs)).toEqual(fresh);
});

it("another request with that key is a conflict, another principal's key is another key", () => {
  const answers = new Idempotency(database().sql);
  const others = [
    fingerprintOf("PUT", "/x", "{}"),
    fingerprintOf("POST", "/x?", "{}"),
    fingerprintOf("POST", "/x", "{ }"),
  ].map((fingerprint) => ({ ...keyed, fingerprint }));
  answers.begin(keyed, start);
  for (const other of others) expect(answers.begin(other, start)).toMatchObject({ is: "conflict" });
  answers.finish(keyed, answer, start);
  for (const other of others) expect(answers.begin(other, start)).toMatchObject({ is: "conflict" });
  expect(answers.begin({ ...keyed, principal: "root" }, start)).toEqual(fresh);
});

it("a second one at the same time hears that the first is under way, until it is done or has failed", () => {
  const answers = new Idempotency(database().sql);
  expect(answers.begin(keyed, start)).toEqual(fresh);
  expect(answers.begin(keyed, start + 10)).toMatchObject({ is: "under way" });
  answers.abandon(keyed);
  expect(answers.begin(keyed, start + 20)).toEqual(fresh);
  // What never came back counts as dead after five minutes.
  expect(answers.begin(keyed, start + 300_019)).toMatchObject({ is: "under way" });
  expect(answers.begin(keyed, start + 300_020)).toEqual(fresh);
});

it("a change that is rolled back takes its answer along", () => {
  const { sql } = database();
  const answers = new Idempotency(sql);
  answers.begin(keyed, start);
  const failing = () =>
    sql.transaction(() => {
      answers.finish(keyed, answer, start);
      throw new Error("no");
    });
  expect(failing).toThrow("no");
  expect(answers.begin(keyed, start)).toEqual(fresh);
});

it("a body that has a secret or is too long is not kept", () => {
  const sqlite = database();
  const answers = new Idempotency(sqlite.sql);
  answers.begin(keyed, start);
  answers.finish(keyed, { ...answer, body: "nmt_secret", hasSecret: true }, start);
  expect(answers.begin(keyed, start)).toEqual({
    is: "answered",
    answer: { ...answer, body: undefined },
  });
  expect(JSON.stringify(sqlite.sql.exec("SELECT * FROM answered").toArray())).not.toContain("nmt_");
  const long = { ...keyed, key: "k2" };
  answers.begin(long, start);
  answers.finish(long, { ...answer, body: "x".repeat(maxKeptBody + 1) }, start);
  expect(answers.begin(long, start)).toMatchObject({ is: "answered", answer: { body: undefined } });
});

it("keys are bounded, and none is forgotten early", () => {
  const { sql } = database();
  const fill = (principal: string, count: number) =>
    sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO answered SELECT ?, 'f' || i, '', ?, 200, '[]', '' FROM n`,
      ...[count, principal, start],
    );
  let answers = new Idempotency(sql);
  fill("ops", maxKeysOfOne - 1);
  expect(answers.begin(keyed, start)).toEqual(fresh);
  answers.finish(keyed, answer, start);
  const second = { ...keyed, key: "k2" };
  expect(answers.begin(second, start)).toMatchObject({
    is: "full",
    why: expect.stringContaining("5000 keys"),
  });
  expect(answers.begin(keyed, start)).toEqual({ is: "answered", answer });
  expect(answers.begin({ ...second, principal: "root" }, start)).toEqual(fresh);
  for (let at = 1; at < maxKeys / maxKeysOfOne; at++) fill(`p${at}`, maxKeysOfOne);
  answers = new Idempotency(sql);
  expect(answers.begin({ ...second, principal: "root" }, start)).toMatchObject({ is: "full" });
  expect(answers.begin(second, start + keptAnswerMs)).toEqual(fresh);
  expect(sql.exec("SELECT count(*) AS n FROM answered").toArray()).toEqual([{ n: 0 }]);
});

it("requests under way are bounded", () => {
  const answers = new Idempotency(database().sql);
  for (let at = 0; at < 1000; at++) answers.begin({ ...keyed, key: `k${at}` }, start);
  const more = { ...keyed, key: "more" };
  expect(answers.begin(more, start)).toMatchObject({ is: "full" });
  expect(answers.begin(more, start + 300_000)).toEqual(fresh);
});

it("an erased principal's answers go", () => {
  const answers = new Idempotency(database().sql);
  answers.begin(keyed, start);
  answers.finish(keyed, answer, start);
  answers.erase("ops");
  expect(answers.begin(keyed, start)).toEqual(fresh);
});

it("the header is a structured string, or bare", () => {
  expect(readKey(null)).toBeUndefined();
  expect(readKey('"8e03978e-40d5-43dd-bc93-6894a57f9324"')).toEqual({
    done: "8e03978e-40d5-43dd-bc93-6894a57f9324",
  });
  expect(readKey(" abc/1 ")).toEqual({ done: "abc/1" });
  for (const wrong of [
    "",
    '""',
    '"',
    "a b",
    '"a',
    'a"b',
    "é",
    "a\\b",
    "x".repeat(256),
    "a\u0000",
  ]) {
    expect(readKey(wrong)).toMatchObject({ refused: "wrong" });
  }
});
