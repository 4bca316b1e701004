/** Reads the query of a question about packages: which parameters there are, and what each may be. Pure. */
import { isKind, kindNames } from "../../formats/kind-names.ts";
import type { Kind } from "../../formats/kinds.ts";
import { noneOf } from "../../http/nearest-value.ts";
import type { SuiteChoice } from "../../search/package-service.ts";
import { QuestionRefused } from "./question-refused.ts";

/** Of a value, UTF-16 units: a path of a file has up to 255 in each of its steps, and is typed by nobody. */
export const maxValueLength = 512;
/**
 * Of `after`, and of `package` with the names of a system behind each other, UTF-16 units: longer than the query of any
 * client that came through the edge's door.
 */
const maxLongLength = 1024;
const longNames: ReadonlySet<string> = new Set(["after", "package"]);
/** Values of one parameter: more than there are suites of a repository that clients know. */
export const maxValues = 64;

/** Names of the parameters that say which suites are asked. */
export const choiceNames = ["repository", "suite", "architecture", "kind", "at"] as const;

/** What stands for yes and for no; a name alone, as `?exact`, is yes. */
const yes: readonly string[] = ["", "1", "yes", "true", "on"];
const no: readonly string[] = ["0", "no", "false", "off"];

/** The parameters of one question, each as one of its kind. All methods throw `QuestionRefused`. */
export class PackageParameters {
  readonly #values = new Map<string, string[]>();

  /**
   * @param query without its `?`
   * @param allowed names of all parameters of that URL; any other is refused
   */
  constructor(query: string, allowed: readonly string[]) {
    for (const [name, value] of new URLSearchParams(query)) {
      if (!allowed.includes(name)) throw new QuestionRefused(400, unknownName(name, allowed));
      this.#values.set(name, [...(this.#values.get(name) ?? []), checked(name, value)]);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The last value, without blanks around it; a form's empty field is none. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)?.at(-1)?.trim();
    return value === "" ? undefined : value;
  }

  /** All values: repeated, or behind commas. */
  list(name: string): string[] {
    const parts = (this.#values.get(name) ?? []).flatMap((value) => value.split(","));
    const values = [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))];
    if (values.length > maxValues) {
      throw new QuestionRefused(400, `${name}= has ${values.length} values; ${maxValues} at most.`);
    }
    return values;
  }

  /** Values of a list that may only be some. */
  some<Value extends string>(name: string, allowed: readonly Value[]): Value[] {
    return this.list(name).map((value) => {
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw new QuestionRefused(400, noneOf(name, value, allowed));
      return found;
    });
  }

  /** One value of a few; absent: `undefined`. */
  one<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
    return this.some(name, allowed).at(-1);
  }

  flag(name: string): boolean {
    const value = this.#values.get(name)?.at(-1)?.trim().toLowerCase();
    if (value === undefined || no.includes(value)) return false;
    if (yes.includes(value)) return true;
    throw new QuestionRefused(400, `${name}=${value} is neither yes (1) nor no (0).`);
  }

  /** A whole number. @param most at most so much, which a refusal says */
  number(name: string, otherwise: number, most: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) {
      throw new QuestionRefused(400, `${name}=${text} is not a whole number from 1 to ${most}.`);
    }
    return value;
  }

  choice(): SuiteChoice {
    const at = this.text("at");
    return {
      repositories: this.list("repository"),
      suites: this.list("suite"),
      kinds: this.#kinds(),
      architectures: this.list("architecture"),
      ...(at !== undefined && { at }),
    };
  }

  #kinds(): Kind[] {
    const names = this.list("kind");
    const kinds = names.filter(isKind);
    const wrong = names.find((name) => !isKind(name));
    if (wrong !== undefined) throw new QuestionRefused(400, noneOf("kind", wrong, kindNames()));
    return kinds;
  }
}

/** Whatever is searched for is text: what no name, path or word has is refused, and not looked for. */
export function checked(name: string, value: string): string {
  const most = longNames.has(name) ? maxLongLength : maxValueLength;
  if (value.length > most) {
    throw new QuestionRefused(400, `${name}= has ${value.length} characters; ${most} at most.`);
  }
  // What the escapes say that isn't UTF-8 has become this character (WHATWG, URL standard, section 5.1).
  if (value.includes("\uFFFD") || !value.isWellFormed()) {
    throw new QuestionRefused(400, `${name}= holds bytes that aren't UTF-8. Escape it as UTF-8.`);
  }
  if (hasControl(value)) {
    throw new QuestionRefused(400, `${name}= holds a control character. Leave it out.`);
  }
  return value;
}

function hasControl(value: string): boolean {
  // A line's end and a tab are blanks between words, as a form's text may have them.
  return /\p{Cc}/u.test(value.replace(/[\t\n\r]/g, " "));
}

function unknownName(name: string, allowed: readonly string[]): string {
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  if (allowed.length > 0) return noneOf(shown, undefined, allowed);
  return `${shown}= means nothing here: all that can be asked is in the path.`;
}
