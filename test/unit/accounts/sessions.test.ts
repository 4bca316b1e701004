/** Sessions of the console: bound to a token, idle, absolute, and forms that only our pages have. */
import { createHash, createHmac } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { isFormOf, type OpenSession, type Sessions } from "../../../worker/accounts/sessions.ts";
import { Alone, act, day, done, start, wantedOps } from "./accounts-alone.ts";

const opened: Alone[] = [];
afterEach(() => {
  for (const { sqlite } of opened.splice(0)) sqlite.close();
});
function signedIn(lifetimeMs = 30 * day) {
  const one = new Alone();
  opened.push(one);
  done(one.accounts.add(act("root"), wantedOps));
  const { token } = one.made("ops", { lifetimeMs, scopes: ["verbs=list.read"] });
  const cookie = one.sessions.begin(token.id, start).show();
  return { one, sessions: one.sessions, token, cookie };
}
const [minute, hour] = [60_000, 3_600_000];
function opens(sessions: Sessions, cookie: string, now: number): OpenSession {
  const session = sessions.open(cookie, now);
  if (typeof session === "string") throw new Error(session);
  return session;
}

it("opens with the token's principal and scopes", () => {
  const { sessions, token, cookie } = signedIn();
  expect(cookie).toMatch(/^nms_[0-9A-Za-z]{40}$/);
  const session = opens(sessions, cookie, start);
  expect(session).toMatchObject({
    principal: { name: "ops" },
    token: { id: token.id, scopes: token.scopes },
  });
  expect(session.until).toBe(start + 12 * hour);
});

it("opens, and ends, where nothing can be written", () => {
  const { one, sessions, cookie } = signedIn();
  const before = one.dump();
  expect(sessions.open(cookie, start + hour - minute, false)).toMatchObject({
    principal: { name: "ops" },
  });
  expect(sessions.open(cookie, start + hour, false)).toContain("Nobody used the session");
  expect(one.dump()).toBe(before);
});

it("only the cookie's hash is kept", () => {
  const { one, cookie } = signedIn();
  expect(one.dump()).not.toContain(cookie.slice(4));
  expect(one.dump()).toContain(createHash("sha256").update(cookie).digest("hex"));
});

it("ends after an hour without a request", () => {
  const { sessions, cookie } = signedIn();
  opens(sessions, cookie, start + hour - minute);
  opens(sessions, cookie, start + 2 * hour - 2 * minute);
  expect(sessions.open(cookie, start + 3 * hour - 2 * minute)).toBe(
    "Nobody used the session for an hour: sign in again.",
  );
  // For good.
  expect(sessions.open(cookie, start + 2 * hour)).toBe("You are not signed in.");
});

it("ends after twelve hours, however busy, and writes once a minute", () => {
  const { one, sessions, cookie } = signedIn();
  const changes = () => Number(one.sqlite.sql.exec("SELECT total_changes() AS n").toArray()[0]?.n);
  const before = changes();
  for (let at = 0; at < hour; at += 20_000) opens(sessions, cookie, start + at);
  expect(changes() - before).toBe(59);
  for (let at = hour; at < 12 * hour; at += hour - minute) opens(sessions, cookie, start + at);
  opens(sessions, cookie, start + 12 * hour - 1);
  expect(sessions.open(cookie, start + 12 * hour)).toMatch(/lasted its day/);
});

it("ends with its token, its account, and by itself", () => {
  const ends: [string, (one: Alone, id: string) => unknown][] = [
    ["revoked", (one, id) => one.tokens.revoke(act("root"), id)],
    ["disabled", (one) => one.accounts.disable(act("root"), "ops")],
    ["gone", (one) => one.accounts.erase(act("root"), "ops")],
  ];
  for (const [said, end] of ends) {
    const { one, sessions, token, cookie } = signedIn();
    end(one, token.id);
    expect(sessions.open(cookie, start)).toContain(said);
    expect(sessions.open(cookie, start)).toBe("You are not signed in.");
  }
  const short = signedIn(hour / 2);
  expect(opens(short.sessions, short.cookie, start).until).toBe(start + hour / 2);
  expect(short.sessions.open(short.cookie, start + hour / 2)).toContain("expired");
  const { sessions, token, cookie } = signedIn();
  const other = sessions.begin(token.id, start).show();
  sessions.end(cookie);
  expect(sessions.open(cookie, start)).toBe("You are not signed in.");
  opens(sessions, other, start);
});

it("strange cookies open nothing", () => {
  const { sessions, cookie } = signedIn();
  const hash = createHash("sha256").update(cookie).digest("hex");
  for (const strange of ["", hash, cookie.slice(1), `${cookie} `, "x".repeat(1e5)]) {
    expect(sessions.open(strange, start)).toBe("You are not signed in.");
  }
});

it("each sign-in is a new session; a token has at most ten, and the oldest ends", () => {
  const { one, sessions, token, cookie } = signedIn();
  const cookies = Array.from({ length: 10 }, (_, at) =>
    sessions.begin(token.id, start + at + 1).show(),
  );
  expect(new Set(cookies).size).toBe(10);
  expect(sessions.open(cookie, start + 20)).toBe("You are not signed in.");
  for (const each of cookies) opens(sessions, each, start + 20);
  expect(one.sqlite.sql.exec("SELECT count(*) AS n FROM session").toArray()).toEqual([{ n: 10 }]);
  sessions.prune(start + hour + 20);
  expect(one.sqlite.sql.exec("SELECT count(*) AS n FROM session").toArray()).toEqual([{ n: 0 }]);
});

it("a form is of its own session alone", () => {
  const { sessions, token, cookie } = signedIn();
  const session = opens(sessions, cookie, start);
  expect(session.formToken).toBe(
    createHmac("sha256", cookie).update("nearmirror form 1").digest("hex"),
  );
  expect(isFormOf(session, session.formToken)).toBe(true);
  expect(isFormOf(opens(sessions, cookie, start + minute), session.formToken)).toBe(true);
  const other = opens(sessions, sessions.begin(token.id, start).show(), start);
  for (const wrong of [
    "",
    other.formToken,
    cookie,
    session.formToken.slice(1),
    session.formToken.toUpperCase(),
  ]) {
    expect(isFormOf(session, wrong)).toBe(false);
  }
});
