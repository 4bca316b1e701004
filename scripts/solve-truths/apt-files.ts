/** What apt is asked by: the files of a request, and its words. Pure. */
import { createHash } from "node:crypto";
import type { InstalledPackage, Pin, SolveRequest } from "../../worker/solve/request.ts";
import type { Stanza } from "./universe.ts";

/** Finds a package's stanza by `name architecture version`. */
export type StanzaOf = (one: InstalledPackage) => Stanza | undefined;

/** What apt wants of a package before it simulates; made up, as nothing is fetched. */
export function listedStanza({ name, version, architecture, text }: Stanza): string {
  const file = `${name}_${version.replace(":", "%3a")}_${architecture}.deb`;
  // The same for the same version in two indexes: apt would take them for two versions.
  const hash = createHash("sha256").update(file).digest("hex");
  return `${text}\nFilename: pool/${file}\nSHA256: ${hash}\n\n`;
}

/**
 * dpkg's status. An installed version has the relations that its index tells; one that no index has can't have any.
 */
export function statusText(installed: readonly InstalledPackage[], stanzaOf: StanzaOf): string {
  const texts = installed.map((one) => {
    const found = stanzaOf(one)?.text;
    const known =
      found?.replace(/^Size: .*\n?/m, "").trimEnd() ??
      `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: ${one.architecture}`;
    const wanted = one.hold === true ? "hold" : "install";
    return `${known}\nStatus: ${wanted} ok installed\nMaintainer: nobody\nDescription: none\n\n`;
  });
  return texts.join("");
}

/** apt's own state: what is installed for others' sake. */
export function extendedStatesText(installed: readonly InstalledPackage[], native: string): string {
  const automatic = installed.filter((one) => one.automatic === true);
  const texts = automatic.map(({ name, architecture }) => {
    // apt holds packages for all architectures as native ones.
    const of = architecture === "all" ? native : architecture;
    return `Package: ${name}\nArchitecture: ${of}\nAuto-Installed: 1\n\n`;
  });
  return texts.join("");
}

/** apt_preferences(5). */
export function preferencesText(pins: readonly Pin[]): string {
  return pins
    .map(
      ({ package: name, pin, priority }) =>
        `Package: ${name}\nPin: ${pin}\nPin-Priority: ${priority}\n\n`,
    )
    .join("");
}

/** `apt-get`'s verb and names: what is removed stands behind what is installed. */
export function aptWords(request: SolveRequest): string[] {
  const { install, remove, upgrade } = request;
  if (upgrade !== undefined) {
    return [upgrade, ...install, ...remove.map((name) => `${name}-`)];
  }
  if (install.length === 0) return ["remove", ...remove];
  return ["install", ...install, ...remove.map((name) => `${name}-`)];
}
