/** What was sent with a request, as JSON of the form that is expected, or why it isn't. */
import { type Schema, Validator } from "@cfworker/json-schema";
import { type Fault, problem } from "../http/problem.ts";
import type { Json } from "../runtime/canonical-json.ts";
import type { JsonSchema } from "./api-route.ts";

/** Bytes of a body at most: the bundled list has 0.6 MB as entries, and ten times that is a list of all mirrors there are. */
export const maxBodyBytes = 8 * 1024 * 1024;

/** Faults told of one body; who has more sent something else than they meant. */
const maxFaults = 50;

const validators = new WeakMap<JsonSchema, Validator>();

function validatorOf(schema: JsonSchema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = new Validator(schema as Schema, "2020-12", false);
  validators.set(schema, made);
  return made;
}

/** The body's text; a problem where it is too long. Reads no more than may be. */
export async function bodyText(request: Request): Promise<string | Response> {
  const tooLong = () =>
    problem(413, { detail: `The body has more than ${maxBodyBytes} bytes. Send it in parts.` });
  if (Number(request.headers.get("Content-Length") ?? 0) > maxBodyBytes) return tooLong();
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const parts: string[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBodyBytes) return tooLong();
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
  } catch {
    return problem(400, { detail: "The body ended early, or isn't UTF-8." });
  }
  return parts.join("");
}

/** The JSON of a body that has the schema; a problem with each fault's place else. */
export function jsonOf(text: string, type: string | null, form: BodyForm): Json | Response {
  const { schema, type: expected = "application/json" } = form;
  const media = (type ?? "").split(";")[0]?.trim().toLowerCase();
  if (media !== expected && media !== "application/json") {
    const said =
      media === ""
        ? "The body has no Content-Type"
        : `The body is ${JSON.stringify(media?.slice(0, 80))}`;
    return problem(415, { detail: `${said}; send ${expected}.`, headers: { Accept: expected } });
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : "it can't be read";
    return problem(400, { detail: `The body is no JSON: ${reason}.` });
  }
  if (isDeeper(value, maxDepth)) {
    return problem(400, { detail: `The body is nested deeper than ${maxDepth} levels.` });
  }
  const errors = faultsOf(value, schema);
  if (errors.length === 0) return value;
  return problem(422, { detail: "The body isn't as expected: `errors` has each place.", errors });
}

/** Levels of a body at most: an entry of the list has eight, and deeper ones are an attack on the stack. */
const maxDepth = 32;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}

/** Form of a body. */
export interface BodyForm {
  schema: JsonSchema;
  type?: string;
}

/** Every fault of a value by a schema, at its place. */
export function faultsOf(value: Json, schema: JsonSchema): Fault[] {
  const { valid, errors } = validatorOf(schema).validate(value);
  if (valid) return [];
  // Errors of a part come behind those of the whole, which only say that a part is wrong.
  const told = errors.filter(({ keyword }) => !wrapping.has(keyword));
  return (told.length > 0 ? told : errors)
    .slice(0, maxFaults)
    .map(({ instanceLocation, error }) => ({
      pointer: decodeURIComponent(instanceLocation.slice(1)),
      detail: error === "False boolean schema." ? "This field isn't known here." : error,
    }));
}

const wrapping = new Set(["properties", "items", "$ref", "additionalProperties", "propertyNames"]);
