/** JSON Merge Patch (RFC 7396): how a few fields of an entry are edited. Pure. */
import type { Json } from "../runtime/canonical-json.ts";

/**
 * The target with the patch's fields: `null` removes a field, an object goes on into the field, anything else takes its
 * place whole (RFC 7396, section 2).
 */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const merged = new Map<string, Json | undefined>(isFields(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key) ?? null, value));
  }
  return Object.fromEntries(merged);
}

function isFields(value: Json): value is { readonly [field: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
