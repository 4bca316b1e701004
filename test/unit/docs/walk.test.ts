/** A stranger's walk: the diagrams of `docs/architecture.md` are the code's own ways, and never go back. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readImports } from "../../../scripts/structure/imports.ts";
import { order } from "../../../scripts/structure/order.ts";
import { projectRoot, readDocument } from "./documents.ts";
import { type Code, faultsOfWalk, readWalks } from "./walk.ts";

const text = readDocument("docs/architecture.md");
const walks = readWalks(text);
const code: Code = {
  imports: readImports(join(projectRoot, "worker")),
  order: order.map(({ name }) => name),
};

describe("the walks", () => {
  it("are those of a package, an observation and a signed root", () => {
    expect(walks.map(({ title }) => title)).toEqual([
      "The way of a `.deb`",
      "The way of a probe's observation",
      "The way of an origin's `InRelease`",
    ]);
    for (const { boxes } of walks) expect(boxes.length).toBeGreaterThan(10);
  });

  it.each(walks)("$title: each file exists, and no arrow goes back", (walk) => {
    expect(faultsOfWalk(walk, code)).toEqual([]);
  });

  it("begin and end as the sentences above them say", () => {
    expect(walks.map(({ steps }) => steps[0]?.from)).toEqual([
      "index.ts",
      "watchers/prober.ts",
      "watchers/repository.ts",
    ]);
  });
});

describe("the judge of walks", () => {
  const drawn = (body: string) =>
    readWalks(`## The way of it\n\n\`\`\`mermaid\nflowchart TD\n${body}\n\`\`\`\n`).flatMap(
      (walk) =>
        faultsOfWalk(walk, {
          imports: new Map([
            ["high/a.ts", ["low/b.ts", "low/c.ts"]],
            ["low/b.ts", ["high/a.ts"]],
            ["low/c.ts", []],
          ]),
          order: ["low", "high"],
        }),
    );

  it("takes calls down the order, and what is handed over", () => {
    expect(
      drawn(
        '  a["high/a.ts<br>x"] --> b["low/b.ts<br>y"]\n  b -. "a message" .-> c["low/c.ts<br>z"]',
      ),
    ).toEqual([]);
  });

  it.each([
    ["a file that isn't there", '  a["high/a.ts<br>x"] -. "m" .-> b["low/no.ts<br>y"]', "no such"],
    [
      "a call that isn't an import",
      '  a["low/b.ts<br>x"] --> b["low/c.ts<br>y"]',
      "no such import",
    ],
    ["a call up the order", '  a["low/b.ts<br>x"] --> b["high/a.ts<br>y"]', "against the order"],
    [
      "a box that is entered twice",
      '  a["high/a.ts<br>x"] --> b["low/b.ts<br>y"]\n  a --> c["low/c.ts<br>z"]\n  a --> b',
      "goes back",
    ],
    [
      "a box that is left before it is reached",
      '  a["high/a.ts<br>x"] --> b["low/b.ts<br>y"]\n  c["low/c.ts<br>z"] -. "m" .-> d["high/d.ts<br>z"]',
      "left before",
    ],
  ])("finds %s", (_, body, fault) => {
    expect(drawn(body).join("\n")).toContain(fault);
  });

  it("refuses a line that it can't read", () => {
    expect(() => drawn('  a["high/a.ts<br>x"] ==> b["low/b.ts<br>y"]')).toThrow("no arrow");
  });
});

describe("the table of folders", () => {
  it("is the order that imports are held to", () => {
    const rows = [...text.matchAll(/^\| `([\w.]+?)\/?` \| ([^|]+) \|$/gm)];
    expect(rows.map(([, name, has]) => ({ name, has }))).toEqual(order);
  });
});
