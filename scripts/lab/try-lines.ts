/** What the lab prints to try: commands that leave the machine's own package manager, and the shell, as they were. */

import { AptRoot, aptSource } from "../../test/clients/apt.ts";
import type { BuiltTrees } from "../../test/lab/trees.ts";

/**
 * Lines with the service's URLs, and apt in a root of its own, which is made here.
 *
 * @param url the service's own, without `/` at its end
 * @param trees of which only what was built, and the key, is looked at; `pinned`: URL of the apt repository as it is now
 * @param scratch an empty folder for apt's root
 */
export function tryLines(
  url: string,
  trees: Pick<BuiltTrees, "missing" | "publicKeyFile"> & { pinned?: string | undefined },
  scratch: string,
): string {
  const image = `${url}/lab-cd/near-1.0-amd64.iso`;
  const lines = [
    `\nThe service:     ${url}/`,
    `Is all well:     ${url}/api/v1/health`,
    `Mirrors:         ${url}/api/v1/mirrors`,
    "",
    `An image:        curl -L -O ${image}`,
    `its checksum:    curl -s ${image}.sha256`,
    `its mirrors:     curl -s ${image}.mirrorlist`,
    `why this mirror: curl -s '${image}?trace'`,
    `a metalink:      curl -s ${image}.meta4`,
  ];
  if (trees.publicKeyFile !== undefined) {
    const snapshots = `${url}/api/v1/repositories/lab/snapshots`;
    lines.push(
      `rpm's metalink:  curl -s '${url}/metalink?repo=lab&arch=x86_64'`,
      `snapshots:       curl -s ${snapshots}`,
      ...(trees.pinned === undefined
        ? []
        : [`as it is now:    curl -s ${trees.pinned}dists/stable/InRelease`]),
      "a new version:   publish 2, typed here; the line above stays what it was",
    );
  }
  lines.push("");
  if (trees.missing.rpm) lines.push(`No rpm repository: ${trees.missing.rpm}`);
  if (trees.missing.apt || trees.publicKeyFile === undefined) {
    return [...lines, `No apt repository: ${trees.missing.apt}`, ""].join("\n");
  }
  const repositoryUrl = `${url}/lab/`;
  const root = new AptRoot({
    directory: scratch,
    repositoryUrl,
    publicKeyFile: trees.publicKeyFile,
  });
  const install =
    process.getuid?.() === 0 ? "install near-app" : "install --download-only near-app";
  lines.push(
    "apt in a root of its own, which leaves this machine as it is:",
    "",
    // In brackets: the setting must not outlive the lab in the shell it is typed into.
    `(export APT_CONFIG=${root.configurationFile}; apt-get update && apt-get -y ${install})`,
    "",
    "The only source of that root, which is nothing for a machine's own /etc/apt:",
    "",
    aptSource(repositoryUrl, trees.publicKeyFile),
  );
  return lines.join("\n");
}
