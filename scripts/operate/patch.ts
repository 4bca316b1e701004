/** `--set FIELD=VALUE` and `--unset FIELD` as a JSON Merge Patch (RFC 7396). Pure. */
import { parseDocument } from "yaml";
import type { Json } from "../../worker/runtime/canonical-json.ts";
import { asJson } from "../client/answers.ts";
import { misused } from "../program/report.ts";

type Patch = { [field: string]: Patch | Json };

/**
 * A field is a name (`capacity`), names with dots between (`sponsor.name`), or a JSON pointer, for names that have dots
 * themselves (`/repositories/a.b/path`). A value is what it is in YAML: `500`, `true`, `[ipv4]`, `text`.
 *
 * @returns undefined where nothing is set @throws Failure
 */
export function patchOf(sets: readonly string[], unsets: readonly string[]): Patch | undefined {
  if (sets.length + unsets.length === 0) return undefined;
  const patch: Patch = {};
  for (const text of sets) {
    const [, field, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (field === undefined || value === undefined) {
      throw misused(`--set is "${text}"; write FIELD=VALUE, as capacity=500.`);
    }
    const read = readValue(field, value);
    if (read === null) throw misused(`--set ${field} has no value; --unset ${field} removes it.`);
    put(patch, field, read);
  }
  for (const field of unsets) put(patch, field, null);
  return patch;
}

function readValue(field: string, text: string): Json {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw misused(
      `The value of --set ${field} is no YAML: ${error.message}. Put text into quotes.`,
    );
  }
  return asJson(document.toJS());
}

function put(patch: Patch, field: string, value: Json): void {
  const steps = stepsOf(field);
  const last = steps.pop();
  if (last === undefined || [...steps, last].includes("")) {
    throw misused(
      `"${field}" is no field; write capacity, sponsor.name or /repositories/debian/path.`,
    );
  }
  let at = patch;
  for (const step of steps) {
    const next = at[step];
    const inside: Patch = isPatch(next) ? next : {};
    at[step] = inside;
    at = inside;
  }
  if (Object.hasOwn(at, last)) throw misused(`${field} is given twice.`);
  at[last] = value;
}

function stepsOf(field: string): string[] {
  if (!field.startsWith("/")) return field.split(".");
  return field
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function isPatch(value: Patch | Json | undefined): value is Patch {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
