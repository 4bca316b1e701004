/** `drain`, `disable`, `enable`, `weight`: on the running service, or in the list's files. */
import { readUntil } from "../../worker/list/moment.ts";
import { type ChangeAnswer, readChange } from "../client/answers.ts";
import { clientOf, ServiceClient } from "../client/service-client.ts";
import { runCommand } from "../mirrors/command.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { Failure, misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { saidWhy } from "./said-why.ts";
import { warningsText } from "./told-changes.ts";
import { refuseOptions, whereOf } from "./where.ts";

/** `drain`, `disable` and `enable`. */
export async function setState(call: Call): Promise<number> {
  const where = whereOf(call);
  if ("files" in where) return await setStateInFiles(call);
  refuseOptions(call, ["by"], "the service knows whose token it is");
  const until = call.text("until");
  const read = until === undefined ? undefined : readUntil(until, call.terminal.now());
  if (read !== undefined && "fault" in read) throw misused(read.fault);
  const client = new ServiceClient(where.service, call.terminal);
  const repository = call.text("repository");
  const body = {
    why: await saidWhy(call),
    ...(until !== undefined && { until }),
    ...(repository !== undefined && { repository }),
  };
  const done = { drain: "drained", disable: "disabled" }[call.name] ?? "enabled";
  const ending = read === undefined ? "" : ` until ${read.until}`;
  return await forEach(call, async (name) => {
    const path = `/api/v1/mirrors/${encodeURIComponent(name)}/${call.name}`;
    const changed = readChange((await client.ask("POST", path, { body })).body);
    const what = repository === undefined ? name : `${repository} on ${name}`;
    return { changed, text: `${what} is ${done}${ending}` };
  });
}

/** `weight NAME MBITS` */
export async function setWeight(call: Call): Promise<number> {
  const [, mbits = ""] = call.operands;
  const capacity = Number(mbits);
  if (!(capacity > 0 && Number.isFinite(capacity)))
    throw misused(`MBITS is "${mbits}"; it must be a number above 0, in Mbit/s.`);
  const client = clientOf(call);
  const body = { capacity, why: await saidWhy(call) };
  return await forEach(call, async (name) => {
    const path = `/api/v1/mirrors/${encodeURIComponent(name)}/weight`;
    const changed = readChange((await client.ask("POST", path, { body })).body);
    return { changed, text: `${name} counts ${capacity} Mbit/s` };
  });
}

interface Done {
  changed: ChangeAnswer;
  text: string;
}

/** Each mirror by itself: one that can't be changed keeps none of the others from it. */
async function forEach(call: Call, change: (name: string) => Promise<Done>): Promise<number> {
  const { terminal } = call;
  const names = call.name === "weight" ? call.operands.slice(0, 1) : call.operands;
  const results: ({ mirror: string } & ChangeAnswer)[] = [];
  const failures: { mirror: string; failure: unknown }[] = [];
  for (const name of names) {
    try {
      const { changed, text } = await change(name);
      results.push({ mirror: name, ...changed });
      if (call.has("json")) continue;
      terminal.out(`${text}, in the running service (version ${changed.version}).\n`);
      terminal.out(warningsText(changed.warnings, terminal));
    } catch (failure) {
      failures.push({ mirror: name, failure });
    }
  }
  if (call.has("json") && results.length > 0)
    report(call, "", { where: "service", changed: results });
  const [first] = failures;
  if (first === undefined) return exitCodes.done;
  if (names.length === 1) throw first.failure;
  const told = failures.map(({ mirror, failure }) => ({
    entry: `mirrors/${mirror}`,
    detail: failure instanceof Error ? failure.message : String(failure),
  }));
  const { exit = exitCodes.failed, advice } = first.failure instanceof Failure ? first.failure : {};
  throw new Failure(`${failures.length} of ${names.length} mirrors weren't changed.`, {
    exit,
    advice,
    errors: told,
  });
}

/** As without a service, with `--by` and `--why`. */
async function setStateInFiles(call: Call): Promise<number> {
  const dir = call.text("list") ?? usualList();
  if (call.has("json")) throw misused("--json is for a running service: give --url URL.");
  if (call.name !== "enable" && (!call.has("by") || !call.has("why"))) {
    const said = "No running service is named, so that the list's files are changed";
    throw misused(`${said}: say --by WHO and --why TEXT, or name a service by --url URL.`);
  }
  call.terminal.out(`In the files of ${dir}, no running service:\n`);
  let worst = 0;
  for (const name of call.operands) {
    const options = ["by", "why", "until", "repository"].flatMap((option) => {
      const value = call.text(option);
      return value === undefined || (call.name === "enable" && option !== "repository")
        ? []
        : [`--${option}`, value];
    });
    const status = await runCommand([call.name, name, "--list", dir, ...options], call.terminal);
    worst = Math.max(worst, status);
  }
  return worst;
}
