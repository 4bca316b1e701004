/** A site to YAML: a new file, or the fewest edits to an existing one, its comments kept. */
import { Document, isCollection, isMap, isNode, isScalar, isSeq, visit } from "yaml";
import type { Site } from "../../worker/list/site.ts";

/** First line of every mirror file: editors find the schema by it. */
export const schemaComment = " yaml-language-server: $schema=../schema/mirror.schema.json";

/** The order of a new file's fields. Record: the compiler notices a field that is missing here. */
export const siteFieldOrder: Readonly<Record<keyof Site, number>> = {
  name: 1,
  note: 2,
  contact: 3,
  sponsor: 4,
  country: 5,
  city: 6,
  latitude: 7,
  longitude: 8,
  approximate: 9,
  asn: 10,
  prefixes: 11,
  capacity: 12,
  base: 13,
  families: 14,
  scope: 15,
  private: 16,
  state: 17,
  repositories: 18,
};

const textOptions = { lineWidth: 0, flowCollectionPadding: false } as const;

/** The text of a new file. */
export function newSiteText(site: Site): string {
  return newFieldsText(site, schemaComment, siteFieldOrder);
}

/** Where each field stands in a file; fields without a number come first. */
export type FieldOrder = Readonly<Record<string, number>>;

/** The text of a new file with these fields. @param comment its first line, without the `#` */
export function newFieldsText(value: object, comment: string, order: FieldOrder): string {
  const fields = Object.entries(value).sort(([a], [b]) => (order[a] ?? 0) - (order[b] ?? 0));
  const document = new Document(Object.fromEntries(fields));
  document.commentBefore = comment;
  styleLists(document);
  // A comment that sets off no blank line from the content is the schema line's usual place.
  return document.toString(textOptions).replace(/^(#.*)\n\n/, "$1\n");
}

/** The text of an existing file with what changed from `before` to `after`, and nothing else. */
export function editedSiteText(document: Document, before: Site, after: Site): string {
  return editedFieldsText(document, before, after, siteFieldOrder);
}

/** The same, of any fields. */
export function editedFieldsText(
  document: Document,
  before: object,
  after: object,
  order: FieldOrder,
): string {
  const edited = document.clone();
  applyChanges(edited, [], before, after);
  for (const key of Object.keys(after)) if (!(key in before)) moveToItsPlace(edited, key, order);
  return editedText(edited);
}

/** Moves a field just added (at the end) to before the first that belongs after it. */
export function moveToItsPlace(
  document: Document,
  key: string,
  order: FieldOrder = siteFieldOrder,
): void {
  const root = document.contents;
  if (!isMap(root)) return;
  // A key that was set by name, not read from text, is a bare string.
  const nameOf = ({ key }: (typeof root.items)[number]) => String(isScalar(key) ? key.value : key);
  const from = root.items.findIndex((pair) => nameOf(pair) === key);
  const to = root.items.findIndex((pair) => (order[nameOf(pair)] ?? 0) > (order[key] ?? 0));
  if (to >= 0 && from > to) root.items.splice(to, 0, ...root.items.splice(from, 1));
}

/** An edited document's text, in the style of our files. */
export function editedText(document: Document): string {
  return document.toString(textOptions);
}

function applyChanges(document: Document, path: string[], before: object, after: object): void {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  for (const key of old.keys()) if (now.get(key) === undefined) document.deleteIn([...path, key]);
  for (const [key, value] of now) {
    const previous = old.get(key);
    if (value === undefined || JSON.stringify(previous) === JSON.stringify(value)) continue;
    if (isPlainObject(previous) && isPlainObject(value)) {
      applyChanges(document, [...path, key], previous, value);
    } else {
      const node = document.createNode(value);
      if (isCollection(node)) styleNode(node);
      const before = document.getIn([...path, key], true);
      // What is said of the field is said of its new value as well.
      if (isScalar(before) && before.comment && isNode(node)) node.comment = before.comment;
      document.setIn([...path, key], node);
    }
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function styleLists(document: Document): void {
  if (isCollection(document.contents)) styleNode(document.contents);
}

/** Lists of words on one line; NO in quotes, which older YAML readers take for `false`. */
function styleNode(root: Parameters<typeof visit>[0]): void {
  visit(root, {
    Seq(_, list) {
      if (isSeq(list) && list.items.every((item) => isScalar(item)) && list.items.length <= 12) {
        list.flow = true;
      }
    },
    Map(_, map) {
      if (isMap(map) && map.items.length === 0) map.flow = true;
    },
    Scalar(key, scalar) {
      if (key !== "key" && scalar.value === "NO") scalar.type = "QUOTE_DOUBLE";
    },
  });
}
