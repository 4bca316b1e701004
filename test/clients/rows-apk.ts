/** What apk would ask, asked by hand, as Debian has no apk: the bytes are looked at. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apkRoot } from "../lab/apk-repository.ts";
import { atMirrors, breakNearest, checkNoMetadataAtMirrors, nearest } from "./observe.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { snapshots } from "./rows-snapshots.ts";

const folder = apkRoot.slice(0, apkRoot.lastIndexOf("/"));

/** Follows redirects, as apk does. */
async function get(
  context: RowContext,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ response: Response; bytes: Buffer }> {
  const response = await fetch(`${context.tap.url}/lab-apk/${path}`, {
    headers: { "User-Agent": "lab-apk", ...headers },
    signal: context.signal,
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

function original(context: RowContext, path: string): Buffer {
  return readFileSync(join(context.trees.root(1), "lab-apk", path));
}

async function index(context: RowContext): Promise<string> {
  await snapshots(context, "lab-apk", 1, apkRoot);
  const { response, bytes } = await get(context, apkRoot);
  check(response.status === 200, `APKINDEX.tar.gz was answered ${response.status}`);
  check(bytes.equals(original(context, apkRoot)), "not the bytes that were signed");
  const dated = response.headers.get("last-modified") ?? "";
  const again = await get(context, apkRoot, { "If-Modified-Since": dated });
  check(again.response.status === 304, `a second time it was answered ${again.response.status}`);
  checkNoMetadataAtMirrors(context);
  return "the signed bytes from the snapshot, 304 the second time";
}

async function packages(context: RowContext): Promise<string> {
  await breakNearest(context, { kind: "404" });
  const names = readdirSync(join(context.trees.root(1), "lab-apk", folder)).filter((name) =>
    name.endsWith(".apk"),
  );
  check(names.length === 4, `the lab has ${names.length} packages`);
  for (const name of names) {
    const path = `${folder}/${name}`;
    // apk asks with `+` as it is.
    const { response, bytes } = await get(context, path);
    check(response.status === 200, `${name} was answered ${response.status}`);
    const digests = [bytes, original(context, path)].map((one) =>
      createHash("sha256").update(one).digest("hex"),
    );
    check(digests[0] === digests[1], `${name} is not what was published`);
  }
  if (context.plain) return "4 packages";
  const from = new Set(atMirrors(context).map(({ server }) => server));
  check(from.size > 0 && !from.has(nearest), `asked were ${[...from].join(", ") || "no mirrors"}`);
  return `4 packages from ${[...from].join(", ")} with 404 at ${nearest}`;
}

export const apkRows: readonly Row[] = [
  {
    row: "apk-index",
    promise: "APKINDEX comes signed, byte for byte, from a verified snapshot",
    client: "apk",
    needs: "apk",
    verified: true,
    run: index,
  },
  {
    row: "apk-mirror-404",
    promise: "Files missing at the nearest mirror: packages are had, byte for byte",
    client: "apk",
    needs: "apk",
    compared: true,
    run: packages,
  },
];
