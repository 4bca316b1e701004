/** Ubuntu's `cnf/Commands-ARCH`: what command-not-found tells of. Its form is that of command-not-found 23.04. */
import type { IndexReader } from "../index-reader.ts";
import type { PackageCommands } from "../package-record.ts";
import { isWord } from "../record-text.ts";
import { StanzaReader } from "../stanzas.ts";
import { entriesOf, fieldsReader } from "./stanza-fields.ts";

const readFields = fieldsReader([
  ...["name", "visible-pkgname", "version", "commands", "ignore-commands", "priority-bonus"],
  ...["suite", "component", "arch"],
]);

/**
 * A package goes by its `visible-pkgname`, which command-not-found says to install. What `ignore-commands` names is left
 * away. The first stanza, which tells suite, component and architecture, is passed over.
 */
export function commandsReader(sink: (one: PackageCommands) => void): IndexReader {
  return new StanzaReader((stanza) => {
    const [own, visible, version, commands, ignored, bonus, ...head] = readFields(stanza);
    if (own === undefined && head.some((value) => value !== undefined)) return undefined;
    const name = visible || own;
    if (!isWord(name)) return "has no name, or none that is one";
    if (!commands) return "has no commands";
    const without = new Set(entriesOf(ignored ?? ""));
    const one: PackageCommands = {
      name,
      commands: entriesOf(commands).filter((command) => !without.has(command)),
    };
    if (isWord(version)) one.version = version;
    if (bonus !== undefined && /^-?\d{1,6}$/.test(bonus)) one.bonus = Number(bonus);
    sink(one);
    return undefined;
  });
}
