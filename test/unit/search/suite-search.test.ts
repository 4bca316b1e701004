/** What a suite answers: by each question, in which order, and that nothing typed makes it fail. */
import { describe, expect, it } from "vitest";
import type { FileSet } from "../../../worker/search/package-set.ts";
import { HeldSets } from "../../../worker/search/sets/held-sets.ts";
import { PackageSets } from "../../../worker/search/sets/package-sets.ts";
import type { SearchField, SuiteFound } from "../../../worker/search/suite-question.ts";
import { SuiteSearch } from "../../../worker/search/suite-search.ts";
import { finish, madeUp, namesIn, packageOf, randomFrom } from "./sets/made-up.ts";
import { memorySql } from "./sets/memory-sql.ts";

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function searchOf(packages: readonly ReturnType<typeof packageOf>[], files?: FileSet): SuiteSearch {
  const sets = new PackageSets(memorySql(), namesIn, new HeldSets());
  const build = sets.build(1);
  for (const one of packages) build.add(one, "main");
  build.describe("nano", "Small editor.\n\nIt has a clipboard.", undefined);
  build.commands({ name: "nano", commands: ["rnano"] });
  build.group({ id: "editors", title: "Editors", packages: ["nano", "vim", "gone"] });
  finish(build);
  const set = sets.open(1);
  if (set === undefined) throw new Error("no set");
  return new SuiteSearch(set, files, byText);
}

const small = [
  packageOf("mc", { summary: "Midnight Commander - a powerful file manager" }),
  packageOf("mcrypt", { summary: "Replacement for old unix crypt" }),
  packageOf("libmcrypt4", { source: "libmcrypt", summary: "De-/Encryption Library" }),
  packageOf("emacs", { summary: "GNU Emacs editor", commands: ["emacs"] }),
  packageOf("nano", {
    summary: "small, friendly text editor",
    commands: ["nano", "pico"],
    relations: { provides: ["editor"], depends: ["libc6 (>= 2)"] },
  }),
  packageOf("vim", { version: "2", summary: "Vi IMproved - text editor" }),
  packageOf("vim", { version: "10", architecture: "i386", summary: "Vi IMproved" }),
  packageOf("vim-doc", { architecture: "all", summary: "documentation of the text editor" }),
  packageOf("nodejs", { summary: "evented I/O for V8 javascript" }),
  packageOf("node-js-yaml", { summary: "YAML parser for Node.js" }),
  packageOf("ImageMagick", { summary: "image manipulation" }),
  packageOf("nginx", { summary: "web server", relations: { depends: ["libc6", "iproute2"] } }),
  packageOf("libc6", { summary: "C library" }),
  packageOf("pico", { summary: "another one" }),
];

