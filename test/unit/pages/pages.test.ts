/** What each page says, that nothing from outside becomes markup, and how large pages are. */

import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { defaultRules } from "../../../worker/health/rules.ts";
import { notFound } from "../../../worker/http/errors.ts";
import type { Html } from "../../../worker/http/html.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { aboutPage } from "../../../worker/pages/about/about-page.ts";
import { privacyPage } from "../../../worker/pages/about/privacy-page.ts";
import { copyScript } from "../../../worker/pages/frame/copy-script.ts";
import { documentOf } from "../../../worker/pages/frame/document.ts";
import type { PageQuestion } from "../../../worker/pages/frame/held-pages.ts";
import { type Visit, visitOf } from "../../../worker/pages/frame/visit.ts";
import { byDistribution, homePage } from "../../../worker/pages/home-page.ts";
import { mirrorPage } from "../../../worker/pages/mirrors/mirror-page.ts";
import { mirrorsPage } from "../../../worker/pages/mirrors/mirrors-page.ts";
import { missing } from "../../../worker/pages/missing-page.ts";
import { probesPage } from "../../../worker/pages/probes-page.ts";
import { repositoryPage } from "../../../worker/pages/repository-page.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "../../../worker/pages/setup/setup.ts";
import { type Language, languageNames } from "../../../worker/pages/texts/languages.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { openViews } from "../../../worker/views/views.ts";
import { plainMirror } from "../directory/rosters.ts";
import {
  almalinux,
  alpine,
  archlinux,
  base,
  debian,
  debianSecurity,
  repository,
} from "./setup/hosts.ts";

const now = Date.UTC(2026, 10, 30);
const cd = repository("images", "debian-cd", { example: "a.iso" }, { title: "CDs" });
const catalogue = [debian, debianSecurity, cd, almalinux, archlinux, alpine];

function visit(language: Language = "en", path = "/"): Visit {
  const made = visitOf({ path, query: `lang=${language}`, headers: new Headers() });
  if (typeof made === "string") throw new Error(made);
  return made;
}

function views(repositories: Repository[] = catalogue, mirrors: RosterMirror[] = []) {
  return openViews({
    roster: { version: 1, mirrors },
    catalogue: { version: 1, repositories },
  });
}

const textOf = ({ main }: { main: Html }) => main.text;

function repositoryText(of: Repository, at = base, language: Language = "en"): string {
  const facts = { repository: of, views: views([of]), base: at, alarms: [] };
  return textOf(repositoryPage(visit(language), facts));
}

describe("a repository's page", () => {
  it("has the one line for each repository with a script, and all lines to copy, with our URL", () => {
    for (const one of [debian, debianSecurity]) {
      const text = repositoryText(one);
      const { name } = one;
      expect(text).toContain(`<pre>curl -fsS https://near.example/setup/${name} | sh</pre>`);
      expect(text).toContain(
        `<pre>curl -fsS https://near.example/setup/${name} | sudo sh -s -- --apply</pre>`,
      );
    }
    expect(repositoryText(cd)).not.toContain("setup/debian-cd");
    expect(repositoryText(debian)).toContain(
      "<pre>Types: deb\nURIs: https://near.example/debian/\nSuites: trixie trixie-updates\n",
    );
  });

  it("has a tab for each client, that works without a script", () => {
    const text = repositoryText(almalinux);
    const labels = [...text.matchAll(/<label for="client-\d">([^<]*)</g)].map(([, label]) => label);
    expect(labels).toEqual(["Script", "dnf", "yum (EL 7)", "zypper"]);
    expect(text.match(/<input type="radio" name="client"/g)).toHaveLength(4);
    expect(text.match(/ checked>/g)).toHaveLength(1);
  });

  it("has words for each use in each language", () => {
    for (const language of languageNames) {
      const { clients, notes } = visit(language).texts.setup;
      for (const one of catalogue) {
        const all = [...scriptLinesOf(one, base), ...setupOf(one, base), ...listLinesOf(one, base)];
        for (const { use } of all) {
          expect(Object.keys(clients)).toContain(use);
          expect(Object.keys(notes)).toContain(use);
        }
      }
    }
  });

  it("says what trust rests on", () => {
    const keys = [{ file: "a.gpg", fingerprints: ["A".repeat(40)] }];
    const roots = ["dists/trixie/InRelease"];
    const signed = repositoryText({ ...debian, roots, keys });
    expect(signed).toContain(`<li><code>${"A".repeat(40)}</code></li>`);
    const sums = repositoryText({ ...almalinux, roots, verify: "checksums" });
    expect(sums).toContain("It signs nothing");
    expect(sums).toContain("is encrypted");
    const plain = repositoryText({ ...debian, origin: "http://o.example/" });
    expect(plain).toContain("could be verified here");
    expect(plain).toContain("is not encrypted");
  });

  it("has what is served, what is kept, and what waits", () => {
    const at = now - 3_600_000;
    const snapshot = { id: "20261129T233457Z-b38deb35", at, generation: 2, roots: [] };
    const presence = { head: "", generation: 2, files: 63_440, added: 1, removed: 0 };
    const text = textOf(
      repositoryPage(visit(), {
        repository: { ...debian, roots: ["a"], verify: "signed" },
        views: views(),
        base,
        alarms: [],
        serving: { ...snapshot, repository: "debian", presence },
        kept: [
          { ...snapshot, id: "20261130T000000Z-aaaaaaaa", pending: { since: now } },
          { ...snapshot, payload: { files: 63_440, added: 12, removed: 3 } },
        ],
      }),
    );
    expect(text).toContain(`<a href="/debian@${snapshot.id}/">`);
    expect(text).toContain("63,440");
    expect(text).toContain("12 files added, 3 removed");
    expect(text).toContain("20261130T000000Z-aaaaaaaa (waits to be published)");
    expect(text).not.toContain('href="/debian@20261130T000000Z-aaaaaaaa/"');
  });
});

