/** A universe of a few packages, written short: one package a line, `name version; Field: value; ...`. */
import { StanzaReader } from "../../../worker/formats/stanzas.ts";
import type { SolvedChange, SolveOutcome, SolveRequest } from "../../../worker/solve/request.ts";
import { UniverseBuilder } from "../../../worker/solve/universe/builder.ts";
import type { Universe } from "../../../worker/solve/universe/universe.ts";

/** Packages by suite: `bookworm`, `bookworm-security`. */
export type Suites = Readonly<Record<string, string>>;

/** The stanzas of lines; a package is of `amd64` unless `Architecture` says otherwise. */
export function stanzasOf(lines: string): string[] {
  const written = lines.split("\n").map((line) => line.trim());
  return written
    .filter((line) => line !== "")
    .map((line) => {
      const [head = "", ...fields] = line.split(";").map((part) => part.trim());
      const [name, version] = head.split(" ");
      const architecture = fields.some((field) => field.startsWith("Architecture:"))
        ? []
        : ["Architecture: amd64"];
      return [
        `Package: ${name}`,
        `Version: ${version}`,
        "Size: 1000",
        ...architecture,
        ...fields,
      ].join("\n");
    });
}

export function architectureOf(stanza: string): string {
  return /^Architecture: (.*)$/m.exec(stanza)?.[1] ?? "";
}

/** Each suite is an index for every architecture; packages for all stand in each. */
export function smallUniverse(suites: Suites, architectures: readonly string[]): Universe {
  const builder = new UniverseBuilder(architectures);
  for (const [codename, lines] of Object.entries(suites)) {
    for (const architecture of architectures) {
      const suite = codename.replace("bookworm", "stable");
      builder.index({ suite, codename, origin: "Debian", label: "Debian", architecture });
      const reader = new StanzaReader(builder.onStanza);
      const own = stanzasOf(lines).filter((stanza) =>
        [architecture, "all"].includes(architectureOf(stanza)),
      );
      reader.push(new TextEncoder().encode(own.map((stanza) => `${stanza}\n\n`).join("")));
      reader.end();
    }
  }
  return builder.finish();
}

/** A request of nothing but what is said. */
export function requestOf(said: Partial<SolveRequest>): SolveRequest {
  return {
    policy: "apt-2.6",
    architecture: "amd64",
    foreign: [],
    install: [],
    remove: [],
    installed: [],
    recommends: true,
    pins: [],
    ...said,
  };
}

/** Each change as `+name version`, `+name old>new` or `-name version`, of another architecture `name:i386`. */
export function shortOf(outcome: SolveOutcome): string {
  if ("refused" in outcome) return "refused";
  return outcome.changes.map(shortChange).join(", ");
}

function shortChange({ action, name, architecture, version, from }: SolvedChange): string {
  const full = architecture === "i386" ? `${name}:i386` : name;
  const versions = from === undefined ? version : `${from}>${version}`;
  return `${action === "install" ? "+" : "-"}${full} ${versions}`;
}
