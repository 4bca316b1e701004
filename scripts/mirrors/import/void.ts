/** Void Linux' `mirrors.yaml` (xmirror): a base URL with region, location, tier and whether it is enabled. */
import { parseDocument } from "yaml";
import { readLocation } from "../places/location.ts";
import { type ParsedList, WrongForm } from "./entry.ts";
import { maps, word } from "./unknown-values.ts";
import { groupUrls } from "./url-group.ts";

/** @throws WrongForm where the file isn't the list */
export function parseVoidList(text: string, repository: string): ParsedList {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new WrongForm(`it is no YAML (${error.message})`);
  const mirrors = maps(document.toJS(), "of mirrors");
  if (!mirrors.some((mirror) => "base_url" in mirror))
    throw new WrongForm("no mirror has a `base_url`");
  const urls = mirrors.map((mirror, at) => {
    const location = word(mirror.location) ?? "";
    const why =
      mirror.enabled === false
        ? "Void's list says that it isn't enabled"
        : word(mirror.region) === "World"
          ? "its name leads to several sites"
          : undefined;
    return {
      url: word(mirror.base_url) ?? "?",
      where: `mirror ${at + 1}`,
      place: readLocation(location),
      ...(why !== undefined && { why }),
    };
  });
  return groupUrls(urls, repository);
}
