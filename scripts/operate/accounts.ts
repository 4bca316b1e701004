/** `account ...` and `token ...`. */
import { items, said } from "../client/answers.ts";
import { clientOf } from "../client/service-client.ts";
import { writeFiles } from "../mirrors/write-files.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { confirmed, misused, report, table } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { numberOption, queryOf } from "./options.ts";
import { saidWhy } from "./said-why.ts";

const accounts = "/api/v1/principals";
const tokens = "/api/v1/tokens";

/** `account list` */
export async function listAccounts(call: Call): Promise<number> {
  const client = clientOf(call);
  const found: unknown[] = [];
  for (let path = accounts; path !== ""; ) {
    const { body } = await client.ask("GET", path);
    found.push(...items(body, "principals"));
    path = said(body, "next");
  }
  const rows = found.map((one) => [
    said(one, "name"),
    said(one, "role"),
    said(one, "disabled") === "" ? "" : "disabled",
    items(one, "mirrors").join(" "),
    said(one, "contact"),
  ]);
  report(call, table([heads(call, ["NAME", "ROLE", "", "MIRRORS", "CONTACT"]), ...rows]), {
    accounts: found,
  });
  return exitCodes.done;
}

function heads({ terminal }: Call, names: readonly string[]): string[] {
  return names.map((name) => terminal.paint("bold", name));
}

/** `account add NAME` and `account edit NAME` */
export async function writeAccount(call: Call): Promise<number> {
  const [name = ""] = call.operands;
  const isNew = call.name === "account add";
  const change = {
    ...queryOf(call, ["role", "contact", "why"]),
    ...(call.has("mirror") && { mirrors: call.texts("mirror") }),
  };
  if (isNew && call.text("role") === undefined) throw misused("Say its role: --role ROLE.");
  if (!isNew && Object.keys(change).every((key) => key === "why")) {
    throw misused("Say what to change: --role, --mirror or --contact.");
  }
  const client = clientOf(call);
  const { body } = isNew
    ? await client.ask("POST", accounts, { body: { name, ...change } })
    : await client.ask("PATCH", `${accounts}/${encodeURIComponent(name)}`, {
        body: change,
        type: "application/merge-patch+json",
      });
  const told = `${name} is ${said(body, "role")} now.`;
  const next = isNew ? ` It has no token yet: token create --account ${name} makes one.` : "";
  report(call, `${told}${next}\n`, body);
  return exitCodes.done;
}

/** `account disable NAME` and `account enable NAME` */
export async function switchAccount(call: Call): Promise<number> {
  const [name = ""] = call.operands;
  const verb = call.name === "account disable" ? "disable" : "enable";
  const client = clientOf(call);
  if (verb === "disable") {
    await confirmed(call, `Disable ${name}: none of its tokens works until it is enabled?`);
  }
  const path = `${accounts}/${encodeURIComponent(name)}/${verb}`;
  const { body } = await client.ask("POST", path, { body: { why: await saidWhy(call) } });
  report(call, `${name} is ${verb}d.\n`, body);
  return exitCodes.done;
}

/** `account erase NAME` */
export async function eraseAccount(call: Call): Promise<number> {
  const [name = ""] = call.operands;
  const client = clientOf(call);
  await confirmed(call, `Erase ${name}, its tokens and all addresses kept of it, for good?`);
  const { body } = await client.ask("DELETE", `${accounts}/${encodeURIComponent(name)}`);
  report(call, `${name} is erased.\n`, body);
  return exitCodes.done;
}

/** `token list` */
export async function listTokens(call: Call): Promise<number> {
  const client = clientOf(call);
  const name = call.text("account");
  const query = name === undefined ? "" : `?principal=${encodeURIComponent(name)}`;
  const { body } = await client.ask("GET", `${tokens}${query}`);
  const found = items(body, "tokens");
  const rows = found.map((one) => [
    said(one, "id"),
    said(one, "description"),
    said(one, "expires").slice(0, 10),
    said(one, "used").slice(0, 16),
    said(one, "revoked", "at") === "" ? "" : "revoked",
    items(one, "scopes").join(" "),
  ]);
  report(
    call,
    table([heads(call, ["ID", "DESCRIPTION", "EXPIRES", "USED", "", "SCOPES"]), ...rows]),
    {
      tokens: found,
    },
  );
  return exitCodes.done;
}

/** `token create` */
export async function createToken(call: Call): Promise<number> {
  const account = call.text("account");
  const days = numberOption(call, "days");
  const body = {
    description: call.text("description") ?? "",
    ...(account !== undefined && { principal: account }),
    ...(call.has("scope") && { scopes: call.texts("scope") }),
    ...(days !== undefined && { days }),
    ...queryOf(call, ["why"]),
  };
  if (body.description === "") throw misused("Say what it is for: --description TEXT.");
  const { body: made } = await clientOf(call).ask("POST", tokens, { body });
  const [id, secret] = [said(made, "token", "id"), said(made, "secret")];
  if (secret === "") {
    // Its answer got lost, and the second one doesn't show it.
    throw misused(
      `A token was made, but its secret is shown once, in an answer that got lost. Revoke it (token list, token revoke ID), and make another.`,
    );
  }
  const file = call.text("out");
  if (file !== undefined) {
    await writeFiles(new Map([[file, `${secret}\n`]]), 0o600);
    const token: unknown = Reflect.get(Object(made), "token");
    report(call, `Token ${id} is in ${file}, for you alone to read.\n`, { token, file });
    return exitCodes.done;
  }
  call.terminal.err(call.has("json") ? "" : `Token ${id}, shown this once:\n`);
  report(call, `${secret}\n`, made);
  return exitCodes.done;
}

/** `token revoke ID` */
export async function revokeToken(call: Call): Promise<number> {
  const [id = ""] = call.operands;
  const client = clientOf(call);
  const withMade = call.has("with-made");
  const also = withMade ? " and all that it made" : "";
  await confirmed(call, `Revoke token ${id}${also}, for good?`);
  const path = `${tokens}/${encodeURIComponent(id)}${withMade ? "?withMade=true" : ""}`;
  const { body } = await client.ask("DELETE", path);
  report(call, `Revoked: ${items(body, "revoked").join(", ")}.\n`, body);
  return exitCodes.done;
}
