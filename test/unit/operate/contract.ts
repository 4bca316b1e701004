/** Every answer that tests get is held against the OpenAPI document: its status is told there, and its body has the form. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { openApi } from "../../../worker/operate/openapi.ts";

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const document = openApi("1.0.0");
const paths: Record<string, Record<string, Operation>> = Object(document.paths);
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ ...document, $id: "api" });
const validators = new Map<string, ValidateFunction>();

const patterns = Object.keys(paths).map((path) => ({
  path,
  // A path without parameters goes before one that has some in their place.
  weight: (path.match(/\{/g) ?? []).length,
  pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
}));
patterns.sort((a, b) => a.weight - b.weight);

/** What in an answer isn't as the document says; undefined: nothing. A path that isn't there is no operation. */
export function brokenContract(
  asked: { method: string; path: string },
  { status, type, body }: { status: number; type: string; body: unknown },
): string | undefined {
  const [pathname = ""] = asked.path.split("?");
  const found = patterns.find(({ pattern }) => pattern.test(pathname));
  const isThere =
    found !== undefined && paths[found.path]?.[asked.method.toLowerCase()] !== undefined;
  if (!isThere) return undefined;
  const told = `${asked.method} ${found.path}`;
  const response = paths[found.path]?.[asked.method.toLowerCase()]?.responses[status];
  if (response === undefined) return `${told} answered ${status}, which the document doesn't have`;
  const media = type.split(";")[0] ?? "";
  const schema = response.content?.[media]?.schema;
  if (schema === undefined)
    return `${told} answered ${status} as ${media}, which the document doesn't have`;
  if (!media.endsWith("json")) return undefined;
  const key = `${told} ${status}`;
  const resolved: object = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components', '"api#/components'),
  );
  const validate = validators.get(key) ?? ajv.compile(resolved);
  validators.set(key, validate);
  return validate(body) ? undefined : `${told} ${status}: ${ajv.errorsText(validate.errors)}`;
}

export { document as apiDocument };
