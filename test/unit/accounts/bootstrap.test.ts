/** The first admin's token: once, and then never again by that secret. */
import { afterEach, expect, it } from "vitest";
import { bootstrap, bootstrapState } from "../../../worker/accounts/bootstrap.ts";
import { Alone, act, bootstrapSecret, done, start, wantedOps } from "./accounts-alone.ts";

const opened: Alone[] = [];
afterEach(() => {
  for (const { sqlite } of opened.splice(0)) sqlite.close();
});
function alone(): Alone {
  const made = new Alone();
  opened.push(made);
  return made;
}
const right = { secret: bootstrapSecret, shown: bootstrapSecret };
const root = act("root");
const used = { refused: "conflict", why: expect.stringContaining("works once only") };

it("makes an admin whose token has no scopes, and the audit log has it", () => {
  const one = alone();
  expect(bootstrapState(one.store, bootstrapSecret)).toBe("open");
  const { token, secret } = done(bootstrap(one, right, root));
  expect(one.tokens.signIn(secret.show(), start)).toMatchObject({
    principal: { name: "root", role: "admin" },
    token: { id: token.id, scopes: [] },
  });
  expect(one.audit.query({}, 10).map(({ verb, resource }) => [verb, resource])).toEqual([
    ["account.bootstrap", `token/${token.id}`],
    ["account.bootstrap", "account/root"],
  ]);
  expect(bootstrapState(one.store, bootstrapSecret)).toBe("used");
});

it("works once: not again, not after a restart, not when all tokens are revoked or accounts gone", () => {
  let one = alone();
  const { token } = done(bootstrap(one, right, root));
  expect(bootstrap(one, right, root)).toMatchObject(used);
  expect(bootstrap(one, right, act("second"))).toMatchObject(used);
  one = one.restarted();
  opened.splice(0, opened.length, one);
  expect(bootstrap(one, right, root)).toMatchObject(used);
  done(one.tokens.revoke(root, token.id, { evenLast: true }));
  expect(bootstrap(one, right, root)).toMatchObject(used);
  done(one.accounts.erase(root, "root"));
  one = one.restarted();
  opened.splice(0, opened.length, one);
  expect(bootstrap(one, right, root)).toMatchObject(used);
});

it("another secret, set on the machine, works once as well, and enables an admin again", () => {
  const one = alone();
  const { token } = done(bootstrap(one, right, root));
  done(one.tokens.revoke(root, token.id, { evenLast: true }));
  done(one.accounts.disable(root, "root"));
  const other = { secret: "f00d".repeat(8), shown: "f00d".repeat(8) };
  const made = done(bootstrap(one, other, root));
  expect(one.tokens.signIn(made.secret.show(), start)).toHaveProperty("principal");
  expect(bootstrap(one, other, root)).toMatchObject(used);
  expect(bootstrap(one, right, root)).toMatchObject(used);
});

it("a wrong secret is a guess and changes nothing", () => {
  const one = alone();
  for (const shown of [
    "",
    bootstrapSecret.slice(1),
    `${bootstrapSecret} `,
    bootstrapSecret.toUpperCase(),
  ]) {
    expect(bootstrap(one, { secret: bootstrapSecret, shown }, root)).toHaveProperty("guessed");
  }
  done(bootstrap(one, right, root));
  // Whoever guesses doesn't learn that it was used.
  expect(bootstrap(one, { secret: bootstrapSecret, shown: "x" }, root)).toHaveProperty("guessed");
});

it.each([undefined, "", "short", "x".repeat(31)])(
  "no secret, or a weak one (%s), makes nobody an admin",
  (secret) => {
    const one = alone();
    const outcome = bootstrap(one, { secret, shown: secret ?? "" }, root);
    expect(outcome).toMatchObject({
      refused: "conflict",
      why: expect.stringContaining("BOOTSTRAP_SECRET"),
    });
    expect(one.store.countPrincipals()).toBe(0);
    expect(bootstrapState(one.store, secret)).toBe(secret ? "weak" : "unset");
  },
);

it("makes no admin of somebody who is none, and takes no name that can't be one", () => {
  const one = alone();
  done(one.accounts.add(root, wantedOps));
  expect(bootstrap(one, right, act("ops"))).toMatchObject({ refused: "conflict" });
  expect(bootstrap(one, right, act("R T"))).toMatchObject({ refused: "wrong" });
  expect(bootstrapState(one.store, bootstrapSecret)).toBe("open");
});

it("the secret itself is nowhere in the database", () => {
  const one = alone();
  const { secret } = done(bootstrap(one, right, root));
  expect(one.dump()).not.toContain(bootstrapSecret);
  expect(one.dump()).not.toContain(secret.show().slice(15));
});
