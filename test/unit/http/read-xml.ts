/** XML as a real parser reads it. */
import { SaxesParser } from "saxes";

/** The elements of a document, each with its path and text. Throws where it isn't well-formed. */
export function readXml(
  text: string,
): { path: string; text: string; attributes: Record<string, string> }[] {
  const parser = new SaxesParser();
  const open: { path: string; text: string; attributes: Record<string, string> }[] = [];
  const all: typeof open = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const path = `${open.at(-1)?.path ?? ""}/${name}`;
    open.push({ path, text: "", attributes: { ...attributes } });
  });
  parser.on("text", (piece) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += piece;
  });
  parser.on("closetag", () => {
    const last = open.pop();
    if (last !== undefined) all.push(last);
  });
  parser.write(text).close();
  return all;
}

/** Texts of the elements at a path: `/rss/channel/title`. */
export function textsOf(xml: string, path: string): string[] {
  return readXml(xml)
    .filter((one) => one.path === path)
    .map((one) => one.text);
}
