/** Termux' mirrors (termux-tools `mirrors/REGION/HOST`): a file a mirror, sourced by a shell: `MAIN="URL"`, `ROOT`, `X11`. */
import { readLocation } from "../places/location.ts";
import { type ParsedList, WrongForm } from "./entry.ts";
import { groupUrls } from "./url-group.ts";

/** A comment of the file that says where the mirror is. */
const hosted = /^#.*\bHosted in (.+?)\.?$/im;

/** A comment of one whose name leads to several sites. */
const ofSeveral = /^#.*(?:geo-?based|mirrorbits|\bCDN\b|anycast)/im;

/**
 * @param name of the file, for what is reported
 * @param repository ours that `MAIN` is of; the other two are repositories of their own, and aren't used
 * @throws WrongForm where the file has no `MAIN`
 */
export function parseTermuxMirror(text: string, name: string, repository: string): ParsedList {
  const [, main] = /^MAIN="?([^"\s]+)"?\s*$/m.exec(text) ?? [];
  if (main === undefined) throw new WrongForm('it has no line `MAIN="URL"`');
  const [, place] = hosted.exec(text) ?? [];
  const several = ofSeveral.test(text);
  const list = groupUrls(
    [
      {
        url: main,
        where: name,
        ...(place !== undefined && { place: readLocation(place) }),
        ...(several && { why: "its name leads to several sites" }),
      },
    ],
    repository,
  );
  for (const other of ["ROOT", "X11"]) {
    const [, url] = new RegExp(`^${other}="?([^"\\s]+)"?\\s*$`, "m").exec(text) ?? [];
    if (url !== undefined && list.entries.length > 0) {
      list.partsNotUsed.push({ label: name, why: `${url}: ${other} is a repository of its own` });
    }
  }
  return list;
}
