/** Which service is asked, and with which token: options, then the environment, then the file that `login` writes. */
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readToken } from "../../worker/accounts/token.ts";
import { writeFiles } from "../mirrors/write-files.ts";
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import type { Terminal } from "../program/terminal.ts";
import { clientVariables } from "../settings/client-variables.ts";
import { readSettingsFile } from "../settings/settings-file.ts";

export interface Configuration {
  /** Ends in a slash. */
  url: string;
  token: string | undefined;
  /** Why there is none, where one is known that isn't for this service. */
  noToken?: string;
}

/** The file that `login` writes: `NAME=VALUE`, as the file of settings of `serve`. */
export function configurationFile({ environment, home }: Terminal): string {
  const { XDG_CONFIG_HOME: given = "" } = environment;
  return join(given === "" ? join(home, ".config") : given, "nearmirror", "client.conf");
}

/** @returns undefined where no service is named @throws Failure where what is given can't be taken */
export function readConfiguration(call: Call): Configuration | undefined {
  const { environment } = call.terminal;
  const stored = storedConfiguration(call.terminal);
  const inEnvironment = environment[clientVariables.url] || undefined;
  const given = call.text("url");
  const [text, from] =
    given !== undefined
      ? [given, "--url"]
      : inEnvironment !== undefined
        ? [inEnvironment, `${clientVariables.url} in the environment`]
        : [stored.url, configurationFile(call.terminal)];
  if (text === undefined) return undefined;
  const url = serviceUrl(text, from);
  const token = tokenFor(call, url, stored);
  if (token.token !== undefined) checkSafe(call, url);
  return { url, ...token };
}

/** A secret goes over the network encrypted, or not at all. @throws Failure */
export function checkSafe(call: Call, url: string): void {
  if (call.has("insecure-http") || isSafe(url)) return;
  throw misused(
    `${url} is reached by http, where whoever is between can read the token. Name it by https, or say --insecure-http where that is meant.`,
  );
}

/** As `readConfiguration`, of a verb that can't do without a service. */
export function neededConfiguration(call: Call): Configuration {
  const configuration = readConfiguration(call);
  if (configuration !== undefined) return configuration;
  throw misused(
    `No service is named. Give --url URL, set ${clientVariables.url}, or store both by \`login --url URL\`.`,
  );
}

/** A service's base URL. @throws Failure @param from where it was given */
export function serviceUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url !== undefined && /^https?:$/.test(url.protocol);
  if (!isWeb || url.username !== "" || url.password !== "" || url.search !== "") {
    throw misused(
      `${from} is ${JSON.stringify(withoutUser(text))}, which is no service's URL. Write https://HOST/ without user, password and query.`,
    );
  }
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}

function withoutUser(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//");
}

/** Nobody is between, or nobody can read it. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "https:" ||
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

/** What is stored or given with a URL is for that service alone: another one must not get to know it. */
function tokenFor(
  call: Call,
  url: string,
  stored: Stored,
): Pick<Configuration, "token" | "noToken"> {
  const { environment } = call.terminal;
  const file = call.text("token-file");
  if (file !== undefined) return { token: checkedToken(readSecretFile(file, call.terminal), file) };
  const given = environment[clientVariables.token] || undefined;
  if (given !== undefined) {
    const other = otherService(environment[clientVariables.url] || undefined, url);
    const from = `${clientVariables.token} in the environment`;
    if (other === undefined) return { token: checkedToken(given, from) };
    return { token: undefined, noToken: notFor(from, other, url) };
  }
  if (stored.token === undefined) return { token: undefined };
  const path = configurationFile(call.terminal);
  const other = otherService(stored.url, url);
  if (other !== undefined) return { token: undefined, noToken: notFor(path, other, url) };
  return { token: checkedToken(stored.token, path) };
}

/** The service that a token is for, where that isn't this one. */
function otherService(ofToken: string | undefined, url: string): string | undefined {
  if (ofToken === undefined || !URL.canParse(ofToken)) return undefined;
  return new URL(ofToken).origin === new URL(url).origin ? undefined : new URL(ofToken).origin;
}

function notFor(from: string, other: string, url: string): string {
  return `The token of ${from} is for ${other}, and isn't sent to ${new URL(url).origin}: give that one's by --token-file FILE.`;
}

/** Its form, so that a slip is told before it counts as a guess. The text isn't repeated. */
export function checkedToken(text: string, from: string): string {
  const token = text.trim();
  const read = readToken(token);
  if (typeof read === "string") throw misused(`${from}: ${read}`);
  return token;
}

interface Stored {
  url: string | undefined;
  token: string | undefined;
}

function storedConfiguration(terminal: Terminal): Stored {
  const path = configurationFile(terminal);
  const text = readSecretFile(path, terminal, true);
  if (text === undefined) return { url: undefined, token: undefined };
  const { entries, wrong } = readSettingsFile(text);
  const names: readonly string[] = Object.values(clientVariables);
  const odd = entries.find(({ name }) => !names.includes(name));
  if (odd !== undefined) {
    wrong.push(`${odd.line}: There is no ${odd.name} here; there is ${names.join(", ")}.`);
  }
  if (wrong[0] !== undefined) throw misused(`${path}:${wrong[0]}`);
  const of = (wanted: string) => entries.find(({ name }) => name === wanted)?.value || undefined;
  return { url: of(clientVariables.url), token: of(clientVariables.token) };
}

function readSecretFile(path: string, terminal: Terminal): string;
function readSecretFile(path: string, terminal: Terminal, mayLack: true): string | undefined;
function readSecretFile(path: string, { uid }: Terminal, mayLack = false): string | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    if (mayLack) return undefined;
    throw misused(`${path} isn't there.`);
  }
  // On Windows modes say nothing.
  if (uid !== undefined && there.isFile()) {
    if ((there.mode & 0o077) !== 0) {
      const mode = (there.mode & 0o777).toString(8);
      throw misused(
        `${path} can be read or written by others (mode ${mode}). Run: chmod 600 ${path}`,
      );
    }
    if (there.uid !== uid && there.uid !== 0 && uid !== 0) {
      throw misused(`${path} belongs to somebody else, who could name a service of theirs in it.`);
    }
  }
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw misused(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Stores both for the calls to come, for nobody else to read. @returns the file */
export async function storeConfiguration(
  terminal: Terminal,
  { url, token }: { url: string; token: string },
): Promise<string> {
  const path = configurationFile(terminal);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = `# Written by login. The token is a secret.\n${clientVariables.url}='${url}'\n${clientVariables.token}='${token}'\n`;
  await writeFiles(new Map([[path, text]]), 0o600);
  return path;
}
