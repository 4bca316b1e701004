/**
 * Whatever we print for people to run, run: in roots that look like the distributions' fresh installations, judged by
 * the real package managers. Every suite, section and server that was there before is there afterwards.
 */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visitOf } from "../../../../worker/pages/frame/visit.ts";
import { repositoryPage } from "../../../../worker/pages/repository-page.ts";
import { setupAnswer } from "../../../../worker/pages/setup/setup-answer.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { openViews } from "../../../../worker/views/views.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import { type FreshHost, freshHosts } from "./fresh.ts";
import { FreshRoot, type Told } from "./fresh-root.ts";
import { almalinux, alpine, archlinux, debian, debianSecurity, repository } from "./hosts.ts";
import { documentSnippets, faultsOf, pageSnippets, type Snippet } from "./snippets.ts";

const ubuntu = repository(
  "apt",
  "ubuntu",
  {
    suites: "noble noble-updates noble-security",
    components: "main universe",
    signedBy: "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
  },
  { origin: "http://archive.ubuntu.com/ubuntu/", architectures: ["amd64"] },
);
const opensuse = repository(
  "rpm",
  "opensuse",
  {
    channels: {
      "repo-oss": "distribution/leap/$releasever/repo/oss/",
      "repo-update": "update/leap/$releasever/oss/",
    },
  },
  { origin: "https://download.opensuse.org/" },
);
const catalogue = [debian, debianSecurity, ubuntu, almalinux, opensuse, archlinux, alpine];

/** How the service is when somebody follows our words. */
let state: "well" | "missing" | "portal" = "well";
let server: Server;
let base = "";
const scratch = makeScratch("printed");
let made = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const send = (status: number, body: string) => {
      response.writeHead(status).end(body);
    };
    if (state === "missing") return send(404, "Not found.\n");
    if (state === "portal") return send(200, "<html><body>Please log in.</body></html>\n");
    if (path === "/mirrorlist/pacman/archlinux")
      return send(200, `Server = ${base}archlinux/$repo/os/$arch\n`);
    const [, name = "", bytes] = /^\/setup\/([\w-]+)(\/bytes)?$/.exec(path) ?? [];
    const answer = setupAnswer(name, catalogue, base, { bytes: bytes !== undefined });
    answer.text().then((text) => send(answer.status, text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  base = `http://127.0.0.1:${address.port}/`;
});

afterAll(() => {
  server.close();
  scratch.remove();
}, 60_000);

function freshRoot(host: FreshHost): FreshRoot {
  return new FreshRoot(host, join(scratch.directory, String(++made)));
}

/** What a repository's page says. */
async function pageSection(repository: Repository): Promise<string> {
  const views = openViews({
    roster: { version: 1, mirrors: [] },
    catalogue: { version: 1, repositories: catalogue },
  });
  const visit = visitOf({ path: "/", query: "", headers: new Headers() });
  if (typeof visit === "string") throw new Error(visit);
  return repositoryPage(visit, { repository, views, base, alarms: [] }).main.text;
}

/** What the page for owners of hosts says, with this service in the place of the one it has. */
function hostsPage(): string {
  const text = readFileSync(join(import.meta.dirname, "../../../../docs/hosts.md"), "utf8");
  return text
    .replaceAll("http://127.0.0.1:8080/", base)
    .replaceAll("pacman/NAME", "pacman/archlinux");
}

const managerOf = ({ file = "", text }: Snippet) =>
  (
    [
      ["apt", /\/apt\/|setup\/(debian|ubuntu)/],
      ["dnf", /yum\.repos\.d|setup\/almalinux/],
      ["zypper", /\bzypper\b|setup\/opensuse/],
      ["pacman", /pacman|setup\/archlinux/],
      ["apk", /\/apk\/|setup\/alpine/],
    ] as const
  ).find(([, sign]) => sign.test(file + text))?.[0];

/** Everything that is printed for the owner of such a host. */
async function printedFor(host: FreshHost, { manager }: FreshRoot): Promise<Snippet[]> {
  const sections = await Promise.all(
    catalogue.filter(({ name }) => host.repositories.includes(name)).map(pageSection),
  );
  const snippets = [
    ...sections.flatMap(pageSnippets),
    ...documentSnippets("docs/hosts.md", hostsPage()).filter(
      ({ text }) => !host.repositories.includes("ubuntu") || !text.includes("debian"),
    ),
  ];
  const one = new Map(snippets.map((snippet) => [`${snippet.file}\n${snippet.text}`, snippet]));
  return [...one.values()].filter((snippet) => managerOf(snippet) === manager);
}

