/** An entry's value as a file of the list, or as text for people. */
import { Document } from "yaml";
import { isSame } from "../../worker/list/diff.ts";
import type { EntryValue } from "../../worker/list/entries.ts";
import type { RepositoryFile } from "../../worker/list/site.ts";
import { plainText } from "../program/plain-text.ts";
import { parseSource, type YamlSource } from "./source.ts";
import {
  editedFieldsText,
  type FieldOrder,
  newFieldsText,
  schemaComment,
  siteFieldOrder,
} from "./write-site.ts";

/** The order of a repository's fields. Record: the compiler notices a field that is missing here. */
const repositoryFieldOrder: Readonly<Record<keyof RepositoryFile, number>> = {
  name: 1,
  kind: 2,
  title: 3,
  origin: 4,
  tree: 5,
  architectures: 6,
  roots: 7,
  suites: 8,
  freshness: 9,
  keys: 10,
  verify: 11,
  poll: 12,
  follow: 13,
  olderUntil: 14,
  ahead: 15,
  publish: 16,
  redirect: 17,
  images: 18,
  torrents: 19,
  setup: 20,
};

/** How files of a folder begin, and in which order their fields stand. */
function styleOf(folder: string): { comment: string; order: FieldOrder } {
  if (folder === "mirrors") return { comment: schemaComment, order: siteFieldOrder };
  const comment = schemaComment.replace("mirror.schema", "repository.schema");
  return { comment, order: repositoryFieldOrder };
}

/** The text of a new file of a mirror or a repository. @param folder `mirrors` or `repositories` */
export function newEntryText(folder: string, value: Fields): string {
  const { comment, order } = styleOf(folder);
  return newFieldsText(value, comment, order);
}

/** Fields of an entry that is no text. */
export type Fields = Exclude<EntryValue, string>;

/**
 * The text of a file with what differs from the value, and nothing else; its comments stay. Where the fewest edits don't
 * come out as the value (a file with anchors, say), it is written anew.
 */
export function editedEntryText(folder: string, source: YamlSource, after: Fields): string {
  const before = Object(source.value);
  const text = editedFieldsText(source.document, before, after, styleOf(folder).order);
  const read = parseSource(source.file, text);
  return read.problems.length === 0 && isSame(asFields(read.value), after)
    ? text
    : newEntryText(folder, after);
}

function asFields(value: unknown): Fields {
  return Object(value);
}

/** A value as people read it: YAML, or a text itself. */
export function valueText(value: EntryValue): string {
  if (typeof value === "string") {
    const text = plainText(value, { hasLines: true });
    return text.endsWith("\n") ? text : `${text}\n`;
  }
  return new Document(value).toString({ lineWidth: 0 });
}
