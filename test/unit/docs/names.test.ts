/** What documents name is there: files, links, commands, and every URL of the table. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { order } from "../../../scripts/structure/order.ts";
import { projectRoot, readDocument, readDocuments } from "./documents.ts";

const documents = readDocuments();
/** The order of folders keeps a place for files that are yet to come. */
const files = [
  ...globSync(["{worker,scripts,test}/**/*.{ts,sh}", "*.ts"], { cwd: projectRoot }),
  ...order.map(({ name }) => name),
];

/** Files that a document names in backticks; a name with folders may begin anywhere in the tree. */
function missingFiles(text: string): string[] {
  const named = [...text.matchAll(/`([\w.{},/-]+\.(?:ts|sh))`/g)].map(([, name = ""]) => name);
  return named.flatMap(expand).filter((name) => {
    return !files.some((file) => file === name || file.endsWith(`/${name}`));
  });
}

/** `a/{b,c}.ts` is `a/b.ts` and `a/c.ts`. */
function expand(name: string): string[] {
  const [whole, before = "", inside = "", after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(name) ?? [];
  return whole === undefined ? [name] : inside.split(",").map((one) => before + one + after);
}

/** Links to files of the checkout that aren't there. */
function brokenLinks(path: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)].map(([, to = ""]) => to);
  return targets.filter((to) => {
    return !/^[a-z]+:/.test(to) && !existsSync(join(projectRoot, dirname(path), to));
  });
}

/** Links to headings that aren't there, `#` and all. */
function brokenAnchors(path: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#\s:]*)(#[^)\s]+)\)/g)];
  return links.flatMap(([, to = "", anchor = ""]) => {
    const target = to === "" ? path : join(dirname(path), to);
    const found = documents.find((one) => one.path === target);
    return found === undefined || anchorsOf(found.text).includes(anchor) ? [] : [to + anchor];
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const plain = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "");
    return `#${plain.replace(/\s/g, "-")}`;
  });
}

/** Scripts of `npm run` that aren't in package.json. */
function missingCommands(text: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)];
  return named.map(([, name = ""]) => name).filter((name) => !(name in scripts));
}

/**
 * Methods and paths of the table of URLs, from its text: the table itself needs the platform's types. Paths inside
 * repositories name no method, and are for GET.
 */
function readRows(table: string): { method: string; path: string }[] {
  const row = /^ {4}path: "([^"]+)",\n(?: {4}method: "(\w+)",\n)?/gm;
  return [...table.matchAll(row)].map(([, path = "", method = "GET"]) => ({ method, path }));
}

describe.each(documents)("$path", ({ path, text }) => {
  it("names files that exist", () => {
    expect(missingFiles(text)).toEqual([]);
  });

  it("links to what exists", () => {
    expect(brokenLinks(path, text)).toEqual([]);
    expect(brokenAnchors(path, text)).toEqual([]);
  });

  it("names commands that exist", () => {
    expect(missingCommands(text)).toEqual([]);
  });
});

it("what isn't there is found", () => {
  expect(missingFiles("`sight.ts`, `index.ts`, `views/{views,gone}.ts`")).toEqual([
    "sight.ts",
    "views/gone.ts",
  ]);
  expect(brokenLinks("docs/a.md", "[a](gone.md) [b](words.md#x) [c](https://x.example/)")).toEqual([
    "gone.md",
  ]);
  expect(brokenAnchors("docs/a.md", "[a](words.md#no-such-word)")).toEqual([
    "words.md#no-such-word",
  ]);
  expect(missingCommands("npm run gone, npm run check")).toEqual(["gone"]);
});

describe("docs/api.md", () => {
  const api = readDocument("docs/api.md");
  const rows = ["table", "image-form-routes", "package-routes"].flatMap((name) =>
    readRows(readDocument(`worker/routes/${name}.ts`)),
  );

  it.each(rows)("has $method $path with an example", ({ method, path }) => {
    const heading = `### \`${method} ${path}\`\n`;
    const [, section = ""] = api.split(heading);
    expect(api).toContain(heading);
    const [own = ""] = section.split("\n### ");
    expect(own).toContain("```sh\ncurl ");
    expect(own).toMatch(/```sh\ncurl [\s\S]*?```[\s\S]*?```(?:http|json|xml|text|html|console)\n/);
  });

  it("has no URL besides", () => {
    const headings = [...api.matchAll(/^### `(\w+) (\S+)`$/gm)].map(([, m, p]) => `${m} ${p}`);
    expect(headings.length).toBeGreaterThan(15);
    expect(headings.sort()).toEqual(rows.map(({ method, path }) => `${method} ${path}`).sort());
  });
});
