/** How much room a plain value takes, without writing it out. */

/** Of a number, a truth value or nothing: as many as JSON's writing of it has, about. */
const ofOther = 8;
/** Of a text its quotes, of a list or an object its brackets. */
const around = 2;
/** Quotes, colon and comma of a member. */
const ofMember = 4;

/**
 * Characters of a value as JSON, about: what JSON would escape counts as one. A fifth to a quarter of the time that
 * writing takes.
 *
 * @param value plain, as JSON has it
 * @param most no more is counted: of a larger value some number above that is told
 */
export function charactersOf(value: unknown, most: number): number {
  if (typeof value === "string") return value.length + around;
  if (typeof value !== "object" || value === null) return ofOther;
  let characters = around;
  if (Array.isArray(value)) {
    for (const one of value) {
      if (characters > most) return characters;
      characters += charactersOf(one, most - characters);
    }
    return characters;
  }
  for (const [name, one] of Object.entries(value)) {
    if (characters > most) return characters;
    if (one !== undefined)
      characters += name.length + ofMember + charactersOf(one, most - characters);
  }
  return characters;
}
