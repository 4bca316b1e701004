/** rpm-md's comps.xml: groups of packages, and environments, which are groups of groups. */
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import type { LeftOut } from "../left-out.ts";
import type { PackageGroup } from "../package-record.ts";
import { isWord, oneLine, plainLines } from "../record-text.ts";
import { childOf, childrenOf, type XmlElement, XmlEntries } from "./xml-entries.ts";

/** Names that are kept till the end, of all groups: Fedora's have 6,000. */
const maxNames = 100_000;

const list = {
  root: "comps",
  otherwise: "no list of groups",
  entries: ["group", "environment"],
  mayHaveType: true,
} as const;

/** An environment, and the ids of the groups that it always has. */
interface Environment {
  group: PackageGroup;
  groups: string[];
}

/**
 * Gives groups as they come, and environments at the end, each with the packages of its groups: a group may stand behind
 * the environment that has it. Groups that somebody has to choose (`optionlist`) aren't counted in.
 */
export class CompsReader implements IndexReader {
  readonly #sink: (one: PackageGroup) => void;
  readonly #packages = new Map<string, readonly string[]>();
  readonly #environments: Environment[] = [];
  #names = 0;
  readonly #entries = new XmlEntries(list, (entry) => this.#take(entry));

  constructor(sink: (one: PackageGroup) => void) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#entries.push(bytes);
  }

  end(): void {
    this.#entries.end();
    for (const { group, groups } of this.#environments) {
      const packages = groups.flatMap((id) => this.#packages.get(id) ?? []);
      this.#sink({ ...group, packages: [...new Set(packages)] });
    }
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #take(entry: XmlElement): string | undefined {
    const id = oneLine(childOf(entry, "id")?.text);
    if (!isWord(id)) return "has no id, or none that is one";
    const description = plainLines(own(entry, "description"));
    const group: PackageGroup = {
      id,
      title: oneLine(own(entry, "name")) ?? id,
      ...(description !== undefined && { description }),
      packages: wordsOf(childOf(entry, "packagelist"), "packagereq"),
    };
    this.#names += 1 + group.packages.length;
    if (this.#names > maxNames)
      throw new IndexRefused(`more than ${maxNames} names`, `group ${id}`);
    if (entry.name === "environment") {
      const groups = wordsOf(childOf(entry, "grouplist"), "groupid");
      this.#environments.push({ group, groups });
      return undefined;
    }
    this.#packages.set(id, group.packages);
    this.#sink(group);
    return undefined;
  }
}

/** Names and descriptions come again in other languages (`xml:lang`). */
function own(entry: XmlElement, name: string): string | undefined {
  return childrenOf(entry, name).find(({ attributes }) => !("xml:lang" in attributes))?.text;
}

function wordsOf(element: XmlElement | undefined, name: string): string[] {
  const words = childrenOf(element, name).map(({ text }) => text.trim());
  return [...new Set(words)].filter(isWord);
}
