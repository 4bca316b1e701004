/** An operator takes a mirror out, or brings it back: edits its file and keeps its comments. */
import { isMap } from "yaml";
import { checkList, nameOfFile } from "../../worker/list/check.ts";
import type { Problem } from "../../worker/list/problem.ts";
import type { SiteState } from "../../worker/list/site.ts";
import { type ListFiles, withTexts } from "./read-list.ts";
import type { YamlSource } from "./source.ts";
import { editedText, moveToItsPlace } from "./write-site.ts";

/** What an operator wants of a mirror. */
export interface StateChange {
  /** The mirror's. */
  name: string;
  /** Undefined: back in service. */
  state: SiteState | undefined;
  /** Only this repository on the mirror; undefined: the mirror as a whole. */
  repository: string | undefined;
}

/** A mirror's file as it is to be written, or why nothing is. */
export type StateSet =
  | {
      file: string;
      text: string;
      /** Errors of the list's other files: with them nothing of the list is taken up. */
      elsewhere: Problem[];
    }
  | {
      /** A sentence. */
      fault: string;
      /** Errors that the file would have. */
      errors?: Problem[];
    };

/**
 * A list with a mirror's state set, or removed, as the check sees it: nothing may be written that it refuses. Errors
 * that other files have already are no reason not to write down that a mirror is to be left. Pure.
 *
 * @param now Unix milliseconds
 */
export function setState(files: ListFiles, now: number, change: StateChange): StateSet {
  const { name, state, repository } = change;
  const source = files.mirrors.find((mirror) => nameOfFile(mirror) === name);
  if (source === undefined) return { fault: `There is no mirror ${name} in the list.` };
  const { file } = source;
  const changed = withState(source, state, repository);
  if ("fault" in changed) return changed;
  const { errors } = checkList(withTexts(files, new Map([[file, changed.text]])), now);
  const own = errors.filter((error) => error.file === file);
  if (own.length > 0) {
    const fault = `${file} would have the errors above: nothing was written. Correct them first.`;
    return { fault, errors: own };
  }
  return { file, text: changed.text, elsewhere: errors };
}

/**
 * The file's text with the state set, or removed where `state` is undefined.
 * @param repository only this repository on the site, else the site as a whole
 * @returns the new text, or a sentence on why it can't be done
 */
export function withState(
  { file, document: read, problems }: YamlSource,
  state: SiteState | undefined,
  repository?: string,
): { text: string } | { fault: string } {
  if (problems[0]) return { fault: `${file}:${problems[0].line}: ${problems[0].message}` };
  const document = read.clone();
  if (!isMap(document.contents))
    return { fault: `${file} isn't a mirror's file: it has no fields.` };
  const path = repository === undefined ? [] : ["repositories", repository];
  if (repository !== undefined && !isMap(document.getIn(path))) {
    return {
      fault: `${file} says nothing of ${repository}. Where that is a part of another repository's tree (\`tree\` in its file), name that one, or give ${repository} a path of its own there.`,
    };
  }
  if (state) document.setIn([...path, "state"], document.createNode(state));
  else if (!document.hasIn([...path, "state"])) {
    return { fault: `${file} is neither drained nor disabled. Nothing to do.` };
  } else document.deleteIn([...path, "state"]);

  if (state && repository === undefined) moveToItsPlace(document, "state");
  return { text: editedText(document) };
}
