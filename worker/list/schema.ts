/** The JSON Schemas that editors use, applied to parsed files, with sentences for people. */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import mirrorSchema from "../../mirror-list/schema/mirror.schema.json" with { type: "json" };
import repositorySchema from "../../mirror-list/schema/repository.schema.json" with {
  type: "json",
};
import { kindNames } from "../formats/kind-names.ts";
import { nearestWord } from "./nearest-word.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile, Site } from "./site.ts";
import type { Source, ValuePath } from "./source.ts";

/** Judges a file's content. The library interprets schemas: workerd runs no code that is made while it runs. */
export class FileSchema<Content> {
  readonly #schema: Record<string, unknown>;
  readonly #validator: Validator;
  /** Contents that were read before: a list is judged with each of its changes, and hardly any entry changes. */
  readonly #read = new WeakSet<object>();

  /** @param schema of JSON Schema's draft 7; of `$ref` only places in the schema itself are known */
  constructor(schema: Record<string, unknown>) {
    this.#schema = schema;
    // All faults, not the first alone: a file is corrected once.
    this.#validator = new Validator(schema as Schema, "7", false);
  }

  /** The content, or every way in which it is none. */
  read(source: Source): Content | Problem[] {
    const { value } = source;
    if (typeof value === "object" && value !== null && this.#read.has(value))
      return value as Content;
    const { valid, errors } = this.#validator.validate(value ?? null);
    if (!valid) return explain(source, faultsOf(errors, this.#schema, value));
    this.#read.add(Object(value));
    return value as Content;
  }
}

const ofSite = new FileSchema<Site>(mirrorSchema);
const ofRepository = repositorySchemaOf(kindNames());

/**
 * The schema of a repository's file.
 *
 * @param kinds names of the kinds there are. The schema's own file lists them for editors alone.
 */
export function repositorySchemaOf(kinds: readonly string[]): FileSchema<RepositoryFile> {
  const { properties } = repositorySchema;
  return new FileSchema<RepositoryFile>({
    ...repositorySchema,
    properties: { ...properties, kind: { ...properties.kind, enum: kinds } },
  });
}

/** The file as a site, or every way in which it isn't one. */
export function readSite(source: Source): Site | Problem[] {
  return ofSite.read(source);
}

/** The file as a repository, or every way in which it isn't one. */
export function readRepository(
  source: Source,
  schema: FileSchema<RepositoryFile> = ofRepository,
): RepositoryFile | Problem[] {
  return schema.read(source);
}

/** One fault: what of the schema isn't met, and where. */
interface Fault {
  keyword: string;
  path: ValuePath;
  /** The value there. */
  data: unknown;
  /** The schema that has the keyword. */
  schema: Record<string, unknown>;
  /** A key whose name is the fault, at the value. */
  key?: string;
  said: string;
}

/** Keywords whose faults say only that a part of them isn't met: the part's own fault is told beside it. */
const wrapping = new Set(["properties", "items", "$ref", "if", "propertyNames", "allOf"]);

function faultsOf(errors: readonly OutputUnit[], schema: unknown, root: unknown): Fault[] {
  return errors.flatMap(({ keyword, keywordLocation, instanceLocation, error }, at) => {
    if (wrapping.has(keyword) || keyword === "additionalProperties") return [];
    const steps = stepsOf(keywordLocation);
    const isOfName = steps.includes("propertyNames");
    const path = pathIn(root, stepsOf(instanceLocation));
    const last = path.at(-1);
    if (keyword === "false") {
      const parent = path.slice(0, -1);
      const data = valueAt(root, parent);
      // Its own place is that of the value; the schema's is told by the error before it.
      const of = stepsOf(errors[at - 1]?.keywordLocation ?? "");
      const within = schemaAt(schema, of.slice(0, -1));
      const fault = {
        keyword: "additionalProperties",
        path: parent,
        data,
        schema: within,
        said: error,
      };
      return [{ ...fault, key: String(last) }];
    }
    const within = schemaAt(schema, steps.slice(0, -1));
    if (isOfName) {
      const fault = { keyword, path: path.slice(0, -1), data: last, schema: within, said: error };
      return [{ ...fault, key: String(last) }];
    }
    const data = valueAt(root, path);
    const fault: Fault = { keyword, path, data, schema: within, said: error };
    if (keyword !== "required") return [fault];
    const { required } = within;
    const keys = Array.isArray(required) ? required.map(String) : [];
    // The library tells each key that is missing by an error of its own, named in its sentence alone.
    const missing = keys.find((key) => error.includes(`"${key}"`));
    return missing === undefined ? [fault] : [{ ...fault, key: missing }];
  });
}

function explain(source: Source, faults: readonly Fault[]): Problem[] {
  return faults.map((fault) => {
    const { keyword, path, data, schema, key } = fault;
    const where = path.length === 0 ? "The file" : `\`${pathText(path)}\``;
    const hint = descriptionOf(schema);
    switch (keyword) {
      case "additionalProperties": {
        const known = Object.keys(propertiesOf(schema));
        const nearest = nearestWord(key ?? "", known);
        const advice = nearest
          ? `Did you mean \`${nearest}\`?`
          : `Known here: ${known.join(", ")}.`;
        return source.problemAtKey(
          [...path, key ?? ""],
          `\`${key}\` is not a known field. ${advice}`,
        );
      }
      case "required": {
        const described = descriptionOf(propertiesOf(schema)[key ?? ""]);
        const more = described === "" ? "" : ` ${described}`;
        return source.problemAt(path, `${where} lacks \`${key}\`. Add it.${more}`);
      }
      case "enum": {
        const allowed: unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
        return source.problemAt(
          path,
          `${where} is ${shown(data)}. Write one of: ${allowed.join(", ")}.`,
        );
      }
      case "pattern":
        if (key !== undefined) {
          return source.problemAtKey([...path, key], `\`${key}\` is no name as expected. ${hint}`);
        }
        return source.problemAt(path, `${where} is ${shown(data)}, not as expected. ${hint}`);
      case "type":
        return source.problemAt(
          path,
          `${where} is ${shown(data)}; it must be of type ${schema.type}. ${hint}`,
        );
      default:
        return source.problemAt(path, `${where} ${saidOf(fault)}. ${hint}`);
    }
  });
}

/** What isn't met, behind the name of what doesn't meet it. */
function saidOf({ keyword, schema, said }: Fault): string {
  const bound = schema[keyword];
  switch (keyword) {
    case "minimum":
      return `must be >= ${bound}`;
    case "maximum":
      return `must be <= ${bound}`;
    case "exclusiveMinimum":
      return `must be > ${bound}`;
    case "minItems":
      return `must have at least ${bound} items`;
    case "maxItems":
      return `must have at most ${bound} items`;
    case "minLength":
      return `must have at least ${bound} characters`;
    case "maxLength":
      return `must have at most ${bound} characters`;
    case "minProperties":
      return `must have at least ${bound} fields`;
    case "uniqueItems":
      return "must not have duplicate items";
    case "const":
      return `must be ${JSON.stringify(bound)}`;
    default:
      return `isn't as expected: ${said.replace(/\.$/, "")}`;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function descriptionOf(schema: unknown): string {
  const description = isRecord(schema) ? schema.description : undefined;
  return typeof description === "string" ? description : "";
}

function propertiesOf(schema: Record<string, unknown>): Record<string, unknown> {
  return isRecord(schema.properties) ? schema.properties : {};
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function pathText(path: ValuePath): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/** The steps of a JSON pointer in a fragment (RFC 6901, section 6), as the library writes it. */
function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((raw) => decodeURIComponent(raw).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The same steps where those into lists are numbers. */
function pathIn(root: unknown, steps: readonly string[]): ValuePath {
  let value = root;
  return steps.map((step) => {
    const isInList = Array.isArray(value);
    value = valueAt(value, [isInList ? Number(step) : step]);
    return isInList ? Number(step) : step;
  });
}

function valueAt(root: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, root);
}

/** The schema that steps lead to, through references to places in the whole. */
function schemaAt(whole: unknown, steps: readonly string[]): Record<string, unknown> {
  let value = whole;
  for (const step of steps) {
    value = valueAt(value, [step]);
    if (step === "$ref" && typeof value === "string") value = valueAt(whole, stepsOf(value));
  }
  return isRecord(value) ? value : {};
}
