/** The JSON Schemas that editors use, applied to parsed files, with sentences for people. */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import mirrorSchema from "../../mirror-list/schema/mirror.schema.json" with { type: "json" };
import repositorySchema from "../../mirror-list/schema/repository.schema.json" with {
  type: "json",
};
import { kindNames } from "../../worker/formats/kind-names.ts";
import { nearestWord } from "./nearest-word.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile, Site } from "./site.ts";
import type { Source, ValuePath } from "./source.ts";

// `verbose` keeps the schema's description at hand: it says what to write instead.
const ajv = new Ajv({ allErrors: true, verbose: true, strict: true });
const validSite: ValidateFunction<Site> = ajv.compile<Site>(mirrorSchema);
const validRepository = repositoryValidator(kindNames());

/**
 * Judges a repository's file.
 *
 * @param kinds names of the kinds there are. The schema's own file lists them for editors alone.
 */
export function repositoryValidator(kinds: readonly string[]): ValidateFunction<RepositoryFile> {
  const { properties } = repositorySchema;
  return ajv.compile<RepositoryFile>({
    ...repositorySchema,
    properties: { ...properties, kind: { ...properties.kind, enum: kinds } },
  });
}

/** The file as a site, or every way in which it isn't one. */
export function readSite(source: Source): Site | Problem[] {
  return validSite(source.value) ? source.value : explain(source, validSite.errors ?? []);
}

/** The file as a repository, or every way in which it isn't one. */
export function readRepository(
  source: Source,
  valid: ValidateFunction<RepositoryFile> = validRepository,
): RepositoryFile | Problem[] {
  return valid(source.value) ? source.value : explain(source, valid.errors ?? []);
}

function explain(source: Source, errors: ErrorObject[]): Problem[] {
  // That a condition's part, or a name's rule, isn't met says nothing: what isn't met in it is told beside it.
  const told = errors.filter(({ keyword }) => keyword !== "if" && keyword !== "propertyNames");
  return told.map((error) => {
    const path = pointerSteps(error.instancePath, source.value);
    const where = path.length === 0 ? "The file" : `\`${pathText(path)}\``;
    const hint = descriptionOf(error);
    switch (error.keyword) {
      case "additionalProperties": {
        const key = String(error.params.additionalProperty);
        const nearest = nearestWord(key, knownKeys(error));
        const advice = nearest
          ? `Did you mean \`${nearest}\`?`
          : `Known here: ${knownKeys(error).join(", ")}.`;
        return source.problemAtKey([...path, key], `\`${key}\` is not a known field. ${advice}`);
      }
      case "required":
        return source.problemAt(
          path,
          `${where} lacks \`${error.params.missingProperty}\`. Add it.${describeProperty(error)}`,
        );
      case "enum": {
        const allowed: unknown[] = error.params.allowedValues;
        return source.problemAt(
          path,
          `${where} is ${shown(error.data)}. Write one of: ${allowed.join(", ")}.`,
        );
      }
      case "pattern": {
        const { propertyName } = error;
        if (propertyName !== undefined) {
          const said = `\`${propertyName}\` is no name as expected. ${hint}`;
          return source.problemAtKey([...path, propertyName], said);
        }
        return source.problemAt(path, `${where} is ${shown(error.data)}, not as expected. ${hint}`);
      }
      case "type":
        return source.problemAt(
          path,
          `${where} is ${shown(error.data)}; it must be of type ${error.params.type}. ${hint}`,
        );
      default:
        return source.problemAt(path, `${where} ${error.message ?? "is wrong"}. ${hint}`);
    }
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function descriptionOf(error: ErrorObject): string {
  const description = error.parentSchema?.description;
  return typeof description === "string" ? description : "";
}

function describeProperty(error: ErrorObject): string {
  const properties: unknown = error.parentSchema?.properties;
  const property = isRecord(properties) ? properties[error.params.missingProperty] : undefined;
  const description = isRecord(property) ? property.description : undefined;
  return typeof description === "string" ? ` ${description}` : "";
}

function knownKeys(error: ErrorObject): string[] {
  return Object.keys(error.parentSchema?.properties ?? {});
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function pathText(path: ValuePath): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/** A JSON pointer (RFC 6901) as steps; a step into a list becomes a number. */
function pointerSteps(pointer: string, root: unknown): ValuePath {
  const steps: (string | number)[] = [];
  let value = root;
  for (const raw of pointer.split("/").slice(1)) {
    const key = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) {
      steps.push(Number(key));
      value = value[Number(key)];
    } else {
      steps.push(key);
      value = isRecord(value) ? value[key] : undefined;
    }
  }
  return steps;
}
