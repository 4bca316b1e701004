/** What is done with accounts. Each change and its entry in the audit log are one write. */
import {
  auditedPrincipal,
  maxPrincipals,
  type Principal,
  readPrincipal,
  unknownAccount,
  type WantedPrincipal,
} from "./account.ts";
import type { AccountStore } from "./account-store.ts";
import type { Act, AuditedVerb } from "./audit-entry.ts";
import type { AuditLog } from "./audit-log.ts";
import { lastAdminGone } from "./last-admin.ts";
import { done, type Outcome, refused } from "./outcome.ts";

export class Accounts {
  readonly #store: AccountStore;
  readonly #audit: AuditLog;

  constructor(store: AccountStore, audit: AuditLog) {
    this.#store = store;
    this.#audit = audit;
  }

  add(act: Act, wanted: WantedPrincipal): Outcome<Principal> {
    const read = readPrincipal(wanted);
    if ("refused" in read) return read;
    const { name } = read.done;
    if (this.#store.principal(name) !== undefined) {
      return refused(
        "conflict",
        `There is an account ${name} already: edit it, or take another name.`,
      );
    }
    if (this.#audit.mentions(name)) {
      const why = `An account ${name} was erased, and the audit log still has what it did: take another name.`;
      return refused("conflict", why);
    }
    if (this.#store.countPrincipals() >= maxPrincipals) {
      return refused(
        "full",
        `There are ${maxPrincipals} accounts, as many as can be: erase one first.`,
      );
    }
    return this.#written(
      { ...read.done, created: act.at, disabled: undefined },
      act,
      "account.add",
    );
  }

  /** Changes the fields that are named. */
  edit(act: Act, name: string, change: Partial<Omit<WantedPrincipal, "name">>): Outcome<Principal> {
    const before = this.#store.principal(name);
    if (before === undefined) return unknownAccount(name);
    const read = readPrincipal({ ...before, ...change });
    if ("refused" in read) return read;
    const last =
      read.done.role === "admin" ? undefined : lastAdminGone(this.#store, act.at, { name });
    return last ?? this.#written({ ...before, ...read.done }, act, "account.edit");
  }

  /** Its tokens work no more until it is enabled again. */
  disable(act: Act, name: string): Outcome<Principal> {
    const before = this.#store.principal(name);
    if (before === undefined) return unknownAccount(name);
    if (before.disabled !== undefined) return done(before);
    const last = lastAdminGone(this.#store, act.at, { name });
    return last ?? this.#written({ ...before, disabled: act.at }, act, "account.disable");
  }

  enable(act: Act, name: string): Outcome<Principal> {
    const before = this.#store.principal(name);
    if (before === undefined) return unknownAccount(name);
    if (before.disabled === undefined) return done(before);
    return this.#written({ ...before, disabled: undefined }, act, "account.enable");
  }

  /**
   * Removes an account, its tokens and the addresses that the audit log has of it. What it did stays there by name.
   *
   * @param also what else is kept of it, in the same transaction
   */
  erase(act: Act, name: string, also: () => void = () => undefined): Outcome<{ erased: string }> {
    const before = this.#store.principal(name);
    if (before === undefined) return unknownAccount(name);
    const last = lastAdminGone(this.#store, act.at, { name });
    if (last !== undefined) return last;
    return this.#store.together(() => {
      this.#store.dropTokensOf(name);
      this.#store.dropPrincipal(name);
      also();
      const resource = `account/${name}`;
      this.#audit.append({
        act,
        verb: "account.erase",
        resource,
        before: auditedPrincipal(before),
      });
      this.#audit.eraseAddresses(name);
      return done({ erased: name });
    });
  }

  #written(after: Principal, act: Act, verb: AuditedVerb): Outcome<Principal> {
    return this.#store.together(() => done(this.write(act, verb, after)));
  }

  /** To be called inside a transaction. */
  write(act: Act, verb: AuditedVerb, after: Principal): Principal {
    const before = this.#store.principal(after.name);
    this.#store.setPrincipal(after);
    this.#audit.append({
      act,
      verb,
      resource: `account/${after.name}`,
      ...(before !== undefined && { before: auditedPrincipal(before) }),
      after: auditedPrincipal(after),
    });
    return after;
  }
}