describe("whatever comes from outside", () => {
  const hostile = `</pre><script>alert(1)</script>"'&`;
  const inert = (text: string, what: string) => {
    expect(text, what).not.toContain("<script>alert");
    expect(text, what).not.toMatch(/="[^"<>]*"'&/);
    expect(text, what).not.toContain(`</pre><script`);
  };

  it("is escaped on a repository's page", () => {
    const setup = {
      suites: hostile,
      components: hostile,
      signedBy: hostile,
      channels: { [hostile]: hostile },
      example: hostile,
    };
    for (const kind of ["apt", "rpm", "pacman", "apk", "images", "files"] as const) {
      const more = { title: hostile, origin: hostile, architectures: [hostile] };
      const of = repository(kind, "x", setup, more);
      inert(repositoryText(of, `https://a.example/${hostile}/`), kind);
      expect(setupOf(of, base).length, kind).toBeGreaterThan(0);
    }
  });

  it("is escaped on all others", async () => {
    const mirror: RosterMirror = {
      ...plainMirror(hostile),
      country: hostile,
      carries: { [hostile]: { https: `https://x.example/${hostile}/`, state: "down" } },
    };
    const shown = views([repository("apt", "x", {}, { title: hostile })], [mirror]);
    const alarm = { name: hostile, detail: hostile };
    const alarms = [alarm, { ...alarm, repository: "x" }];
    const at = new Date(now).toISOString();
    const entry = { at, repository: hostile, scheme: hostile, axis: hostile, family: hostile };
    const change = { ...entry, mirror: hostile, from: hostile, to: hostile, why: hostile };
    const target = { repository: hostile, scheme: "https", family: "any", state: "up" } as const;
    inert(textOf(homePage(visit(), shown, alarms)), "home");
    const search = hostile;
    const listed = mirrorsPage(visit(), { views: shown, alarms, changes: [change], search });
    inert(documentOf(visit(), listed).text.replace(/<script>[\s\S]*?<\/script>/g, ""), "mirrors");
    inert(
      textOf(
        mirrorPage(visit(), {
          mirror,
          described: {
            targets: [{ ...target, url: hostile }],
            operator: { [hostile]: { is: "drained", by: hostile, why: hostile, until: hostile } },
            known: [{ target: hostile, record: null }],
            history: [{ ...change, id: 1, evidence: {} }],
            older: null,
          },
          isOlder: false,
          now,
        }),
      ),
      "mirror",
    );
    const request = { headers: new Headers({ Accept: "text/html" }) };
    const asked: PageQuestion = { request, path: `/${hostile}`, query: "", base, now };
    const gone = await missing(asked, shown, new Response());
    inert((await gone.text()).replace(/<script>\nconst[\s\S]*?<\/script>/g, ""), "missing");
  });
});

describe("words of operators", () => {
  // `replace` takes `$&` and the like for parts of the text that it looks in.
  const odd = "it costs $& and $' {by} {why}";
  const told = "it costs $&amp; and $&#39; {by} {why}";

  it("are shown as they are at a mirror", () => {
    const described = {
      targets: [],
      operator: { "": { is: "drained", by: "me", why: odd } as const },
    };
    const facts = { mirror: plainMirror("m"), described, reason: odd, isOlder: false, now };
    const text = textOf(mirrorPage(visit(), facts));
    expect(text).toContain(`${told} (me)`);
    expect(text).toContain(`<p class="note">${told}: `);
  });

  it("are shown as they are in a repository's description", () => {
    const one = repository("apt", "x", {}, { title: odd });
    const page = repositoryPage(visit(), { repository: one, views: views(), base, alarms: [] });
    expect(page.description).toContain(odd);
  });
});

describe("the first page", () => {
  it("puts what belongs to a distribution together, and no more", () => {
    const stream = repository("rpm", "centos-stream", {});
    const groups = byDistribution([cd, stream, ...catalogue.filter((one) => one !== cd)]);
    expect(groups.map(({ main, all }) => [main.name, all.map(({ name }) => name)])).toEqual([
      ["debian", ["debian", "debian-cd", "debian-security"]],
      ["centos-stream", ["centos-stream"]],
      ["almalinux", ["almalinux"]],
      ["archlinux", ["archlinux"]],
      ["alpine", ["alpine"]],
    ]);
  });

  it("links each repository to its set-up and its files, in the language that was chosen", () => {
    const text = textOf(homePage(visit("zh"), views(), []));
    for (const { name } of catalogue) {
      expect(text).toContain(`href="/repositories/${name}?lang=zh"`);
      expect(text).toContain(`href="/${name}/?lang=zh"`);
    }
    expect(text).toContain("一切正常");
  });
});