/** `Include` lines that our words have people add. */
const includes = (text: string) =>
  [...text.matchAll(/Include = (\S+?)[”`] above each [“`]Include = (\S+?)[”`]/g)].map(
    ([, ours = "", theirs = ""]) => [ours, theirs] as const,
  );

function expectKept(before: Told, after: Told, urlsToo: boolean, evidence: string): void {
  expect(after.complaints, evidence).toBe("");
  const names = ({ sources }: Told) =>
    sources.map(({ what, where }) => (urlsToo ? `${what} ${where}` : what));
  expect(names(after), evidence).toEqual(expect.arrayContaining(names(before)));
  // Nothing is there twice: managers warn, or read one of the two.
  const all = after.sources.map(({ what, where }) => `${what} ${where}`);
  if (new Set(names(before)).size === before.sources.length)
    expect(new Set(all).size, evidence).toBe(all.length);
}

describe.each(freshHosts)("on $name", (host) => {
  it("what we print leaves every source there, and a file of the distribution as it is", {
    timeout: 60_000,
  }, async ({ skip }) => {
    const tried = freshRoot(host);
    if (tried.missing !== undefined) return skip(tried.missing);
    const before = await tried.sources();
    expect(before.complaints).toBe("");
    expect(before.sources).not.toEqual([]);
    const snippets = await printedFor(host, tried);
    expect(snippets.length).toBeGreaterThan(2);
    for (const snippet of snippets) {
      expect({ snippet, faults: faultsOf(snippet) }).toMatchObject({ faults: [] });
      state = "well";
      const root = freshRoot(host);
      const shipped = root.everything();
      const evidence = JSON.stringify(snippet, null, 1);
      const scripted = snippet.text.includes("/setup/");
      if (snippet.file !== undefined) root.write(snippet);
      else {
        const { code, said } = await root.run(snippet.text);
        expect({ code, said, snippet }).toMatchObject({ code: 0 });
        if (scripted && !snippet.text.includes("--apply")) {
          expect(root.everything()).toEqual(shipped);
          continue;
        }
      }
      if (!scripted) expect(root.everything(), evidence).toMatchObject(shipped);
      if (root.manager === "pacman" && !scripted) {
        const [said] = includes(
          snippet.from === "docs/hosts.md" ? hostsPage() : await pageSection(archlinux),
        );
        root.include(said?.[0] ?? "", said?.[1] ?? "");
      }
      const after = await root.sources();
      expectKept(before, after, !scripted, evidence);
      const places = after.sources.map(({ where }) => where);
      expect(places, evidence).toEqual(expect.arrayContaining([...(host.others ?? [])]));
      // It does something, but for a list that waits for its source; dnf tells no URLs.
      const more = after.sources.map(({ what, where }) => `${what} ${where}`).join("\n");
      if (!/\.list$/.test(snippet.file ?? "") && root.manager !== "dnf")
        expect(more, evidence).toMatch(/127\.0\.0\.1|mirror\+file:\/etc\/apt\/nearmirror/);
      if (snippet.text.includes("--apply")) {
        const undo = await root.run(snippet.text.replace("--apply", "--undo"));
        expect(undo).toMatchObject({ code: 0 });
        expect(root.everything(), evidence).toEqual(shipped);
      }
    }
  });

  it("nothing is changed where we answer 404, or something in between answers a page", {
    timeout: 60_000,
  }, async ({ skip }) => {
    const tried = freshRoot(host);
    if (tried.missing !== undefined) return skip(tried.missing);
    const commands = (await printedFor(host, tried)).filter(({ text }) => /\bcurl\b/.test(text));
    expect(commands.length).toBeGreaterThan(1);
    for (const { text } of commands) {
      // A script fetches nothing after itself; a list may be there from an earlier day.
      for (const first of text.includes("/setup/") ? [false] : [false, true]) {
        for (const away of ["missing", "portal"] as const) {
          const root = freshRoot(host);
          state = "well";
          if (first) expect(await root.run(text)).toMatchObject({ code: 0 });
          const before = root.everything();
          state = away;
          await root.run(text);
          const {
            "etc/pacman.d/nearmirror-archlinux.new": _,
            "etc/pacman.d/nearmirror.new": __,
            ...after
          } = root.everything();
          expect(after, text).toEqual(before);
        }
      }
    }
  });
});

describe("by hand and then by script", () => {
  it.each(freshHosts.filter(({ repositories }) => repositories.includes("debian")))(
    "$name keeps every suite",
    async (host) => {
      state = "well";
      const root = freshRoot(host);
      if (root.missing !== undefined) return;
      const before = await root.sources();
      const snippets = await printedFor(host, root);
      for (const snippet of snippets) if (snippet.file !== undefined) root.write(snippet);
      const apply = snippets.find(({ text }) => text.includes("--apply"));
      expect(await root.run(apply?.text ?? "")).toMatchObject({ code: 0 });
      expectKept(before, await root.sources(), false, "");
    },
  );
});