const files: FileSet = {
  count: 2,
  path: (path) =>
    path.replace(/^\//, "") === "etc/nanorc" ? [{ path: "etc/nanorc", owners: ["nano"] }] : [],
  end: () => ({ files: [{ path: "usr/share/x/nanorc", owners: ["nano", "gone"] }], total: 1 }),
  name: () => ({ files: [], total: 0 }),
  glob: (pattern) => (pattern === "*" ? "Too many." : { files: [], total: 0 }),
  of: (owner) => ({ files: [{ path: "bin/x", owners: [owner] }], total: 1 }),
  command: (name) => (name === "vi" ? [{ path: "usr/bin/vi", owners: ["vim"] }] : []),
};

function namesOf({ packages = [] }: SuiteFound): string[] {
  return [...new Set(packages.map(({ record }) => record.name))];
}

describe("what is typed", () => {
  const suite = searchOf(small, files);
  const search = (words: string, fields: SearchField[] = [], more = {}) =>
    suite.answer({ ask: "search", words, fields, architectures: [], limit: 10, ...more });

  it("finds the name itself first, whatever else is called so", () => {
    for (const { name } of small) {
      const [first] = search(name).packages ?? [];
      expect(first?.record.name).toBe(name);
      expect(first?.why[0]).toEqual({ by: "name" });
    }
    expect(namesOf(search("pico")).slice(0, 2)).toEqual(["pico", "nano"]);
  });

  it("goes from commands over what is provided to names alike", () => {
    expect(search("rnano").packages?.[0]).toMatchObject({
      record: { name: "nano" },
      component: "main",
      why: [{ by: "command", what: "rnano" }],
    });
    expect(namesOf(search("vi"))[0]).toBe("vim");
    expect(search("editor").packages?.[0]?.why[0]).toEqual({ by: "provides", what: "editor" });
    expect(namesOf(search("imagemagick"))[0]).toBe("ImageMagick");
    expect(namesOf(search("NGINX"))[0]).toBe("nginx");
    expect(namesOf(search("node js"))[0]).toBe("nodejs");
  });

  it("finds beginnings, parts, words, slips", () => {
    expect(namesOf(search("mcry"))).toEqual(["mcrypt", "libmcrypt4"]);
    expect(namesOf(search("mcr"))[0]).toBe("mcrypt");
    expect(search("rypt4").packages?.[0]?.why).toContainEqual({ by: "part" });
    expect(namesOf(search("midnight commander"))).toEqual(["mc"]);
    const editors = namesOf(search("text editors"));
    expect(editors.slice(0, 2).sort()).toEqual(["nano", "vim"]);
    expect(editors.slice(2)).toEqual(["vim-doc", "emacs"]);
    expect(search("ngnix").packages?.[0]).toMatchObject({
      record: { name: "nginx" },
      why: [{ by: "typo" }],
    });
    expect(namesOf(search("clipboard"))).toEqual(["nano"]);
    expect(search("editors").packages?.[0]?.why).toContainEqual({ by: "group", what: "editors" });
    expect(namesOf(search("libmcrypt"))).toContain("libmcrypt4");
  });

  it("takes words that are everywhere for none beside others", () => {
    expect(namesOf(search("editor for the text"))).toEqual(namesOf(search("editor text")));
    expect(namesOf(search("for"))).not.toContain("mcrypt");
    expect(namesOf(search("for", ["description"]))).toContain("mcrypt");
  });

  it("looks where it is told, and for the whole alone", () => {
    expect(namesOf(search("editor", ["provides"]))).toEqual(["nano"]);
    expect(namesOf(search("editor", ["name"]))).toEqual([]);
    expect(namesOf(search("commander", ["description"]))).toEqual(["mc"]);
    expect(namesOf(search("/etc/nanorc", ["file"]))).toEqual(["nano"]);
    expect(search("x/nanorc").packages?.[0]?.why[0]).toEqual({
      by: "file",
      what: "usr/share/x/nanorc",
    });
    expect(namesOf(search("mcr", [], { isExact: true }))).toEqual([]);
    expect(namesOf(search("pico", [], { isExact: true }))).toEqual(["pico", "nano"]);
  });

  it("tells all versions of a name, of the architectures that are wanted", () => {
    const told = (architectures: string[]) =>
      suite
        .answer({ ask: "search", words: "vim", fields: [], architectures, limit: 2 })
        .packages?.map(({ record }) => `${record.name} ${record.version} ${record.architecture}`);
    expect(told([])).toEqual(["vim 2 amd64", "vim 10 i386", "vim-doc 1.0-1 all"]);
    expect(told(["i386"])).toEqual(["vim 10 i386", "vim-doc 1.0-1 all"]);
    expect(told(["arm64"])).toEqual(["vim-doc 1.0-1 all"]);
  });

  it("says what is refused", () => {
    expect(search("\0 ").refused).toMatch(/nothing to search for/);
    expect(search("x".repeat(10_240)).refused).toMatch(/10240 characters/);
  });
});

describe("among many packages", () => {
  const many = Array.from({ length: 8000 }, (_, index) =>
    packageOf(`lib${index}`, { summary: index % 2 === 0 ? "common library" : "common thing" }),
  );
  const suite = searchOf([
    ...many,
    packageOf("lie", { summary: "detects what isn't true" }),
    packageOf("grind", { summary: "library that grinds" }),
    packageOf("mill", { summary: "it grinds too" }),
    packageOf("grind-plugin", { summary: "of use" }),
    packageOf("plugin", { summary: "another one" }),
  ]);
  const search = (words: string) =>
    suite.answer({ ask: "search", words, fields: [], architectures: [], limit: 10 });

  it("a common word counts in what a rarer one finds", () => {
    const found = search("common grinds");
    expect(namesOf(found).toSorted()).toEqual(["grind", "grind-plugin", "mill"]);
    expect(found.total).toBe(3);
  });

  it("two common words find what has both", () => {
    expect(search("common library").total).toBe(4000);
  });

  it("what many names begin with has no slip in it", () => {
    const found = search("lib");
    expect(found.total).toBe(8000);
    expect(namesOf(found)).not.toContain("lie");
    expect(namesOf(search("lye"))).toEqual(["lie"]);
  });

  it("a name that was typed brings nothing that has some of its words", () => {
    expect(namesOf(search("grind-plugin"))).toEqual(["grind-plugin"]);
  });

  it("a search finds nothing of the one before", () => {
    search("common library");
    expect(search("lye").total).toBe(1);
  });
});

it("gives pages that are all of it, once and in one order", () => {
  const suite = searchOf(madeUp(1500, 9));
  for (const ask of [
    { ask: "search", words: "server", fields: [], architectures: [] },
    { ask: "listed", prefix: "lib" },
    { ask: "keyed", by: "provides", tokens: ["virtual-web", "virtual-server"] },
  ] as const) {
    const whole = suite.answer({ ...ask, limit: 500 });
    const pages: string[] = [];
    let after: string | undefined;
    do {
      const page = suite.answer({ ...ask, limit: 37, ...(after !== undefined && { after }) });
      expect(page.total).toBe(whole.total);
      pages.push(...(page.packages ?? []).map(({ record }) => record.name + record.version));
      after = page.next;
    } while (after !== undefined);
    expect(pages.length).toBeGreaterThan(37);
    expect(pages).toEqual(whole.packages?.map(({ record }) => record.name + record.version));
  }
});

it("tells which names stand before a place, as its pages have them", () => {
  const packages = madeUp(500, 9).flatMap((one, at) =>
    Array.from({ length: 1 + (at % 4) }, (_, more) => ({
      ...one,
      version: `${one.version}.${more}`,
      architecture: more === 1 ? "i386" : one.architecture,
    })),
  );
  const suite = searchOf(packages);
  const random = randomFrom(4);
  for (const ask of [
    { ask: "search", words: "server", fields: [], architectures: [] },
    { ask: "search", words: "server", fields: [], architectures: ["i386"] },
    { ask: "keyed", by: "provides", tokens: ["virtual-web", "virtual-server"] },
  ] as const) {
    const all = (suite.answer({ ...ask, limit: 500 }).packages ?? []).map(
      ({ record }) => record.name,
    );
    const names = [...new Set(all), "no such name"];
    for (let round = 0; round < 20; round++) {
      const limit = 1 + Math.floor(random() * 90);
      const first = suite.answer({ ...ask, limit });
      const { next } = first;
      if (next === undefined) throw new Error("one page has all");
      const onFirst = first.packages?.length ?? 0;
      const skip = Math.floor(random() * 60);
      const list = { ...ask, limit: 1, after: next };
      const told = suite.answer({ ask: "before", list, skip, names });
      expect(told.names).toEqual([...new Set(all.slice(0, onFirst + skip))]);
    }
    const list = { ...ask, limit: 1 };
    const atEnd = suite.answer({ ask: "before", list, skip: 0, isEnd: true, names });
    expect(atEnd.names).toEqual([...new Set(all)]);
    expect(suite.answer({ ask: "before", list, skip: 0, names }).names).toEqual([]);
  }
});

describe("other questions", () => {
  const suite = searchOf(small, files);

  it("answers by name, source, token, group, file", () => {
    const named = suite.answer({ ask: "named", names: ["vim", "nano", "gone", "vim"] });
    expect(named.packages?.map(({ record }) => [record.name, record.version])).toEqual([
      ["vim", "2"],
      ["vim", "10"],
      ["nano", "1.0-1"],
    ]);
    expect(named.packages?.[2]?.record.description).toBe("Small editor.\n\nIt has a clipboard.");
    expect(namesOf(suite.answer({ ask: "sources", names: ["libmcrypt", "nano"] }))).toEqual([
      "libmcrypt4",
      "nano",
    ]);
    const keyed = (by: "provides" | "needs" | "command", tokens: string[]) =>
      namesOf(suite.answer({ ask: "keyed", by, tokens, limit: 9 }));
    expect(keyed("provides", ["editor", "edito", "Editor"])).toEqual(["nano"]);
    expect(keyed("needs", ["libc6"])).toEqual(["nano", "nginx"]);
    expect(keyed("command", ["vi", "pico"])).toEqual(["nano", "vim"]);
    expect(suite.answer({ ask: "named", names: ["libc6"] }).packages?.[0]?.neededBy).toBe(2);
    expect(suite.answer({ ask: "groups", ids: [] }).groups).toHaveLength(1);
    expect(suite.answer({ ask: "advisories", names: ["vim"] })).toEqual({
      advisories: [],
      total: 0,
    });
    expect(suite.answer({ ask: "filesOf", name: "vim", limit: 9 }).files).toHaveLength(1);
    const glob = { ask: "paths", path: "*", match: "glob", limit: 9 } as const;
    expect(suite.answer(glob)).toEqual({ files: [], total: 0, refused: "Too many." });
    expect(searchOf(small).answer(glob).refused).toMatch(/^No index of this suite tells/);
  });
});

it("takes whatever is typed", () => {
  const suite = searchOf(madeUp(60, 21), files);
  const random = randomFrom(5000);
  const odd = [
    '"',
    "*",
    "^",
    "NEAR(",
    " AND ",
    "OR",
    "-",
    ":",
    "{",
    "\0",
    "🙂",
    "\u202e",
    "\ud800",
  ];
  const more = [
    "+",
    "(",
    ")",
    "'",
    ";--",
    "lib",
    "%",
    "_",
    "\n",
    "é",
    "日本",
    "x".repeat(400),
    "/",
  ];
  const pieces = [...odd, ...more];
  for (let query = 0; query < 5000; query++) {
    const count = 1 + Math.floor(random() * 6);
    const words = Array.from(
      { length: count },
      () => pieces[Math.floor(random() * pieces.length)] ?? "",
    ).join(random() < 0.3 ? " " : "");
    const page = { limit: 3, after: words.slice(0, 4) };
    const told = `query ${query}: ${JSON.stringify(words)}`;
    const found = suite.answer({ ask: "search", words, fields: [], architectures: [], ...page });
    expect(found.packages?.length, told).toBeLessThanOrEqual(9);
    expect(found.packages?.length === 0 || found.refused === undefined, told).toBe(true);
  }
});
