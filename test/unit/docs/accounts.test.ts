/** docs/operating/accounts.md says what the code does. */
import { expect, it } from "vitest";
import {
  defaultTokenMs,
  endedTokenMs,
  maxPrincipals,
  maxTokenMs,
  maxTokens,
  maxTokensKept,
} from "../../../worker/accounts/account.ts";
import { maxTextLength, maxValueLength } from "../../../worker/accounts/audit-entry.ts";
import {
  auditMs,
  auditStep,
  maxAuditCharacters,
  maxAuditEntries,
} from "../../../worker/accounts/audit-log.ts";
import { minBootstrapLength } from "../../../worker/accounts/bootstrap-length.ts";
import {
  keptAnswerMs,
  maxKeptBody,
  maxKeyLength,
  maxKeys,
  maxKeysOfOne,
} from "../../../worker/accounts/idempotency.ts";
import { may } from "../../../worker/accounts/roles.ts";
import { maxNamesInScope, maxScopes, readScopes } from "../../../worker/accounts/scopes.ts";
import { idleSessionMs, maxSessionMs, maxSessions } from "../../../worker/accounts/sessions.ts";
import { allVerbs, type Role, roles, type Verb, verbRow } from "../../../worker/accounts/verbs.ts";
import { readDocument } from "./documents.ts";

const text = readDocument("docs/operating/accounts.md");
const [hour, day] = [3_600_000, 24 * 3_600_000];

/** What the table says of a role: by asking, for an own mirror and for another. */
function cell(role: Role, verb: Verb): string {
  const principal = { name: "p", role, mirrors: ["a"] };
  const on = (mirror: string) =>
    may(principal, { scopes: [] }, verb, { mirror, repository: "r", principal: "p" }).allowed;
  if (!on("a")) return "";
  return on("b") ? "yes" : "own";
}

it("has the table of verbs", () => {
  const rows = allVerbs.map((verb) => {
    const { does, on, audited, always } = verbRow(verb);
    const cells = [`\`${verb}\``, does, on + (always ? ", always" : "")];
    const all = [...cells, ...roles.map((role) => cell(role, verb)), audited ? "yes" : ""];
    return `| ${all.join(" | ")} |`;
  });
  const written = text
    .split("\n")
    .filter((line) => /^\| `[a-z]+(\.[a-z-]+)?` \|.*\|.*\|.*\|.*\|/.test(line));
  expect(written).toEqual(rows);
});

it("has the scopes in their form", () => {
  const scopes = [...text.matchAll(/^\| `(\w+=[^`]+)` \|/gm)].map(([, scope = ""]) => scope);
  expect(scopes).toHaveLength(4);
  expect(readScopes(scopes)).toHaveProperty("done");
});

it.each([
  `lasts ${defaultTokenMs / day} days where nobody says, and ${maxTokenMs / day} days at most`,
  `at most ${maxTokens} tokens that work`,
  `for ${endedTokenMs / day} days more, or until the principal has ${maxTokensKept} in all`,
  `at most ${maxPrincipals.toLocaleString("en")} principals`,
  `at most ${maxScopes} scopes, a scope at most ${maxNamesInScope} names`,
  `secret of ${minBootstrapLength} characters or more`,
  `after ${idleSessionMs === hour ? "an hour" : "?"} without a request, after ${maxSessionMs / hour} hours`,
  `at most ${maxSessions} sessions`,
  `Longer ones than ${maxValueLength.toLocaleString("en")} characters`,
  `own words, ${maxTextLength.toLocaleString("en")} characters`,
  `steps of ${auditStep.toLocaleString("en")} entries`,
  `Entries stay ${auditMs === 730 * day ? "two years" : "?"}, and at most ${maxAuditEntries.toLocaleString("en")} entries and ${maxAuditCharacters / 1e6} MB`,
  `for ${keptAnswerMs / hour} hours`,
  `${maxKeyLength} characters at most, ${maxKeysOfOne.toLocaleString("en")} a principal and ${maxKeys.toLocaleString("en")} in all`,
  `longer than ${maxKeptBody.toLocaleString("en")} characters`,
])("says: %s", (sentence) => {
  expect(text).toContain(sentence);
});
