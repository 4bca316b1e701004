/** What the tests of lists share: an XML reader, a validator, and files and sources to describe. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { expect } from "vitest";
import type { DescribedFile, Source } from "../../../../worker/delivery/lists/source.ts";
import { describe as evidence, findProgram, run } from "../../../lab/process.ts";

/** Empty where it isn't installed. */
export const xmllint = findProgram("xmllint") ?? "";
/** Behind a test's name: CI has it installed, see `tools.test.ts`. */
export const needsXmllint = "(skipped where xmllint is missing)";

/** An element as a namespace-aware reader gives it. */
export interface Element {
  /** Namespace and local name, as `{urn:...}file`. */
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** Reads a document strictly. Throws where it isn't well-formed. */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [{ name: "", attributes: {}, text: "", children: [] }];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ uri, local, attributes }) => {
    const element: Element = { name: `{${uri}}${local}`, attributes: {}, text: "", children: [] };
    for (const { name, value } of Object.values(attributes)) element.attributes[name] = value;
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (part) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  });
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  const root = open[0]?.children[0];
  if (root === undefined) throw new Error("no root element");
  return root;
}

/** Elements of that local name anywhere below, in the document's order. */
export function all({ children }: Element, local: string): Element[] {
  return children.flatMap((child) => [
    ...(child.name.endsWith(`}${local}`) ? [child] : []),
    ...all(child, local),
  ]);
}

/** Fails with xmllint's words unless every document is valid by that schema of `schemas/`. */
export async function expectValid(
  schema: "metalink3" | "metalink4",
  documents: readonly string[],
  directory: string,
): Promise<void> {
  const outcome = await lint(schema, documents, directory);
  expect(outcome.code, evidence(outcome, 40)).toBe(0);
}

/** Runs xmllint over documents. */
export function lint(
  schema: "metalink3" | "metalink4",
  documents: readonly string[],
  directory: string,
) {
  const files = documents.map((document, at) => {
    const file = join(directory, `${schema}-${at}.xml`);
    writeFileSync(file, document);
    return file;
  });
  const rules = join(import.meta.dirname, "schemas", `${schema}.rng`);
  return run(xmllint, ["--nonet", "--noout", "--relaxng", rules, ...files]);
}

export const file: DescribedFile = {
  path: "pool/main/b/base-files_13.8_amd64.deb",
  name: "base-files_13.8_amd64.deb",
  size: 71_680,
  sha256: "0123456789abcdef".repeat(4),
  pieces: { length: 65_536, sha256: ["a".repeat(64), "b".repeat(64)] },
  lastModified: "Mon, 23 Nov 2026 02:55:00 GMT",
};

export const own = "https://near.example/debian/pool/main/b/base-files_13.8_amd64.deb";

/** A source of a file's URL at a mirror. */
export function source(priority: number, country?: string, scheme = "https"): Source {
  const url = `${scheme}://m${priority}.example/debian/${file.path}`;
  return { url, priority, mirror: `m${priority}`, ...(country === undefined ? {} : { country }) };
}

/** A source of a repository's base. */
export function base(priority: number, country?: string, scheme = "https"): Source {
  return { ...source(priority, country, scheme), url: `${scheme}://m${priority}.example/alma/` };
}
