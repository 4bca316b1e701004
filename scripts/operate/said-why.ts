/** The reason of a change, which the service keeps in its audit log. */
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

/** As `--why` says it, or as somebody answers. @throws Failure where nobody can be asked */
export async function saidWhy(call: Call): Promise<string> {
  const given = call.text("why")?.trim() ?? "";
  if (given !== "") return given;
  if (!call.terminal.isAsking) throw misused("Say why: --why TEXT. The audit log keeps it.");
  const answer = (await call.terminal.ask("Why (the audit log keeps it)? ")).trim();
  if (answer === "") throw misused("Without a reason nothing was done.");
  return answer;
}

/** `?why=…`, or nothing, of a request that has the reason in its query. */
export function whyQuery(call: Call): string {
  const why = call.text("why");
  return why === undefined ? "" : `?why=${encodeURIComponent(why)}`;
}
