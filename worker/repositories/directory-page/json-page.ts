/** Directory pages that are JSON already: nginx's with `autoindex_format json`, Caddy's, and our own. Pure. */
import { readDate } from "./details.ts";
import { isName, type PageEntry } from "./entry.ts";

/** What it lists; undefined where it is something else. */
export function readJsonPage(text: string): PageEntry[] | undefined {
  let listed: unknown;
  try {
    listed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(listed)) return undefined;
  const entries: PageEntry[] = [];
  for (const value of listed) {
    const entry = entryOf(value);
    // One that isn't an entry: then who knows what the others are.
    if (entry === undefined) return undefined;
    if (isName(entry.name)) entries.push(entry);
  }
  return entries;
}

function entryOf(value: unknown): PageEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!("name" in value) || typeof value.name !== "string") return undefined;
  if (!("type" in value) && !("is_dir" in value)) return undefined;
  const isFolder =
    ("type" in value && (value.type === "directory" || value.type === "folder")) ||
    ("is_dir" in value && value.is_dir === true);
  const told = timeOf(value);
  const modified = typeof told === "string" ? readDate(told) : undefined;
  const size = "size" in value && typeof value.size === "number" ? value.size : undefined;
  return {
    name: isFolder ? value.name.replace(/\/$/, "") : value.name,
    type: isFolder ? "folder" : "file",
    ...(!isFolder && size !== undefined && Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(modified !== undefined && { modified }),
  };
}

function timeOf(value: object): unknown {
  if ("mtime" in value) return value.mtime;
  if ("mod_time" in value) return value.mod_time;
  return "modified" in value ? value.modified : undefined;
}
