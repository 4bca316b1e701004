/** A permanent link's path as what it asks for: `debian/13/amd64/netinst.sha256`. Pure. */

/** What may stand behind a link, and tells something of the file in its place. */
export const linkForms = [
  "sha256",
  "sha512",
  "meta4",
  "metalink",
  "mirrorlist",
  "torrent",
  "sums",
  "asc",
  "sig",
  "zsync",
] as const;

export type LinkForm = (typeof linkForms)[number];

/** What a link names; nothing of it is known to be there. */
export interface PermanentLink {
  distribution: string;
  /** A series, a codename, a whole version, or `latest`. */
  version: string;
  /** By any name. */
  architecture: string;
  /** A type, an edition, or both with a hyphen between: `live-gnome`. */
  what: string;
  /** The format, where several are to be told apart: `qcow2`. */
  format?: string;
  /** Absent: the file itself. */
  form?: LinkForm;
}

/** Parts of a link, in the order of their segments. */
export const linkParts = ["distribution", "version", "architecture", "type"] as const;

/**
 * @param path decoded, behind `/images/`
 * @returns undefined: it has not the four segments of a link
 */
export function readLink(path: string): PermanentLink | undefined {
  const segments = path.toLowerCase().split("/");
  const [distribution = "", version = "", architecture = "", last = ""] = segments;
  if (segments.length !== 4 || segments.includes("")) return undefined;
  const form = linkForms.find((one) => last.endsWith(`.${one}`));
  const name = form === undefined ? last : last.slice(0, -form.length - 1);
  const dot = name.indexOf(".");
  const what = dot < 0 ? name : name.slice(0, dot);
  if (what === "") return undefined;
  return {
    distribution,
    version,
    architecture,
    what,
    ...(dot >= 0 && { format: name.slice(dot + 1) }),
    ...(form !== undefined && { form }),
  };
}

/** The link as a path behind `/images/`, escaped. What `readLink` makes of it is the same link. */
export function linkPath(link: PermanentLink): string {
  const { distribution, version, architecture, what, format, form } = link;
  const last = [what, format, form].filter((one) => one !== undefined).join(".");
  return [distribution, version, architecture, last].map(encodeURIComponent).join("/");
}
