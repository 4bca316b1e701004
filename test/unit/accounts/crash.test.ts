/** Every change of accounts, failing and ending at every step of its writing: all of it and its audit entry, or neither. */
import { afterEach, describe, expect, it } from "vitest";
import { bootstrap } from "../../../worker/accounts/bootstrap.ts";
import { Died, type Mishap } from "../runtime/sqlite.ts";
import {
  Alone,
  act,
  bootstrapSecret,
  day,
  done,
  emptyDatabase,
  start,
  wantedOps,
} from "./accounts-alone.ts";

const opened: Alone["sqlite"][] = [];
afterEach(() => {
  for (const sqlite of opened.splice(0)) sqlite.close();
});

const limits = { ms: 730 * day, entries: 2, characters: 1e9 };
const by = act("root", { at: start + 1 });
const secrets = { secret: bootstrapSecret, shown: bootstrapSecret };

/** What is there already, and the change that meets a mishap. */
interface Change {
  says: string;
  before(one: Alone): void;
  does(one: Alone): unknown;
}

const withOps = (one: Alone) => {
  one.bootstrapped();
  done(one.accounts.add(act("root"), wantedOps));
  one.made("ops");
};
const tokenOfOps = (one: Alone) => one.store.tokensOf("ops")[0]?.id ?? "";

const changes: Change[] = [
  { says: "bootstrap", before: () => undefined, does: (one) => done(bootstrap(one, secrets, by)) },
  { says: "add", before: () => undefined, does: (one) => done(one.accounts.add(by, wantedOps)) },
  {
    says: "edit",
    before: withOps,
    does: (one) => done(one.accounts.edit(by, "ops", { contact: "" })),
  },
  { says: "disable", before: withOps, does: (one) => done(one.accounts.disable(by, "ops")) },
  {
    says: "erase, with answers",
    before: (one) => {
      withOps(one);
      one.audit.appendAlone({ act: act("ops"), verb: "list.apply", resource: "list" });
      one.answers.finish(
        { principal: "ops", key: "k", fingerprint: "" },
        { status: 200, headers: [], body: "" },
        start,
      );
    },
    does: (one) => done(one.accounts.erase(by, "ops", () => one.answers.erase("ops"))),
  },
  {
    says: "create a token",
    before: withOps,
    does: (one) =>
      done(one.tokens.create(by, { principal: "ops", scopes: [], description: "two" }, undefined)),
  },
  {
    says: "revoke a token with what it made",
    before: (one) => {
      withOps(one);
      const parent = one.store.token(tokenOfOps(one));
      done(
        one.tokens.create(
          act("ops"),
          { principal: "ops", scopes: [], description: "child" },
          parent,
        ),
      );
    },
    does: (one) => {
      const first = one.store.tokensOf("ops").find(({ madeBy }) => madeBy === "");
      done(one.tokens.revoke(by, first?.id ?? "", { withMade: true }));
    },
  },
  { says: "prune", before: withOps, does: (one) => one.audit.prune(start + 1) },
];

/** All that is kept, but what is random. */
function state(one: Alone) {
  const rows = (query: string) => one.sqlite.sql.exec(query).toArray();
  return {
    principals: rows("SELECT * FROM principal ORDER BY name"),
    tokens: rows(
      "SELECT principal, description, revoked FROM token ORDER BY principal, description",
    ),
    used: rows("SELECT hash FROM usedBootstrap"),
    answers: rows("SELECT principal, key FROM answered"),
    audit: rows("SELECT id, principal, verb, address FROM audit ORDER BY id"),
  };
}

function begun(change: Change): Alone {
  const sqlite = emptyDatabase();
  opened.push(sqlite);
  const one = new Alone(sqlite, limits);
  change.before(one);
  return one;
}

describe.each<Mishap>(["throws", "dies"])("when a write %s", (mishap) => {
  it.each(changes)("$says is done wholly or not at all, and can be done again", (change) => {
    const undisturbed = begun(change);
    const before = state(undisturbed);
    change.does(undisturbed);
    const after = state(undisturbed);
    expect(after).not.toEqual(before);
    expect(after.answers).toEqual([]);
    let tried = 0;
    for (let nth = 1; ; nth++) {
      let one = begun(change);
      one.sqlite.breakAt(nth, mishap);
      let failed: unknown;
      try {
        change.does(one);
      } catch (error) {
        failed = error;
      }
      if (one.sqlite.whole) break;
      tried++;
      expect(failed, `step ${nth}`).toBeInstanceOf(mishap === "dies" ? Died : Error);
      if (mishap === "dies") {
        one.sqlite.reopen();
        one = new Alone(one.sqlite, limits);
      }
      one.verified();
      const is = state(one);
      const isDone = JSON.stringify(is) === JSON.stringify(after);
      expect(isDone ? after : before, `step ${nth}`).toEqual(is);
      if (isDone) continue;
      change.does(one);
      expect(state(one)).toEqual(after);
      one.verified();
    }
    // A change, its entry, the log's end, and the commit.
    expect(tried, "steps tried").toBeGreaterThanOrEqual(4);
  });
});
