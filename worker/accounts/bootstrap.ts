/**
 * The first admin's token. A secret that the deployment was given (`BOOTSTRAP_SECRET`) makes it, once: the hash of a used
 * secret is kept, so that it is worth nothing afterwards, also after a restart and when every token is revoked.
 *
 * Whoever can give the deployment another secret has the machine, or the account at the platform, and needs nobody's
 * leave: that other secret works once as well. That is the way back in for operators that lost all their tokens.
 */
import { sha256Of } from "../runtime/sha256.ts";
import { enabledAdmin, wrongName } from "./account.ts";
import type { AccountStore } from "./account-store.ts";
import type { Accounts } from "./accounts.ts";
import type { Act } from "./audit-entry.ts";
import { minBootstrapLength } from "./bootstrap-length.ts";
import { done, type Outcome, refused } from "./outcome.ts";
import { sameHash } from "./token.ts";
import type { MadeToken, Tokens } from "./tokens.ts";

/** `unset`: there is none; `weak`: too short to be taken; `open`: it works still, and should be used or taken away. */
export type BootstrapState = "unset" | "weak" | "open" | "used";

/** @param secret as the deployment has it; undefined: it has none */
export function bootstrapState(store: AccountStore, secret: string | undefined): BootstrapState {
  if (secret === undefined || secret === "") return "unset";
  if (secret.length < minBootstrapLength) return "weak";
  return store.isUsedBootstrap(sha256Of(secret)) ? "used" : "open";
}

/**
 * Makes an admin and its token. An account of that name that is an admin already is enabled again and gets a token more.
 *
 * @param secret as the deployment has it
 * @param shown as the caller sent it; whoever may try at all is decided before (`FailedTries`)
 * @param act its principal is the name of the admin
 * @returns `guessed` where the secret isn't right, which counts as a failed try
 */
export function bootstrap(
  { store, accounts, tokens }: BootstrapParts,
  { secret, shown }: { secret: string | undefined; shown: string },
  act: Act,
): Outcome<MadeToken> | { guessed: string } {
  const state = bootstrapState(store, secret);
  if (secret === undefined || state === "unset") {
    return refused(
      "conflict",
      "This service was given no BOOTSTRAP_SECRET: set one on the machine.",
    );
  }
  if (state === "weak") {
    return refused(
      "conflict",
      `BOOTSTRAP_SECRET is shorter than ${minBootstrapLength} characters: set a longer one, such as openssl rand -hex 32 makes.`,
    );
  }
  const hash = sha256Of(secret);
  if (!sameHash(sha256Of(shown), hash)) return { guessed: "This is not the bootstrap secret." };
  if (state === "used") {
    return refused(
      "conflict",
      "This bootstrap secret was used, and works once only. Who has lost all tokens sets another one on the machine.",
    );
  }
  const bad = wrongName(act.principal);
  if (bad !== undefined) return refused("wrong", bad);
  const before = store.principal(act.principal);
  if (before !== undefined && before.role !== "admin") {
    return refused("conflict", `The account ${before.name} is no admin: take another name.`);
  }
  // Checked before anything is written.
  const wanted = { principal: act.principal, scopes: [], description: "made by bootstrap" };
  const prepared = tokens.prepare(wanted, undefined, act.at);
  if ("refused" in prepared) return prepared;
  return store.together(() => {
    store.addUsedBootstrap(hash, act.at);
    accounts.write(act, "account.bootstrap", enabledAdmin(act.principal, before, act.at));
    return done(tokens.write(act, "account.bootstrap", prepared.done));
  });
}

interface BootstrapParts {
  store: AccountStore;
  accounts: Accounts;
  tokens: Tokens;
}
