/** `/again/{repository}/...`: the second place of clients that a mirror failed. */
import { bytesFirst } from "../delivery/lists/serve-negotiated.ts";
import { classify } from "../formats/classify.ts";
import { type Ask, fileRequestOf } from "./ask.ts";
import { repositoryFile } from "./repository-file.ts";

/** The first segment of paths at which a client asks for a file again, because what it got at its own path was no good. */
const againSegment = "/again/";

/**
 * The file as at `/{repository}/...`, payload as bytes, checked where an index lists it. For clients that can have a
 * second place (apt's `mirror` method) and never ask us again after a redirect. `undefined`: no such path.
 */
export function fileAgain(ask: Ask): Response | Promise<Response> | undefined {
  const { target, services } = ask;
  const { path } = target;
  if (!path.startsWith(againSegment)) return undefined;
  const end = path.indexOf("/", againSegment.length);
  if (end < 0) return undefined;
  const opened = services.views.byName.get(path, againSegment.length, end);
  if (opened === undefined) return undefined;
  const inside = path.slice(end + 1);
  const decoded = target.decoded === path ? inside : target.decoded.slice(end + 1);
  if (classify(opened.repository.kind, decoded) !== "payload" || target.query !== "") {
    return repositoryFile(ask, opened, end + 1);
  }
  const asked = fileRequestOf(ask, { opened, path: inside, decoded });
  return bytesFirst(asked, services.payload);
}
