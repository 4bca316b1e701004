/** Where clients would be sent for images, for the page that lists them. */
import { secondOf } from "../clients/history.ts";
import { type Foreseen, foreseen } from "../delivery/foreseen.ts";
import type { CatalogueImage } from "../images/image-catalogue.ts";
import { fileUrl } from "../outbound/file-url.ts";
import type { Asked } from "./page-route.ts";
import type { Services } from "./services.ts";

/** Where this client would be sent for an image; undefined: its repository has gone. */
export function foreseeing(
  { list: { request, background } }: Asked,
  { views, clients, history, payload, now }: Services,
): (image: CatalogueImage) => Promise<Foreseen | undefined> {
  const rankedClient = clients.of(request);
  const at = now();
  return async ({ repository, path, size }) => {
    const opened = views.byName.get(repository);
    if (opened === undefined) return undefined;
    const asked = {
      ...{ request, method: "GET", opened, path: fileUrl("", path), decoded: path },
      ...{ rankedClient, roster: clients.roster, scheme: clients.scheme(request) },
      ...{ history, now: at, second: secondOf(at), background },
    };
    return foreseen(asked, payload, size);
  };
}
