/** The judge of what we print, and everything that we print before it. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentSnippets, faultsOf, pageSnippets } from "./snippets.ts";

const projectRoot = join(import.meta.dirname, "../../../..");

/** About the machine that serves, which is set up from nothing: the trial from-bare runs the page. */
const ofServer = "operating/self-hosting.md";

function documents(): [string, string][] {
  const docs = readdirSync(join(projectRoot, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && name !== ofServer)
    .map((name) => `docs/${name}`);
  return ["README.md", ...docs].map((name) => [
    name,
    readFileSync(join(projectRoot, name), "utf8"),
  ]);
}

describe("documents", () => {
  it("print nothing that could cost a host a source it has", () => {
    const snippets = documents().flatMap(([name, text]) => documentSnippets(name, text));
    for (const snippet of snippets)
      expect({ snippet, faults: faultsOf(snippet) }).toMatchObject({ faults: [] });
    const hosts = snippets.filter(({ from }) => from === "docs/hosts.md");
    expect(hosts.flatMap(({ file }) => file ?? [])).toEqual([
      "/etc/apt/sources.list.d/nearmirror-debian.sources",
      "/etc/yum.repos.d/nearmirror-almalinux.repo",
    ]);
    // The script, shown and applied, and pacman's list.
    expect(hosts.filter(({ file }) => file === undefined)).toHaveLength(3);
  });
});

describe("the judge", () => {
  const faults = (text: string) => documentSnippets("x", text).flatMap(faultsOf);

  it.each([
    [
      "a stanza in debian.sources",
      "apt, in `/etc/apt/sources.list.d/debian.sources`:\n\n```\nTypes: deb\nURIs: http://a/\n```\n",
    ],
    ["a stanza that is to be put anywhere", "apt:\n\n```\nTypes: deb\nURIs: http://a/\n```\n"],
    [
      "a section that the distribution has",
      "In a new file `/etc/yum.repos.d/nearmirror.repo`:\n\n```\n[baseos]\nbaseurl=http://a/\n```\n",
    ],
    [
      "packages unchecked",
      "In a new file `/etc/yum.repos.d/nearmirror.repo`:\n\n```\n[nearmirror-a]\nbaseurl=http://a/\ngpgcheck=0\n```\n",
    ],
    ["a list that a 404 empties", "`curl -fsS http://a/list > /etc/pacman.d/mirrorlist`"],
    ["the same by tee", "`curl -fsS http://a/list \\| sudo tee /etc/pacman.d/nearmirror`"],
    ["an error page as a list", "`sudo curl -sSo /etc/pacman.d/nearmirror http://a/list`"],
    ["a change of a shipped file", "```sh\nsudo sed -i s/a/b/ /etc/apt/sources.list\n```\n"],
    ["a script from elsewhere", "`curl -fsS http://a/install.sh \\| sudo sh`"],
    [
      "a setting that outlives the trial",
      "```sh\nexport APT_CONFIG=/etc/nearmirror; apt-get update\n```\n",
    ],
    ["a section turned off", "`sudo dnf config-manager --set-disabled baseos`"],
  ])("finds %s", (_, text) => {
    expect(faults(text)).not.toEqual([]);
  });

  it("lets by what adds a file of ours, and the script", () => {
    expect(faults("`curl -fsS http://a/setup/debian \\| sudo sh -s -- --apply`")).toEqual([]);
    expect(
      faults(
        "In a new file `/etc/yum.repos.d/nearmirror-a.repo`:\n\n```\n[nearmirror-a]\nbaseurl=http://a/\ngpgcheck=1\n```\n",
      ),
    ).toEqual([]);
    expect(
      faults("```sh\nnpm ci && npm start\ncurl -sI http://127.0.0.1:8080/debian/\n```\n"),
    ).toEqual([]);
  });

  it("reads the page's figures, with what HTML makes of quotes", () => {
    const html =
      "<figure><figcaption>a · shell</figcaption><pre>printf &#39;x&#39; &gt; /etc/hosts</pre></figure><figure><figcaption>b · /etc/x</figcaption><pre>y</pre></figure>";
    expect(pageSnippets(html)).toEqual([
      { from: "page: a", text: "printf 'x' > /etc/hosts" },
      { from: "page: b", file: "/etc/x", text: "y" },
    ]);
    expect(pageSnippets(html).flatMap(faultsOf)).toHaveLength(2);
  });
});
