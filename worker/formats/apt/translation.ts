/** apt's `Translation-en`: the longer descriptions of packages, by name (Debian's repository format). */
import type { IndexReader } from "../index-reader.ts";
import type { DescriptionSink } from "../package-record.ts";
import { isWord } from "../record-text.ts";
import { StanzaReader } from "../stanzas.ts";
import { descriptionDigest } from "./description-digest.ts";
import { fieldsReader, longText } from "./stanza-fields.ts";

const readFields = fieldsReader(["Package", "Description-en", "Description-md5"]);

/**
 * Gives what stands behind a description's first line, which the package's own record has. A package comes once for each
 * text that it has had in the archive.
 */
export function translationReader(sink: DescriptionSink): IndexReader {
  return new StanzaReader((stanza) => {
    const [name, value, digest] = readFields(stanza);
    if (!isWord(name)) return "has no Package, or none that is a name";
    if (value === undefined) return "has no Description-en";
    const description = longText(value);
    if (description !== undefined) sink(name, description, descriptionDigest(digest));
    return undefined;
  });
}
