/** How `nearmirror probe` is called. */
import { parseArgs } from "node:util";
import { kindNames } from "../../worker/formats/kind-names.ts";
import type { Kind } from "../../worker/formats/kinds.ts";
import { baseUrlFault } from "../../worker/list/urls.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { parts } from "../program/parts.ts";

export const usage = `Usage: ${parts.command} probe URL [options]

  URL                 base URL of a repository's copy: https://mirror.example/debian/

  --repository NAME   which repository it is a copy of (default: by the mirror list, else by its roots)
  --kind KIND         look among repositories of this kind only (${kindNames().join(", ")})
  --list DIR          the mirror list's folder (default: ${usualList()})
  --ipv4, --ipv6      by this address family only (default: each that the name has)
  --json              the result as JSON

Asks the mirror and the repository's origin over the network.
Exit status: 0 well, 1 failing (a file that is wrong, or a stale copy, counts), 2 misused.
`;

/** What a person asks `nearmirror probe` for. */
export interface Options {
  help: boolean;
  base: string;
  repository: string | undefined;
  kind: Kind | undefined;
  list: string;
  family: "ipv4" | "ipv6" | undefined;
  json: boolean;
}

/** The options, or a sentence on what is wrong with them. */
export function readOptions(args: string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const [text, ...more] = positionals;
  const { help, repository, list, json } = values;
  const rest = { repository, list, json };
  if (help) return { ...rest, help, base: "", kind: undefined, family: undefined };
  if (text === undefined) return "Which URL? Give the base URL of a repository's copy.";
  if (more.length > 0) return `One URL at a time: ${more[0]} is too much.`;
  const given = text.endsWith("/") || /[?#]/.test(text) ? text : `${text}/`;
  const fault = baseUrlFault(given);
  if (fault !== undefined) return `${text} ${fault}`;
  const base = new URL(given);
  if (base.protocol !== "https:" && base.protocol !== "http:") {
    return `${text} is neither https nor http.`;
  }
  const kind = kindNames().find((known) => known === values.kind);
  if (values.kind !== undefined && kind === undefined) {
    return `There is no kind ${values.kind}. There are: ${kindNames().join(", ")}.`;
  }
  if (values.ipv4 && values.ipv6)
    return "--ipv4 and --ipv6 exclude each other; both is the default.";
  const family = values.ipv4 ? "ipv4" : values.ipv6 ? "ipv6" : undefined;
  return { ...rest, help, base: base.href, kind, family };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      repository: { type: "string" },
      kind: { type: "string" },
      list: { type: "string", default: usualList() },
      json: { type: "boolean", default: false },
      ipv4: { type: "boolean", default: false },
      ipv6: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}
