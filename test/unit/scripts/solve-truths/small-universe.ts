/** A universe of a dozen packages that meets each stratum, as a folder of frozen files. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { solvingFields, universeFormat } from "../../../../scripts/solve-truths/universe-facts.ts";

const texts: Readonly<Record<string, string>> = {
  main: `
base 1.0 Essential:yes Priority:required Pre-Depends:libone Provides:base
libone 1:1.5-2 Multi-Arch:same Size:100
tool 3 Multi-Arch:allowed Depends:libone_(>=_1:1)
shell 2 Multi-Arch:foreign Depends:tool:any
prov-a 1 Provides:virt,lib-api_(=_4) Conflicts:prov-b
prov-b 1 Provides:virt,tool Breaks:libone_(<<_1)
app 1 Depends:virt,prov-a_|_prov-b,lib-api_(>=_2)
other 1 Depends:missing_|_shell Recommends:app
`,
  security: `
libone 1:1.5-3 Multi-Arch:same Size:101
tool 3+deb12u1 Multi-Arch:allowed Depends:libone_(>=_1:1)
`,
};

export const smallSuites = Object.keys(texts);

/** @param folder empty */
export function writeSmallUniverse(folder: string): void {
  const suites = Object.entries(texts).map(([name, packages]) => ({
    name,
    url: `http://debian.invalid/${name}`,
    component: "main",
    release: {
      Origin: "Debian",
      Label: name,
      Suite: name === "main" ? "oldstable" : "oldstable-security",
      Codename: name === "main" ? "bookworm" : "bookworm-security",
      Version: "12",
    },
    indexes: ["amd64", "i386"].map((architecture) => {
      const text = packages
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => stanza(line, architecture))
        .join("");
      const file = `${name}.${architecture}.xz`;
      const bytes = execFileSync("xz", ["--stdout"], { input: text });
      writeFileSync(join(folder, file), bytes);
      return {
        architecture,
        file,
        origin: `main/binary-${architecture}/Packages`,
        originSha256: sha256(text),
        sha256: sha256(bytes),
        textSha256: sha256(text),
        bytes: bytes.length,
        packages: packages.trim().split("\n").length,
      };
    }),
  }));
  const facts = { format: universeFormat, command: "", fields: solvingFields, suites };
  writeFileSync(join(folder, "universe.json"), JSON.stringify(facts));
}

function stanza(line: string, architecture: string): string {
  const [name, version, ...fields] = line.split(" ");
  const further = fields.map((field) => {
    const at = field.indexOf(":");
    return `${field.slice(0, at)}: ${field.slice(at + 1).replaceAll("_", " ")}\n`;
  });
  return `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\n${further.join("")}\n`;
}

function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