describe("mirrors", () => {
  const all = [
    { ...plainMirror("a.example"), country: "DE" },
    { ...plainMirror("b.example"), country: "JP", state: "down" as const },
    plainMirror("c.example"),
  ];

  it("are listed by country with their states", () => {
    const facts = { views: views(catalogue, all), alarms: [], changes: [], search: "" };
    const text = textOf(mirrorsPage(visit("zh"), facts));
    expect(text).toContain("<summary>德国");
    expect(text).toContain("<summary>日本");
    expect(text).toContain("<summary>位置未知");
    expect(text).toContain('<span class="state down">不可用</span>');
    expect(text).not.toContain("<details open>");
  });

  it("are found by name, country and repository without a script", () => {
    const found = (search: string) => {
      const facts = { views: views(catalogue, all), alarms: [], changes: [], search };
      const text = textOf(mirrorsPage(visit(), facts));
      return [...text.matchAll(/href="\/mirrors\/([\w.]+)\?lang=en"/g)]
        .map(([, name]) => name)
        .sort();
    };
    expect(found("B.EX")).toEqual(["b.example"]);
    expect(found("germ")).toEqual(["a.example"]);
    expect(found("jp")).toEqual(["b.example"]);
    expect(found("debian")).toEqual(["a.example", "b.example", "c.example"]);
    expect(found("nothing")).toEqual([]);
  });
});

describe("404", () => {
  const plain = () => notFound("/nope", "Repositories: /debian/");
  const ask = (accept: string | undefined) => {
    const headers = new Headers(accept === undefined ? {} : { Accept: accept });
    return missing({ request: { headers }, path: "/nope", query: "", base, now }, views(), plain());
  };

  it.each([undefined, "*/*", "text/*", "application/json", "text/plain, text/html;q=0.5"])(
    "is text for clients (%s)",
    async (accept) => {
      const response = await ask(accept);
      expect(response.status).toBe(404);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
      expect(await response.text()).toBe(await plain().text());
    },
  );

  it("is a page for a browser, and never kept", async () => {
    const response = await ask("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    expect(response.status).toBe(404);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.text()).toContain("<code>/nope</code>");
  });
});

describe("sizes", () => {
  /** As a platform compresses by itself. */
  const sent = (text: string) => gzipSync(text).length;
  const kb = 1000;

  it("are below 60 KB sent, with 1,500 mirrors of four repositories each", () => {
    const carried = (name: string) => ({ https: `https://${name}/debian/` });
    const mirrors = Array.from({ length: 1500 }, (_, at) => {
      // Names that gzip can't make shorter by one another: worse than real ones.
      const name = `${(at * 2_654_435_761).toString(36)}.example`;
      const of = carried(name);
      const carries = { debian: of, almalinux: of, archlinux: of, alpine: of };
      const country = ["DE", "US", "CN", "JP", "FR", "BR", "ZA", "IN", "SE", "AU"][at % 10] ?? "DE";
      return { ...plainMirror(name), country, carries };
    });
    const shown = views(catalogue, mirrors);
    for (const language of languageNames) {
      const page = mirrorsPage(visit(language), {
        views: shown,
        alarms: [],
        changes: [],
        search: "",
      });
      expect(sent(documentOf(visit(language), page).text)).toBeLessThan(60 * kb);
    }
  });

  it("of the others are some KB", () => {
    const facts = { repository: almalinux, views: views(), base, alarms: [] };
    for (const page of [
      homePage(visit(), views(), []),
      repositoryPage(visit(), facts),
      aboutPage(visit()),
      privacyPage(visit()),
      probesPage(visit(), defaultRules),
    ]) {
      expect(sent(documentOf(visit(), page).text)).toBeLessThan(8 * kb);
    }
  });
});

it("a text is copied when its button is pressed, and selected where there is no clipboard", async () => {
  for (const clipboard of [true, false]) {
    const copied: string[] = [];
    const button = { textContent: "", onclick: async () => {} };
    const pre = {
      textContent: "Types: deb",
      before: (added: object) => expect(added).toBe(button),
    };
    runInNewContext(copyScript, {
      document: {
        body: { dataset: { copy: "复制|已复制|已选中" } },
        querySelectorAll: () => [pre],
        createElement: () => button,
        execCommand: (command: string) => copied.push(command) > 0,
      },
      navigator: clipboard
        ? { clipboard: { writeText: async (all: string) => copied.push(all) } }
        : {},
      getSelection: () => ({
        selectAllChildren: (one: { textContent: string }) => copied.push(one.textContent),
      }),
      setTimeout: () => 0,
    });
    expect(button.textContent).toBe("复制");
    await button.onclick();
    expect(button.textContent).toBe("已复制");
    expect(copied).toEqual(clipboard ? ["Types: deb"] : ["Types: deb", "copy"]);
  }
});
