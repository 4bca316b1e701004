/** The lab's repositories as its pages set hosts up for them. */
import { pathToFileURL } from "node:url";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";

/**
 * The same views, whose set-up lines name the lab's own key. There are no scripts: those replace a distribution's own
 * entries, and the lab is no distribution, so that they would refuse on every host.
 *
 * @param keyFile path of the armoured public key; undefined: nothing is signed
 */
export function withLabSetup(views: Views, keyFile: string | undefined): Views {
  const repositories = views.catalogue.repositories.map((repository): Repository => {
    const signedBy = keyFile === undefined ? undefined : keyOf(repository.kind, keyFile);
    return {
      ...repository,
      setup: { ...repository.setup, script: false, ...(signedBy !== undefined && { signedBy }) },
    };
  });
  return { ...views, catalogue: { ...views.catalogue, repositories } };
}

/** As each client names a key: apt by its path, dnf by a URL (dnf.conf(5), gpgkey). */
function keyOf(kind: Repository["kind"], keyFile: string): string | undefined {
  if (kind === "apt") return keyFile;
  return kind === "rpm" ? pathToFileURL(keyFile).href : undefined;
}
