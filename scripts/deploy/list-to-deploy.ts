/** Which list a deployment is bundled with: the service's own, where the service has one, else that of the files. */
import { isServicesOwn } from "../../worker/list/list-owner.ts";
import { listOwnerKey, viewsKey } from "../../worker/views/views-key.ts";
import type { AskWrangler } from "./account.ts";

/**
 * The views that a service that keeps its list itself gave out last, as JSON; undefined: the list is that of the files.
 *
 * @param namespace id of `VIEWS`
 * @throws Error with wrangler's own words where the store can't be read
 */
export function ownViews(ask: AskWrangler, namespace: string): string | undefined {
  if (!isServicesOwn(storedAt(ask, namespace, listOwnerKey))) return undefined;
  const views = storedAt(ask, namespace, viewsKey);
  if (views !== undefined) return views;
  throw new Error(
    `The service keeps its list itself (${listOwnerKey} in VIEWS says so), but its views aren't in VIEWS. It puts them back within a minute of running: give the command again then.`,
  );
}

function storedAt(ask: AskWrangler, namespace: string, key: string): string | undefined {
  const got = ask(["kv", "key", "get", key, "--namespace-id", namespace, "--remote"]);
  if (got.status === 0) return got.stdout;
  // As wrangler 4 tells of a key that isn't there.
  if (got.stderr.includes(`/values/${key} - 404: `)) return undefined;
  throw new Error(
    `wrangler could not tell whose the mirror list is:\n${`${got.stdout}${got.stderr}`.trim()}`,
  );
}
