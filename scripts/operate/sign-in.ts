/** `login` and `whoami`. */
import { items, said } from "../client/answers.ts";
import {
  checkedToken,
  checkSafe,
  readConfiguration,
  serviceUrl,
  storeConfiguration,
} from "../client/configuration.ts";
import { clientOf, ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

/** `login`: by the bootstrap secret, or with a token that an admin made. */
export async function login(call: Call): Promise<number> {
  const { terminal } = call;
  const given = call.text("url");
  const url = given === undefined ? readConfiguration(call)?.url : serviceUrl(given, "--url");
  if (url === undefined) throw misused("Say which service: --url URL.");
  checkSafe(call, url);
  const isToken = call.has("with-token");
  const what = isToken ? "Token" : "Bootstrap secret (BOOTSTRAP_SECRET of the deployment)";
  const typed = terminal.isAsking
    ? await terminal.ask(`${what}, which isn't shown: `, true)
    : await terminal.input();
  const secret = typed.trim();
  if (secret === "")
    throw misused(
      `No ${isToken ? "token" : "secret"} was given. Type it, or send it to the standard input.`,
    );
  const token = isToken
    ? checkedToken(secret, "The standard input")
    : await firstToken(call, url, secret);
  const client = new ServiceClient({ url, token }, terminal);
  const { body } = await client.ask("GET", "/api/v1/me");
  const file = await storeConfiguration(terminal, { url, token });
  const name = said(body, "principal", "name");
  const role = said(body, "principal", "role");
  const text = `Signed in at ${url} as ${name} (${role}). The token is stored in ${file}, for you alone to read.\n`;
  report(call, text, { url, principal: name, role, file });
  return exitCodes.done;
}

async function firstToken(call: Call, url: string, secret: string): Promise<string> {
  const name = call.text("name") ?? call.terminal.user;
  if (name === "") throw misused("Say the account's name: --name NAME.");
  const client = new ServiceClient({ url, token: undefined }, call.terminal);
  const body = { secret, name };
  const answer = await client.ask("POST", "/api/v1/bootstrap", { body, isOnce: true });
  return said(answer.body, "secret");
}

/** `whoami` */
export async function whoAmI(call: Call): Promise<number> {
  const client = clientOf(call);
  const { body } = await client.ask("GET", "/api/v1/me");
  const of = (...path: string[]) => said(body, ...path);
  const mirrors = items(Reflect.get(Object(body), "principal"), "mirrors");
  const scopes = items(Reflect.get(Object(body), "token"), "scopes");
  const lines = [
    `${of("principal", "name")}, ${of("principal", "role")}, at ${client.url}`,
    ...(mirrors.length > 0 ? [`mirrors: ${mirrors.join(", ")}`] : []),
    `token: ${of("token", "id")} (${of("token", "description")}), until ${of("token", "expires")}`,
    ...(scopes.length > 0 ? [`narrowed to: ${scopes.join(" ")}`] : []),
    `may: ${items(body, "verbs").join(" ")}`,
  ];
  report(call, lines.map((line) => `${line}\n`).join(""), body);
  return exitCodes.done;
}
