/** Relations of Debian packages (deb-control, Debian Policy 7.1). */

/** Alternatives: one of them is enough. */
export type DebRelation = readonly DebTerm[];

export interface DebTerm {
  name: string;
  operator?: DebOperator;
  version?: string;
}

/** As Debian writes them. */
export type DebOperator = "<<" | "<=" | "=" | ">=" | ">>";

/** What a term says of an architecture (`:any`) is left out: no other kind has it. */
const term = /^([^\s:(]+)(?::[a-z0-9-]+)?(?:\s*\((<<|<=|=|>=|>>)\s*([^)\s]+)\s*\))?$/;

/** What is written otherwise is left out: an index of an archive has nothing such. */
export function readRelations(text: string): DebRelation[] {
  const found: DebRelation[] = [];
  for (const entry of text.split(",")) {
    const terms: DebTerm[] = [];
    for (const written of entry.split("|")) {
      const [, name, operator, version] = term.exec(written.trim()) ?? [];
      if (name === undefined) continue;
      terms.push(
        isOperator(operator) && version !== undefined ? { name, operator, version } : { name },
      );
    }
    if (terms.length > 0) found.push(terms);
  }
  return found;
}

function isOperator(text: string | undefined): text is DebOperator {
  return text === "<<" || text === "<=" || text === "=" || text === ">=" || text === ">>";
}
