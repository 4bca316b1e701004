/** rpm-md's filelists.xml: all files of all packages. */
import type { IndexReader } from "../index-reader.ts";
import { installedPath } from "../installed-path.ts";
import type { PackageFileSink } from "../package-record.ts";
import { isWord } from "../record-text.ts";
import { XmlEntries } from "./xml-entries.ts";

/**
 * Folders (`type="dir"`) are no files; a `ghost` counts as one, as the package owns it. Packages of sources are passed
 * over.
 */
export function filelistsReader(sink: PackageFileSink): IndexReader {
  const list = { root: "filelists", otherwise: "no list of files", entries: ["package"] };
  return new XmlEntries(list, ({ attributes: { name, arch }, children }) => {
    if (!isWord(name)) return "has no name, or none that is one";
    if (arch === "src" || arch === "nosrc") return undefined;
    const owners = [name];
    let fault: string | undefined;
    for (const { name: element, attributes, text } of children) {
      if (element !== "file" || attributes.type === "dir") continue;
      const path = installedPath(text);
      const said = path === undefined ? "has a file whose path is none" : sink(path, owners);
      fault ??= said;
    }
    return fault;
  });
}
