import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { page } from "../../../worker/pages/front-page.ts";
import { setupOf } from "../../../worker/pages/setup/setup.ts";
import { setupAnswer } from "../../../worker/pages/setup/setup-answer.ts";
import { setupScript } from "../../../worker/pages/setup/setup-script.ts";
import { openViews } from "../../../worker/views/views.ts";
import { plainMirror } from "../directory/rosters.ts";
import { base, debian, debianSecurity, pipe, repository, shells } from "./setup/hosts.ts";

const cd = repository(
  "images",
  "debian-cd",
  { example: "a b/$(touch hit).iso" },
  { title: "CDs\nls" },
);
const catalogue = [debian, debianSecurity, cd];

describe("/setup/", () => {
  it("answers a repository's script as text that isn't kept", async () => {
    const response = setupAnswer("debian", catalogue, base);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^text\//);
    expect(response.headers.get("Cache-Control")).toBe("no-cache");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(await response.text()).toBe(setupScript(debian, base, { catalogue }));
  });

  it("answers apt's script for checked bytes, and says who needs none", async () => {
    const response = setupAnswer("debian", catalogue, base, { bytes: true });
    const script = await response.text();
    expect(script).toBe(setupScript(debian, base, { catalogue, bytes: true }));
    expect(script).toContain(`script=${base}setup/debian/bytes\n`);
    const other = setupAnswer("debian-cd", catalogue, base, { bytes: true });
    expect([other.status, await other.text()]).toEqual([404, expect.stringContaining("Only apt")]);
  });

  it("answers 404 with the names there are", async () => {
    for (const name of ["", "debia", "constructor", "debian/"]) {
      const response = setupAnswer(name, catalogue, base);
      expect(response.status).toBe(404);
      const text = await response.text();
      for (const one of catalogue) expect(text).toContain(`${base}setup/${one.name}`);
    }
  });

  it.each(shells())(
    "says how files are fetched, in comments that $name runs nothing of",
    async (shell) => {
      const text = await setupAnswer("debian-cd", catalogue, base).text();
      expect(text).toContain("aria2c 'https://near.example/debian-cd/a b/$(touch hit).iso'");
      expect(text).toContain("curl -fLO 'https://near.example/debian-cd/");
      expect(text).toMatch(/^(# .*\n)+$/);
      expect(pipe(text, [], shell)).toEqual({ code: 0, out: "", err: "" });
    },
  );
});

describe("the page", () => {
  const roster = { version: 1, mirrors: [plainMirror("m.example")] };

  async function open(
    repositories = catalogue,
    at = base,
  ): Promise<{ response: Response; text: string }> {
    const views = openViews({ roster, catalogue: { version: 1, repositories } });
    const response = await page(views, at);
    return { response, text: await response.text() };
  }

  it("has the one line for each repository with a script, and all lines to copy, with our URL", async () => {
    const { text } = await open();
    for (const name of ["debian", "debian-security"]) {
      expect(text).toContain(`<pre>curl -fsS https://near.example/setup/${name} | sh</pre>`);
      expect(text).toContain(
        `<pre>curl -fsS https://near.example/setup/${name} | sudo sh -s -- --apply</pre>`,
      );
    }
    expect(text).not.toContain("setup/debian-cd");
    expect(text).toContain(
      "<pre>Types: deb\nURIs: https://near.example/debian/\nSuites: trixie trixie-updates\n",
    );
  });

  it("escapes whatever a catalogue or a URL has", async () => {
    const hostile = `</pre><script>alert(1)</script>"'&`;
    const setup = {
      suites: hostile,
      components: hostile,
      signedBy: hostile,
      channels: { [hostile]: hostile },
      example: hostile,
    };
    for (const kind of ["apt", "rpm", "pacman", "apk", "images", "files"] as const) {
      const of = repository(kind, "x", setup, { title: hostile });
      const { text } = await open([of], `https://a.example/${hostile}/`);
      expect(text.match(/<script>/g), kind).toHaveLength(1);
      expect(text, kind).not.toContain("alert(1)</script>");
      expect(setupOf(of, base).length, kind).toBeGreaterThan(0);
    }
  });

  it("allows its own script by hash and nothing else", async () => {
    const { response, text } = await open();
    const script = /<script>([\s\S]*)<\/script>/.exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    expect(response.headers.get("Content-Security-Policy")).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'sha256-${hash}'`,
    );
  });

  it("copies a text when its button is pressed, and selects it where there is no clipboard", async () => {
    const { text } = await open();
    const script = /<script>([\s\S]*)<\/script>/.exec(text)?.[1] ?? "";
    for (const clipboard of [true, false]) {
      const copied: string[] = [];
      const button = { textContent: "", onclick: async () => {} };
      const pre = {
        textContent: "Types: deb",
        before: (added: object) => expect(added).toBe(button),
      };
      runInNewContext(script, {
        document: {
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
      expect(button.textContent).toBe("Copy");
      await button.onclick();
      expect(button.textContent).toBe("Copied");
      expect(copied).toEqual(clipboard ? ["Types: deb"] : ["Types: deb", "copy"]);
    }
  });
});
