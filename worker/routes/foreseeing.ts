/** Where clients would be sent for images, for the page that lists them. */
import { secondOf } from "../clients/history.ts";
import { type Foreseen, foreseen } from "../delivery/foreseen.ts";
import type { CatalogueImage } from "../images/image-catalogue.ts";
import { fileUrl } from "../outbound/file-url.ts";
import { LastUsed } from "../runtime/last-used.ts";
import type { Asked } from "./page-route.ts";
import type { Services } from "./services.ts";

/** Where this client would be sent for an image; undefined: its repository has gone. */
export function foreseeing(
  { list: { request, background } }: Asked,
  { views, clients, history, payload, now }: Services,
): (image: CatalogueImage) => Foreseen | undefined | Promise<Foreseen> {
  const rankedClient = clients.of(request);
  const at = now();
  const scheme = clients.scheme(request);
  const agent = history.agents.of(request.headers.get("User-Agent"));
  return ({ repository, path, size }) => {
    const opened = views.byName.get(repository);
    if (opened === undefined) return undefined;
    const asked = {
      ...{ request, method: "GET", opened, path: urlPath(path), decoded: path },
      ...{ rankedClient, agent, roster: views.roster, scheme },
      ...{ history, now: at, second: secondOf(at), background },
    };
    return foreseen(asked, payload, size);
  };
}

/** Paths remembered. */
const maxPaths = 1000;
/** Paths as URLs have them, of the few images that a page names: escaping takes longer than looking. */
const escapedPaths = new LastUsed<string>(maxPaths);

function urlPath(path: string): string {
  const known = escapedPaths.get(path);
  if (known !== undefined) return known;
  const escaped = fileUrl("", path);
  escapedPaths.set(path, escaped);
  return escaped;
}
