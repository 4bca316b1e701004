/** `/{repository}@{snapshot}/...`: a repository as of a kept snapshot. */
import { classify } from "../formats/classify.ts";
import { notFound, unavailable } from "../http/errors.ts";
import { readQuestion } from "../http/query.ts";
import { toFolder } from "../http/to-folder.ts";
import { readPin } from "../repositories/reader/pin.ts";
import type { Ask } from "./ask.ts";
import { folder, metadata } from "./bytes-path.ts";
import { repositoryFile } from "./repository-file.ts";

/** `undefined`: no such path. Tried only where no repository has the name. */
export function pinnedFile(ask: Ask): Response | Promise<Response> | undefined {
  const { target, services, background } = ask;
  const { path, decoded } = target;
  const decodedEnd = decoded.indexOf("/", 1);
  const pin = readPin(decoded.slice(1, decodedEnd < 0 ? decoded.length : decodedEnd));
  const opened = pin === undefined ? undefined : services.views.byName.get(pin.repository);
  if (pin === undefined || opened === undefined) return undefined;
  const end = path.indexOf("/", 1);
  if (end < 0) return toFolder(path, target.query);
  const { repository } = opened;
  const { snapshots } = services;
  const inner = { opened, path: path.slice(end + 1), decoded: decoded.slice(decodedEnd + 1) };
  const kind = classify(repository.kind, inner.decoded);
  const { mirrorlist, trace } = readQuestion(target.query);
  // Payload never changes under its name: it is redirected as the repository's own.
  if (kind === "payload" || (kind === "directory" && (mirrorlist || trace))) {
    const plain = { path: inner.path, decoded: inner.decoded, query: target.query };
    return repositoryFile({ ...ask, target: plain }, opened, 0);
  }
  const list = `Kept snapshots are listed at /api/v1/repositories/${repository.name}/snapshots.`;
  const none = (why: string) => notFound(path, `${why} ${list}`);
  const { wanted, time } = pin;
  if (wanted === undefined) {
    return none("What follows the @ is neither a snapshot's id nor a time as 20261123T0255Z.");
  }
  // The newest snapshot of then isn't known yet, and an address must not change what it means.
  if (time !== undefined && time > services.now()) return none("That time has not come yet.");
  if (snapshots === undefined) return none("No snapshots are made here.");
  return snapshots.kept(repository, wanted, background).then(
    (snapshot) => {
      if (snapshot === null) return none(`No snapshot of ${repository.name} that is kept is that.`);
      return kind === "directory"
        ? folder(ask, inner, path.slice(1, end), snapshot)
        : metadata(ask, inner, snapshot);
    },
    (error: unknown) => {
      console.warn(`${path}: ${error instanceof Error ? error.message : error}`);
      return unavailable(
        `Kept snapshots of ${repository.name} could not be read. Try again shortly.`,
      );
    },
  );
}
