/** Values of lists that others write: of any form, read without a guess. */
import { WrongForm } from "./entry.ts";

/** The fields of a map; none where it is no map. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A text that isn't blank, without blanks around it. */
export function word(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A number that is one; undefined for what isn't. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The texts of a list, or the one text that stands in place of a list. */
export function words(value: unknown): string[] {
  return items(value).flatMap((item) => word(item) ?? []);
}

/** The items of a list, or the one value that stands in place of a list. */
function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/**
 * A field that is a list of maps.
 * @throws WrongForm where it is none: the file is another one
 */
export function maps(value: unknown, called: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new WrongForm(`it has no list ${called}`);
  return items(value).map(record);
}

/**
 * Parses JSON.
 * @throws WrongForm where it is none
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongForm(`it is no JSON (${error instanceof Error ? error.message : error})`);
  }
}
