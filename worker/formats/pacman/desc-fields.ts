/** The fields of a `desc` of pacman's databases: a name between percent signs, then its lines until an empty one. Pure. */

/** The lines of each field by its name; of a field that comes again, all lines. */
export type DescFields = ReadonlyMap<string, readonly string[]>;

export function descFields(desc: string): DescFields {
  const fields = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const written of desc.split("\n")) {
    const line = written.trim();
    const [, name] = lines === undefined ? (/^%([A-Z0-9]+)%$/.exec(line) ?? []) : [];
    if (name !== undefined) {
      lines = fields.get(name) ?? [];
      fields.set(name, lines);
    } else if (line === "") lines = undefined;
    else lines?.push(line);
  }
  return fields;
}
