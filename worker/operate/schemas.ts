/** Pieces of the API's schemas that several rows use. */
import type { JsonSchema } from "./api-route.ts";

export const text: JsonSchema = { type: "string" };
export const integer: JsonSchema = { type: "integer" };

/** Unix time in ms as ISO 8601 in UTC. */
export const moment: JsonSchema = { type: "string", format: "date-time" };

/** An object with these fields and no others. */
export function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema {
  return { type: "object", additionalProperties: false, required, properties };
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "null" }] };
}

/** Why somebody does something: it goes into the audit log and, with a drain, to the public. */
export const why: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: 1000,
  description: "Why, in a sentence. It is kept in the audit log.",
};

/** An entry's value. */
export const entryValue: JsonSchema = {
  anyOf: [{ type: "object" }, { type: "string" }],
  description:
    "A mirror's or a repository's fields as in its file, a key file in Base64, or the text of a rules file.",
};

export const entryValues: JsonSchema = {
  type: "object",
  additionalProperties: entryValue,
  description:
    "Entries by their places: `mirrors/NAME`, `repositories/NAME`, `keys/FILE`, `images/PATH`.",
};

const fieldChange = object(
  {
    field: { type: "string", description: "JSON pointer into the entry." },
    before: {},
    after: {},
  },
  ["field"],
);

export const entryChange = object(
  {
    place: text,
    what: { enum: ["added", "changed", "removed"] },
    fields: listOf(fieldChange),
  },
  ["place", "what"],
);

/** A fault or a warning at an entry. */
export const fault = object({ entry: text, pointer: text, detail: text }, ["pointer", "detail"]);

/** A page of a list: `next` is the URL of the one behind, `null` at the end. */
export function pageOf(name: string, items: JsonSchema): JsonSchema {
  return object({ [name]: listOf(items), next: orNull(text) });
}
