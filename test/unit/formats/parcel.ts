/** A kind of repository that nobody has: `PARCELS` names catalogues, which list `.parcel` files. */
import { lastSegment } from "../../../worker/formats/beside-root.ts";
import { directoryOf, type IndexReader } from "../../../worker/formats/index-reader.ts";
import type { FileSink } from "../../../worker/formats/indexed-file.ts";
import type { KindFormat } from "../../../worker/formats/kind-format.ts";
import { isKind } from "../../../worker/formats/kind-names.ts";
import type { KindReading } from "../../../worker/formats/kind-reading.ts";
import { type Kind, kinds } from "../../../worker/formats/kinds.ts";
import {
  type Reading,
  readMainFile,
  readSignature,
  refusedFile,
} from "../../../worker/formats/read-verified.ts";
import { readings } from "../../../worker/formats/readings.ts";

/** As many as no real kind has. */
export const duplicates = 4;

interface Line {
  path: string;
  size: number;
  sha256: string;
}

/** Lines of `size sha256 path`; all else is passed over. */
function linesOf(text: string): Line[] {
  return [...text.matchAll(/^(\d+) ([0-9a-f]{64}) (\S+)$/gm)].map(
    ([, size, sha256 = "", path = ""]) => ({ size: Number(size), sha256, path }),
  );
}

class CatalogueReader implements IndexReader {
  readonly #sink: FileSink;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(sink: FileSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  end(): void {
    for (const file of linesOf(this.#text)) this.#sink(file);
  }
}

const dateInText = (text: string): number | undefined => {
  const [, date = ""] = /^made: (\S+)$/m.exec(text) ?? [];
  return Date.parse(date) || undefined;
};

const parcel: KindFormat = {
  paths: {
    metadata: /(?:^|\/)PARCELS(?:\.sig)?$/,
    payload: /\.parcel$/,
    immutable: /\/sealed\//,
    architecture: /-(arm64|amd64)\.parcel$/,
  },
  duplicates,
  roots: {
    dateInText,
    contentFault: (_, text) => (text.startsWith("made: ") ? undefined : "It isn't of parcels."),
    scope: (root) => `${directoryOf(root)}sealed/`,
    isBeside: (root, path) => path === root || path === `${root}.sig`,
    isRootName: (name) => name === "PARCELS" || name === "PARCELS.sig",
  },
  lists: {
    ofPlaces: (own, places) => [own, ...places.map(({ url }) => url), ""].join("\n"),
    byChannel: true,
    atFile: "described",
  },
  setup: {
    lines: ({ name }, url) => [{ use: "parcel", text: `parcel ${name} ${url}` }],
    listLines: (_, _base, list) => [{ use: "parcel-list", text: list }],
    script: {
      together: (asked, others) => [asked, ...others.filter(({ name }) => name !== asked.name)],
      part: (entries, base) => ({
        values: `parcels='${entries.map(({ name }) => base + name).join(" ")}'`,
        folders: ["etc/parcels.d"],
        functions: "plan() { :; }",
      }),
      takesBytes: true,
    },
  },
};

function namedIn(root: string, text: string): [string, Omit<Line, "path">][] {
  return linesOf(text).map(({ path: name, ...entry }) => [directoryOf(root) + name, entry]);
}

const parcelReading: KindReading = {
  rootReader: (path) =>
    lastSegment(path) !== "PARCELS"
      ? undefined
      : async (reading: Reading, root, known) => {
          const main = await readMainFile(reading, { path: root, maxBytes: 1000, known });
          if ("answer" in main) return main.answer;
          const { file } = main;
          const signature = await readSignature(reading, file, `${root}.sig`);
          if ("refused" in signature) return refusedFile(`${root}.sig`, signature.refused);
          const text = new TextDecoder().decode(file.bytes);
          const date = dateInText(text);
          return {
            root: {
              files: [file],
              entries: namedIn(root, text),
              byHash: false,
              age: date === undefined ? {} : { date },
              faults: [],
            },
          };
        },
  namesIn: (root, bytes) => ({
    entries: namedIn(root, new TextDecoder().decode(bytes)),
    byHash: false,
  }),
  rootsAre: "PARCELS",
  signedWith: "OpenPGP",
  contents: {
    named: {
      nameOf: (plain) => (plain.endsWith("catalogue") ? plain : undefined),
      reader: () => (sink) => new CatalogueReader(sink),
      isAhead: (name, architectures) => architectures.some((one) => name.includes(one)),
    },
  },
};

/** Adds it to the tables. All that is asked of the kind afterwards is asked there. */
export function addParcel(): Kind {
  const name: string = "parcel";
  Object.assign(kinds, { [name]: parcel });
  Object.assign(readings, { [name]: parcelReading });
  if (isKind(name)) return name;
  throw new Error("the table of kinds lacks parcel");
}

/** Takes it away again: other files of tests have the same tables. */
export function removeParcel(): void {
  Reflect.deleteProperty(kinds, "parcel");
  Reflect.deleteProperty(readings, "parcel");
}
