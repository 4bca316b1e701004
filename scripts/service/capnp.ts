/** Words of the Cap'n Proto language, in which workerd's configuration is written (capnproto.org/language.html). */

/**
 * A text as the language writes it.
 *
 * @throws Error for characters that no setting has: the language and JSON write them differently
 */
export function capnpText(value: string): string {
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) {
      throw new Error(
        `${JSON.stringify(value)} has a control character; a setting can't have one.`,
      );
    }
  }
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/** A list of parts that are written in the language already. */
export function capnpList(parts: readonly string[]): string {
  return parts.length === 0 ? "[]" : `[\n    ${parts.join(",\n    ")},\n  ]`;
}
