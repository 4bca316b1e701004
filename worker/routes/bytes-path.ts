/** Paths that are answered with bytes: folders, and metadata from snapshots or from the origin. */
import { serveMetadata, servePinned } from "../delivery/metadata.ts";
import { serveBytes } from "../delivery/origin-bytes.ts";
import { serveFolder } from "../pages/folder/serve-folder.ts";
import type { OpenSnapshot } from "../repositories/reader/open-snapshot.ts";
import { type Ask, asText, type InnerPath } from "./ask.ts";

/**
 * A folder's page, or what of it a program asks for.
 *
 * @param prefix the URL's first segment with the client's escapes
 * @param snapshot the one it is to be of; absent: the current one
 */
export async function folder(
  ask: Ask,
  { opened, path, decoded }: InnerPath,
  prefix: string,
  snapshot?: OpenSnapshot,
): Promise<Response> {
  const { request, target, services, background } = ask;
  const { payload, snapshots, now, clients } = services;
  const { bytes, files } = payload;
  const known = { ...(files && { files }), ...(snapshots && { snapshots }) };
  const from = { bytes, ...known, ...(snapshot && { snapshot }) };
  const inner = { repository: opened.repository, path, decoded };
  const asked = { request, scheme: clients.scheme(request), query: target.query, prefix };
  const file = { ...inner, ...asked, now: now() };
  return asText(ask, await serveFolder(file, from, background));
}

/** From the repository's snapshot, or that one, where it covers the file; else the origin's bytes. */
export async function metadata(
  { request, services, background }: Ask,
  { opened, path, decoded }: InnerPath,
  snapshot?: OpenSnapshot,
): Promise<Response> {
  const { clients, now, payload, snapshots } = services;
  const scheme = clients.scheme(request);
  const file = { request, scheme, repository: opened.repository, path, decoded };
  if (snapshots === undefined) return serveBytes(file, payload.bytes, background);
  const asked = { ...file, client: clients.of(request).client.address, now: now() };
  const served =
    snapshot === undefined
      ? await serveMetadata(asked, snapshots, background)
      : await servePinned(asked, snapshot, snapshots, background);
  return served ?? serveBytes(file, payload.bytes, background);
}
