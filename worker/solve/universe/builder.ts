/** Makes a universe of stanzas, index by index in the order of the client's sources. */
import { compareDpkgVersions } from "../../formats/apt/dpkg-version.ts";
import { fieldsReader } from "../../formats/apt/stanza-fields.ts";
import { Column } from "./columns.ts";
import { frozen } from "./frozen.ts";
import { Graph } from "./graph.ts";
import type { IndexFacts } from "./index-facts.ts";
import { RelationField, UniverseRefused } from "./relation-field.ts";
import {
  architectureNamed,
  extraPriority,
  implicit,
  MultiArch,
  Operator,
  PackageFlag,
  priorities,
  Relation,
} from "./relation-words.ts";
import type { Universe } from "./universe.ts";

/** Bits of a number: a version's indexes are kept in one. */
export const maxIndexes = 31;

const [nameAt, versionAt, architectureAt, multiArchAt, essentialAt, importantAt, protectedAt] = [
  0, 1, 2, 3, 4, 5, 6,
];
const [priorityAt, sourceAt, sectionAt, providesAt, phasedAt, sizeAt, installedSizeAt] = [
  7, 8, 9, 10, 11, 12, 13,
];
const fieldNames = [
  "Package",
  "Version",
  "Architecture",
  "Multi-Arch",
  "Essential",
  "Important",
  "Protected",
  "Priority",
  "Source",
  "Section",
  "Provides",
  "Phased-Update-Percentage",
  "Size",
  "Installed-Size",
  "Pre-Depends",
  "Depends",
  "Conflicts",
  "Breaks",
  "Recommends",
  "Suggests",
  "Replaces",
  "Enhances",
];
/** In the order in which apt writes them into its cache, with their places in `fieldNames`. */
const relations = [
  { at: 14, type: Relation.preDepends },
  { at: 15, type: Relation.depends },
  { at: 16, type: Relation.conflicts },
  { at: 17, type: Relation.breaks },
  { at: 18, type: Relation.recommends },
  { at: 19, type: Relation.suggests },
  { at: 20, type: Relation.replaces },
  { at: 21, type: Relation.enhances },
];
/** Stanzas that differ in none of these are the same version, as apt sees it: the size and `Multi-Arch` count besides. */
const told = [installedSizeAt, 15, 14, 16, 17, 20];
const passed = ["Filename", "SHA256", "MD5sum", "Description", "Description-md5", "Maintainer"];

/** apt never removes itself. */
const forcedEssential = "apt";
/** As of most packages: everybody gets it. */
const allOfThem = 100;

type Values = (string | undefined)[];

