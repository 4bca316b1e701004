/** Reads `genisolist.ini` as Python's configparser does, which genisolist uses. Pure. */

/** Where a line stands, once all files that are included are in place. */
export interface IniLine {
  file: string;
  /** Counted from 1. */
  line: number;
  text: string;
}

/** What is wrong with a line, a sentence for people. */
export interface IniFault {
  file: string;
  line: number;
  said: string;
}

/** One section, with its options in lower case, as configparser has them. */
export interface IniSection {
  name: string;
  at: Pick<IniLine, "file" | "line">;
  options: ReadonlyMap<string, { value: string; at: Pick<IniLine, "file" | "line"> }>;
}

/**
 * Sections in their order; `name = value` or `name: value`; a line that begins with white space goes on with the value
 * before; `#` and `;` begin a comment at the beginning of a line only. A section or an option that comes twice is a
 * fault, as it is to configparser.
 */
export function readIni(lines: readonly IniLine[]): IniSection[] | IniFault {
  const sections = new Map<string, { section: IniSection; options: Map<string, Option> }>();
  let options: Map<string, Option> | undefined;
  let last: Option | undefined;
  for (const { file, line, text } of lines) {
    const at = { file, line };
    const fault = (said: string): IniFault => ({ ...at, said });
    if (text.trim() === "") {
      last = undefined;
      continue;
    }
    if (/^\s*[#;]/.test(text)) continue;
    if (/^\s/.test(text) && last !== undefined) {
      last.value += `\n${text.trim()}`;
      continue;
    }
    const [, name] = /^\[([^\]]+)\]\s*$/.exec(text.trim()) ?? [];
    if (name !== undefined) {
      if (sections.has(name))
        return fault(`There is another section [${name}]: give it another name.`);
      options = new Map();
      last = undefined;
      sections.set(name, { section: { name, at, options }, options });
      continue;
    }
    const [, key, value = ""] = /^\s*([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(text) ?? [];
    if (key === undefined) return fault("This is no section, comment or `name = value`.");
    if (options === undefined) return fault("Before this line a [section] has to begin.");
    const lower = key.toLowerCase();
    if (options.has(lower)) return fault(`${lower} is there twice in this section: remove one.`);
    last = { value, at };
    options.set(lower, last);
  }
  return [...sections.values()].map(({ section }) => section);
}

interface Option {
  value: string;
  at: Pick<IniLine, "file" | "line">;
}
