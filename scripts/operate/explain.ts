/** `explain ADDRESS PATH`: why a client with that address is sent where, as the service's trace tells it. */
import { said } from "../client/answers.ts";
import { neededConfiguration } from "../client/configuration.ts";
import { ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { plainText } from "../program/plain-text.ts";
import { Failure, misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

export async function explain(call: Call): Promise<number> {
  const [address = "", path = ""] = call.operands;
  const client = new ServiceClient(neededConfiguration(call), call.terminal);
  const target = pathOf(path, client.url);
  const form = call.has("json") ? "json" : "text";
  const at = call.text("at");
  const query = new URLSearchParams({ trace: form, ip: address, ...(at !== undefined && { at }) });
  const { text, body, status, headers } = await client.ask("GET", `${target}?${query}`, {
    isPublic: true,
    gives: "",
    headers: { Accept: form === "json" ? "application/json" : "text/plain" },
  });
  if (status !== 200) throw new Failure(`The service has no trace of ${target}.`);
  if (headers.get("Content-Type")?.includes("html")) {
    throw new Failure(
      `${target} is a page: clients are redirected for files of a repository alone. If it is one, what answers at ${client.url} isn't the service.`,
    );
  }
  if (form === "json" && said(body, "path") === "") {
    throw new Failure(`${target} is nothing that clients are redirected for.`);
  }
  const shown = plainText(text, { hasLines: true });
  report(call, shown.endsWith("\n") ? shown : `${shown}\n`, body);
  return exitCodes.done;
}

/** A path, or a URL of the service. */
function pathOf(text: string, service: string): string {
  if (text.startsWith("/")) return text;
  if (text.startsWith(service)) return `/${text.slice(service.length)}`;
  if (/^[a-z]+:/i.test(text)) throw misused(`${text} is no URL of ${service}.`);
  return `/${text}`;
}
