import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aptReads } from "../../../../worker/formats/apt/setup.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "../../../../worker/pages/setup/setup.ts";
import { findProgram, run } from "../../../lab/process.ts";
import { base, makeRoot, repository } from "./hosts.ts";

describe("a stanza that apt reads", () => {
  it.each([
    ["trixie trixie-updates", "main", true],
    ["./", "", true],
    ["", "main", false],
    ["trixie", "", false],
    ["./", "main", false],
    ["trixie ./", "main", false],
  ])("suites %j, components %j: %s", async (suites, components, read) => {
    expect(aptReads({ suites, components })).toBe(read);
    const of = repository("apt", "x", { suites, components });
    const lines = [...setupOf(of, base), ...listLinesOf(of, base), ...scriptLinesOf(of, base)];
    expect(lines.length > 0).toBe(read);
    const program = findProgram("apt-get");
    if (program === undefined) return;
    // What apt itself says of such a stanza: it reads none of the host's sources for a single bad one.
    const fields = `Types: deb\nURIs: http://a.example/\nSuites: ${suites}\nComponents: ${components}\n`;
    const at = makeRoot({ "x.sources": fields.replace(/^\w+: \n/gm, "") });
    const options = { "Dir::Etc::sourcelist": join(at, "x.sources"), "Dir::Etc::sourceparts": "-" };
    const settings = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const { code } = await run(program, [...settings, "indextargets", "--no-release-info"]);
    expect(code === 0).toBe(read);
  });
});