export class UniverseBuilder {
  readonly #graph: Graph;
  readonly #architectures: readonly string[];
  readonly #indexes: IndexFacts[] = [];
  readonly #read = fieldsReader(fieldNames, passed);
  readonly #field = new RelationField();
  readonly #columns = {
    priority: new Column(),
    section: new Column(),
    source: new Column(),
    sourceVersion: new Column(),
    nextSourced: new Column(),
    size: new Column(),
    installedSize: new Column(),
    phased: new Column(),
    indexes: new Column(),
  };
  readonly #hash = new Column();

  /** @param architectures dpkg's names, the native one first */
  constructor(architectures: readonly string[]) {
    this.#architectures = architectures;
    this.#graph = new Graph(architectures);
    for (const one of Object.values(this.#columns)) one.add(0);
    this.#hash.add(0);
  }

  /** What is read from now on is of this index. */
  index(facts: IndexFacts): void {
    if (this.#indexes.length === maxIndexes) {
      throw new UniverseRefused(
        `A universe has ${maxIndexes} indexes at most; ask for fewer suites.`,
      );
    }
    this.#indexes.push(facts);
  }

  /** For `StanzaReader`. @throws UniverseRefused where apt would refuse the whole index */
  readonly onStanza = (stanza: string): string | undefined => {
    const values = this.#read(stanza);
    const name = values[nameAt];
    const version = values[versionAt];
    if (name === undefined || name === "") return "has no name";
    if (version === undefined || version === "") return "has no version";
    const architecture = values[architectureAt] ?? "none";
    if (architecture !== "all" && !this.#architectures.includes(architecture)) return undefined;
    try {
      this.#add(values, name.toLowerCase(), version);
    } catch (error) {
      if (!(error instanceof UniverseRefused)) throw error;
      throw new UniverseRefused(`${name} ${version} ${architecture} ${error.message}`);
    }
    return undefined;
  };

  finish(): Universe {
    return frozen(this.#graph, {
      ...this.#columns,
      indexes: this.#columns.indexes,
      facts: this.#indexes,
      architectures: this.#architectures,
    });
  }

  #add(values: Values, name: string, version: string): void {
    const graph = this.#graph;
    const of = graph.package(
      graph.names.add(name),
      graph.names.add(values[architectureAt] ?? "none"),
    );
    const hash = hashOf(values);
    const size = numberOf(values[sizeAt]);
    const multiArch = multiArchOf(values);
    let after = 0;
    let before = graph.packageVersions.get(of);
    for (; before !== 0; before = graph.versionNext.get(before)) {
      const order = compareDpkgVersions(
        version,
        graph.versions.text(graph.versionText.get(before)),
      );
      if (order > 0) break;
      if (order === 0 && this.#isSame(before, { hash, size, multiArch })) {
        this.#flags(of, before, values);
        this.#addIndex(before);
        return;
      }
      after = before;
    }
    const made = graph.version(of, graph.versions.add(version), { after, before });
    graph.versionMultiArch.set(made, multiArch);
    this.#hash.add(hash);
    this.#describe(made, values);
    this.#relations(made, values);
    this.#provides(made, values);
    if (isKernel(name)) this.#kernel(made);
    this.#flags(of, made, values);
    this.#addIndex(made);
    this.#exclude(of, made);
  }

  #isSame(version: number, told: { hash: number; size: number; multiArch: number }): boolean {
    const size = this.#columns.size.get(version);
    return (
      this.#hash.get(version) === told.hash &&
      (told.size === 0 || size === 0 || told.size === size) &&
      this.#graph.versionMultiArch.get(version) === told.multiArch
    );
  }

  #describe(version: number, values: Values): void {
    const graph = this.#graph;
    const columns = this.#columns;
    const group = graph.packageGroup.get(graph.versionPackage.get(version));
    let source = group;
    let sourceVersion = graph.versionText.get(version);
    const said = values[sourceAt];
    if (said !== undefined && said !== "") {
      const blank = said.indexOf(" ");
      const [open, close] = [said.indexOf("(", blank), said.indexOf(")", blank)];
      if (blank > 0 && open > 0 && close > open) {
        sourceVersion = graph.versions.add(said, open + 1, close);
      }
      source = graph.group(graph.names.add(said, 0, blank > 0 ? blank : said.length));
    }
    columns.source.add(source);
    columns.sourceVersion.add(sourceVersion);
    columns.nextSourced.add(graph.groupSourced.get(source));
    graph.groupSourced.set(source, version);
    columns.section.add(graph.names.add(values[sectionAt] ?? ""));
    const priority = values[priorityAt];
    const known = priorities.indexOf(priority?.toLowerCase() ?? "");
    columns.priority.add(known < 0 ? extraPriority : known);
    columns.size.add(numberOf(values[sizeAt]));
    columns.installedSize.add(numberOf(values[installedSizeAt]));
    columns.phased.add(allOfThem);
    columns.indexes.add(0);
  }

  #relations(version: number, values: Values): void {
    const graph = this.#graph;
    const own = this.#architectureOf(version);
    const field = this.#field;
    for (const { at, type } of relations) {
      const text = values[at];
      if (text === undefined || text === "") continue;
      field.begin(text);
      while (field.next()) {
        const colon = lastColon(text, field.nameFrom, field.nameTo);
        const said = {
          version: graph.versions.add(text, field.versionFrom, field.versionTo),
          operator: field.operator,
          type,
        };
        let name = graph.names.add(text, field.nameFrom, field.nameTo);
        let architecture = own;
        if (colon >= 0) {
          architecture = graph.any;
          const named = text.slice(colon + 1, field.nameTo);
          if (named !== "any") said.operator |= architectureNamed;
          if (named === "native") {
            const native = graph.names.text(graph.native);
            name = graph.names.add(`${text.slice(field.nameFrom, colon)}:${native}`);
          }
        }
        graph.relates(version, { name, architecture }, said);
      }
    }
  }

  #provides(version: number, values: Values): void {
    const graph = this.#graph;
    const multiArch = graph.versionMultiArch.get(version);
    const of = graph.versionPackage.get(version);
    const own = graph.names.text(graph.groupName.get(graph.packageGroup.get(of)));
    const text = values[providesAt];
    if (text !== undefined && text !== "") {
      this.#field.begin(text);
      while (this.#field.next()) {
        const { nameFrom, nameTo, versionFrom, versionTo, operator } = this.#field;
        if (operator !== Operator.any && operator !== Operator.equal) continue;
        this.#provide(
          version,
          text.slice(nameFrom, nameTo),
          graph.versions.add(text, versionFrom, versionTo),
        );
      }
    }
    const ownText = graph.versionText.get(version);
    if ((multiArch & MultiArch.allowed) !== 0) {
      this.#one(version, { name: `${own}:any`, architecture: graph.any }, ownText, implicit);
    } else if ((multiArch & MultiArch.foreign) !== 0) {
      this.#everywhere(version, own, ownText, implicit);
    }
    this.#byArchitecture(version, own, ownText);
  }

  #provide(version: number, name: string, text: number): void {
    const graph = this.#graph;
    const multiArch = graph.versionMultiArch.get(version);
    const colon = name.lastIndexOf(":");
    if (colon >= 0) {
      const named = name.slice(colon + 1);
      if (named !== "any") {
        const to = { name: name.slice(0, colon), architecture: graph.names.add(named) };
        this.#one(version, to, text, implicit | architectureNamed);
      }
      this.#one(version, { name, architecture: graph.any }, text, architectureNamed);
      return;
    }
    if ((multiArch & MultiArch.foreign) !== 0) this.#everywhere(version, name, text, 0);
    else {
      if ((multiArch & MultiArch.allowed) !== 0) {
        this.#one(version, { name: `${name}:any`, architecture: graph.any }, text, implicit);
      }
      this.#one(version, { name, architecture: this.#architectureOf(version) }, text, 0);
    }
    this.#byArchitecture(version, name, text);
  }

  /** apt tells kernels by a package of its own that they provide. */
  #kernel(version: number): void {
    const graph = this.#graph;
    const to = { name: "$kernel", architecture: graph.any };
    this.#one(version, to, graph.versionText.get(version), implicit);
  }

  /** `foo:amd64`, where somebody has named it. */
  #byArchitecture(version: number, name: string, text: number): void {
    const graph = this.#graph;
    const of = graph.versionPackage.get(version);
    const architecture = graph.names.text(graph.packageArchitecture.get(of));
    const named = `${name}:${architecture}`;
    const group = graph.findGroup(graph.names.find(named));
    if (group === 0 || graph.groupFirst.get(group) === 0) return;
    this.#one(
      version,
      { name: named, architecture: graph.any },
      text,
      implicit | architectureNamed,
    );
  }

  #one(
    version: number,
    to: { name: string; architecture: number },
    text: number,
    flags: number,
  ): void {
    const graph = this.#graph;
    const of = graph.versionPackage.get(version);
    const own = graph.groupName.get(graph.packageGroup.get(of));
    const name = graph.names.add(to.name);
    const sameName = own === name && this.#isOwnArchitecture(of, to.architecture);
    if (sameName && (text === 0 || text === graph.versionText.get(version))) return;
    graph.provides(version, graph.package(name, to.architecture), { version: text, flags });
  }

  #isOwnArchitecture(of: number, architecture: number): boolean {
    const own = this.#graph.packageArchitecture.get(of);
    if (architecture === own) return true;
    return own === this.#graph.native && this.#graph.names.text(architecture) === "all";
  }

  /** For packages of every architecture that have been heard of: later ones ask their siblings. */
  #everywhere(version: number, name: string, text: number, flags: number): void {
    const graph = this.#graph;
    const group = graph.findGroup(graph.names.find(name));
    if (group === 0 || graph.groupFirst.get(group) === 0) {
      this.#one(version, { name, architecture: graph.native }, text, flags);
      return;
    }
    const of = graph.versionPackage.get(version);
    for (let one = graph.groupFirst.get(group); one !== 0; one = graph.packageNext.get(one)) {
      if (flags === implicit && one === of) continue;
      graph.provides(version, one, { version: text, flags });
    }
  }

  #flags(of: number, version: number, values: Values): void {
    const graph = this.#graph;
    let flags = graph.packageFlags.get(of);
    const set = (at: number, bit: number) => {
      const said = values[at]?.toLowerCase();
      if (said === "yes") flags |= bit;
      else if (said === "no") flags &= ~bit;
    };
    set(essentialAt, PackageFlag.essential);
    set(importantAt, PackageFlag.important);
    set(protectedAt, PackageFlag.important);
    const name = graph.names.text(graph.groupName.get(graph.packageGroup.get(of)));
    if (name === forcedEssential) flags |= PackageFlag.essential | PackageFlag.important;
    graph.packageFlags.set(of, flags);
    const phased = values[phasedAt];
    if (phased !== undefined && /^\d+$/.test(phased) && Number(phased) <= allOfThem) {
      this.#columns.phased.set(version, Number(phased));
    }
  }

  #addIndex(version: number): void {
    const bit = 1 << (this.#indexes.length - 1);
    this.#columns.indexes.set(version, this.#columns.indexes.get(version) | bit);
  }

  /** The first version of a package is news to its siblings of other architectures. */
  #exclude(of: number, version: number): void {
    const graph = this.#graph;
    const group = graph.packageGroup.get(of);
    const only = graph.versionNext.get(graph.packageVersions.get(of)) === 0;
    for (
      let one = graph.groupFirst.get(group);
      only && one !== 0;
      one = graph.packageNext.get(one)
    ) {
      if (one === of) continue;
      for (let other = graph.packageVersions.get(one); other !== 0; ) {
        graph.excludeSibling(other, of);
        other = graph.versionNext.get(other);
      }
    }
    for (let one = graph.groupFirst.get(group); one !== 0; one = graph.packageNext.get(one)) {
      if (one !== of && graph.packageVersions.get(one) !== 0) graph.excludeSibling(version, one);
    }
  }

  /** `all` where the version is for all. */
  #architectureOf(version: number): number {
    const graph = this.#graph;
    return graph.packageArchitecture.get(graph.versionPackage.get(version));
  }
}

