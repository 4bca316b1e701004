/** An operator takes a mirror out, or brings it back: edits its file and keeps its comments. */
import { isMap } from "yaml";
import type { SiteState } from "./site.ts";
import { parseSource } from "./source.ts";
import { editedText, moveToItsPlace } from "./write-site.ts";

/**
 * The file's text with the state set, or removed where `state` is undefined.
 * @param repository only this repository on the site, else the site as a whole
 * @returns the new text, or a sentence on why it can't be done
 */
export function withState(
  file: string,
  text: string,
  state: SiteState | undefined,
  repository?: string,
): { text: string } | { fault: string } {
  const { document, problems } = parseSource(file, text);
  if (problems[0]) return { fault: `${file}:${problems[0].line}: ${problems[0].message}` };
  const path = repository === undefined ? [] : ["repositories", repository];
  if (repository !== undefined && !isMap(document.getIn(path))) {
    return { fault: `${file} carries no repository ${repository}.` };
  }
  if (state) document.setIn([...path, "state"], document.createNode(state));
  else if (!document.hasIn([...path, "state"])) {
    return { fault: `${file} is neither drained nor disabled. Nothing to do.` };
  } else document.deleteIn([...path, "state"]);

  if (state && repository === undefined) moveToItsPlace(document, "state");
  return { text: editedText(document) };
}
