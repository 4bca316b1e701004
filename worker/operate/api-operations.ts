/** The operations of an OpenAPI document, as a page shows them. Pure. */

/** A parameter, or a field of a body. */
export interface ShownField {
  name: string;
  /** `text`, `number`, `one of a, b`. */
  type: string;
  isRequired: boolean;
  says: string;
  /** Where a parameter stands: `path`, `query` or `header`; empty of a body's field. */
  where: string;
}

export interface ShownOperation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  /** Markdown of the simplest form: `code` alone. */
  description: string;
  needsToken: boolean;
  /** The write has to say which version it was made of. */
  needsMatch: boolean;
  parameters: ShownField[];
  body?: { type: string; fields: ShownField[]; example: string };
  /** `fields` of a body that is an object. */
  answers: { status: string; says: string; fields: string[] }[];
}

type Fields = Readonly<Record<string, unknown>>;

/** @param document as `openApi` writes it */
export function operationsOf(document: object): ShownOperation[] {
  return Object.entries(fieldsOf(document, "paths")).flatMap(([path, methods]) =>
    Object.entries(Object(methods)).map(([method, operation]) =>
      operationOf(path, method.toUpperCase(), Object(operation)),
    ),
  );
}

function operationOf(path: string, method: string, operation: Fields): ShownOperation {
  const responses = Object.entries(fieldsOf(operation, "responses"));
  const body = bodyOf(operation);
  return {
    id: textOf(operation, "operationId"),
    tag: String(listOf(operation, "tags")[0] ?? ""),
    method,
    path,
    summary: textOf(operation, "summary"),
    description: textOf(operation, "description"),
    needsToken: listOf(operation, "security").length > 0,
    needsMatch: responses.some(([status]) => status === "428"),
    parameters: listOf(operation, "parameters").map((one) => parameterOf(Object(one))),
    ...(body !== undefined && { body }),
    answers: responses.map(([status, response]) => ({
      status,
      says: textOf(Object(response), "description"),
      fields: Number(status) < 300 ? namesIn(Object(response)) : [],
    })),
  };
}

function parameterOf(one: Fields): ShownField {
  return {
    name: textOf(one, "name"),
    type: typeOf(fieldsOf(one, "schema")),
    isRequired: one.required === true,
    says: textOf(one, "description"),
    where: textOf(one, "in"),
  };
}

function bodyOf(operation: Fields): ShownOperation["body"] {
  const [found] = Object.entries(fieldsOf(fieldsOf(operation, "requestBody"), "content"));
  if (found === undefined) return undefined;
  const [type, media] = found;
  const schema = fieldsOf(Object(media), "schema");
  const required = listOf(schema, "required");
  const fields = Object.entries(fieldsOf(schema, "properties")).map(
    ([name, value]): ShownField => ({
      name,
      type: typeOf(Object(value)),
      isRequired: required.includes(name),
      says: textOf(Object(value), "description"),
      where: "",
    }),
  );
  const needed = Object.fromEntries(
    fields.filter((one) => one.isRequired).map(({ name, type: of }) => [name, exampleOf(of)]),
  );
  return { type, fields, example: JSON.stringify(needed) };
}

function exampleOf(type: string): unknown {
  if (type === "number" || type === "integer") return 1;
  if (type.startsWith("list")) return ["..."];
  if (type.startsWith("one of ")) return type.slice("one of ".length).split(", ")[0];
  return type === "object" ? {} : "...";
}

/** Fields of a successful answer. */
function namesIn(response: Fields): string[] {
  const [media] = Object.values(fieldsOf(response, "content"));
  return Object.keys(fieldsOf(fieldsOf(Object(media), "schema"), "properties"));
}

function typeOf(schema: Fields): string {
  const { enum: values, anyOf, type, items } = schema;
  if (Array.isArray(values)) return `one of ${values.join(", ")}`;
  if (Array.isArray(anyOf))
    return [...new Set(anyOf.map((one) => typeOf(Object(one))))].join(" or ");
  if (type === "array") return `list of ${typeOf(Object(items))}`;
  if (type === "string") return schema.format === "date-time" ? "moment" : "text";
  return typeof type === "string" ? type : "any";
}

function fieldsOf(of: object, name: string): Fields {
  return Object(Reflect.get(of, name) ?? {});
}

function listOf(of: object, name: string): unknown[] {
  const value: unknown = Reflect.get(of, name);
  return Array.isArray(value) ? value : [];
}

function textOf(of: object, name: string): string {
  const value: unknown = Reflect.get(of, name);
  return typeof value === "string" ? value : "";
}