function isKernel(name: string): boolean {
  return /^(?:linux|kfreebsd|gnumach)-image-\d+\./.test(name) && !/-dbg(?:sym)?$/.test(name);
}

function multiArchOf(values: Values): number {
  const all = values[architectureAt] === "all" ? MultiArch.all : 0;
  switch (values[multiArchAt]) {
    case "foreign":
      return all | MultiArch.foreign;
    case "allowed":
      return all | MultiArch.allowed;
    case "same":
      return all === 0 ? MultiArch.same : all;
    default:
      return all;
  }
}

function numberOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) | 0 : 0;
}

/** Blanks, `=` and epochs of 0 don't count: dpkg writes fields anew. */
function hashOf(values: Values): number {
  let hash = 5381;
  for (const at of told) {
    const text = values[at];
    if (text === undefined) continue;
    for (let place = 0; place < text.length; place++) {
      const code = text.charCodeAt(place);
      if (code === 0x30 && text.charCodeAt(place + 1) === 0x3a) {
        place++;
        continue;
      }
      if (code <= 0x20 || code === 0x3d) continue;
      hash = (Math.imul(hash, 33) + (code | 0x20)) | 0;
    }
  }
  return hash;
}

function lastColon(text: string, from: number, to: number): number {
  for (let place = to - 1; place > from; place--) {
    if (text.charCodeAt(place) === 0x3a) return place;
  }
  return -1;
}
