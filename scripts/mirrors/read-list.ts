/** Reads a mirror list's folder. The only place where checking and compiling touch the disk. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ListSources } from "../../worker/list/source.ts";
import { knownSource, lightSource, parseSource, type YamlSource } from "./source.ts";
import type { ValueCache } from "./value-cache.ts";

/** A list's files, parsed. */
export type ListFiles = ListSources<YamlSource>;

/**
 * All YAML files of a list, sorted by name.
 * @param cache what files said that are as they were
 * @throws when `dir` has no `repositories` or `mirrors` folder, or a file can't be read.
 */
export async function readListFiles(dir: string, cache?: ValueCache): Promise<ListFiles> {
  // One after the other: of two folders that aren't there always the same one is named.
  const repositories = await readSources(join(dir, "repositories"), cache);
  const mirrors = await readSources(join(dir, "mirrors"), cache);
  const keys = await readdir(join(dir, "keys")).catch(() => []);
  return { repositories, mirrors, keys: new Set(keys) };
}

/** The list as it would be with these texts in its `mirrors` folder, by path: in place of a file's, or as new files. */
export function withTexts(files: ListFiles, texts: ReadonlyMap<string, string>): ListFiles {
  const sources = new Map(files.mirrors.map((source) => [source.file, source]));
  for (const [file, text] of texts) sources.set(file, parseSource(file, text));
  return { ...files, mirrors: [...sources.values()].sort(byStem) };
}

async function readSources(folder: string, cache?: ValueCache): Promise<YamlSource[]> {
  const names = (await namesIn(folder)).filter((name) => stem(name) !== name);
  // Files of a kB each: handing each to another thread and back takes longer than reading it.
  const sources = names.map((name) => {
    const file = join(folder, name);
    return sourceOf(file, readFileSync(file), cache);
  });
  return sources.sort(byStem);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (Reflect.get(Object(error), "code") !== "ENOENT") throw error;
    throw new Error(
      `${folder} isn't there. A mirror list is a folder that has repositories and mirrors in it: is it the right one?`,
    );
  }
}

/** Bytes that are no UTF-8 would come out as other characters, and be written back so. */
function sourceOf(file: string, bytes: Buffer, cache?: ValueCache): YamlSource {
  const text = bytes.toString("utf8");
  if (Buffer.from(text).equals(bytes)) return cachedSource(file, text, cache);
  const source = parseSource(file, "");
  const lines = text.split("\n");
  // The mark of a bad byte, which the decoder has put there.
  const line = lines.findIndex((one) => one.includes("\ufffd")) + 1;
  const message = "This isn't UTF-8. Save the file in that encoding.";
  return { ...source, problems: [{ file, line: Math.max(1, line), column: 1, message }] };
}

function cachedSource(file: string, text: string, cache: ValueCache | undefined): YamlSource {
  if (cache === undefined) return lightSource(file, text);
  const hash = createHash("sha256").update(text).digest("hex");
  const known = cache.get(hash);
  if (known !== undefined) return knownSource(file, text, known);
  const source = lightSource(file, text);
  if (source.problems.length === 0) cache.set(hash, source.value);
  return source;
}

function stem(name: string): string {
  return name.replace(/\.ya?ml$/, "");
}

function byStem(a: YamlSource, b: YamlSource): number {
  return stem(a.file) < stem(b.file) ? -1 : 1;
}
