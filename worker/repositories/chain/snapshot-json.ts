/** Stored snapshots, read back. */
import type { Snapshot } from "./snapshot.ts";

/** A snapshot from its JSON. @throws Error where it is none */
export function parseSnapshot(json: string): Snapshot {
  const value: unknown = JSON.parse(json);
  if (!isSnapshot(value)) throw new Error("the stored snapshot is none");
  // Those made before there were generations are before the first.
  return { ...value, generation: value.generation ?? 0 };
}

/** Of what we wrote ourselves: its outline tells it from another version's. */
function isSnapshot(
  value: unknown,
): value is Omit<Snapshot, "generation"> & { generation?: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "at" in value &&
    typeof value.at === "number" &&
    "roots" in value &&
    Array.isArray(value.roots)
  );
}
