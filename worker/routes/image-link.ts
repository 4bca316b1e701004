/**
 * `/images/{distribution}/{version}/{architecture}/{type}`: permanent links. Each is resolved in the catalogue, whose
 * names, sizes and digests are of one snapshot, and answered as the file itself is: in one redirect, to a mirror that is
 * proven to have it.
 */
import { checksumLine } from "../delivery/lists/file-lists.ts";
import { notFound, plain, unavailable } from "../http/errors.ts";
import { columnsFor } from "../images/filter/image-columns.ts";
import type { CatalogueImage, ImageCatalogue } from "../images/image-catalogue.ts";
import { linkParts, type PermanentLink, readLink } from "../images/links/read-link.ts";
import { isLinkFault, type LinkFault, resolveLink } from "../images/links/resolve-link.ts";
import { fileUrl } from "../outbound/file-url.ts";
import { wrongLinkAnswer } from "../pages/images/wrong-link-answer.ts";
import { maxNamed, type WrongLink } from "../pages/images/wrong-link-page.ts";
import { hex } from "../runtime/hex.ts";
import type { OpenRepository } from "../views/views.ts";
import { type Ask, asText, fileRequestOf, forMethod } from "./ask.ts";
import { repositoryFile } from "./repository-file.ts";

const prefix = "/images/";
/** What a link means may change with any snapshot, and where it leads depends on the client. */
const told = { "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff" };

/** `undefined`: no such path. Tried only where no repository has the name. */
export function imageLink(ask: Ask): Response | Promise<Response> | undefined {
  const { path, decoded } = ask.target;
  if (!path.startsWith(prefix)) return undefined;
  const link = readLink(decoded.slice(prefix.length));
  if (link === undefined) return toPage(ask);
  return answered(ask, link).then((response) => forMethod(ask.method, response));
}

/** `/images/debian/13` is the page with that much chosen. */
function toPage(ask: Ask): Response {
  const { decoded, query: asked } = ask.target;
  const segments = decoded.slice(prefix.length).split("/");
  if (segments.at(-1) === "") segments.pop();
  if (segments.length >= linkParts.length || segments.includes("")) return shape(ask);
  // What the link's own query chooses, the language too, stays chosen.
  const query = new URLSearchParams(asked);
  segments.forEach((value, at) => {
    const name = linkParts[at];
    // The page has no word for the newest, and shows it first.
    if (name !== undefined && !(name === "version" && value === "latest")) query.set(name, value);
  });
  const search = String(query);
  // Relative: behind a proxy nobody but the client knows the scheme.
  const Location = search === "" ? "/images" : `/images?${search}`;
  return new Response(null, { status: 302, headers: { Location, ...told } });
}

function shape(ask: Ask): Response {
  const plain = notFound(
    ask.target.path,
    "A permanent link is /images/DISTRIBUTION/VERSION/ARCHITECTURE/TYPE, as /images/debian/13/amd64/netinst; all images are at /images.",
  );
  return forPeople(ask, { because: "shape" }, plain);
}

/** Programs get the text, people the page. */
function forPeople(ask: Ask, wrong: WrongLink, plain: Response): Response {
  const { request, target } = ask;
  const visit = { path: target.path, query: target.query, headers: request.headers };
  return asText(ask, wrongLinkAnswer(visit, wrong, plain));
}

async function answered(ask: Ask, link: PermanentLink): Promise<Response> {
  const { images, views, now } = ask.services;
  if (images === undefined) return notFound(ask.target.path, "No snapshots are made here.");
  const catalogue = await images.catalogue(views.repositories, now(), ask.background);
  const found = resolveLink(link, columnsFor(catalogue));
  if (isLinkFault(found)) {
    const { unread } = catalogue;
    const plain = wrong(ask.target.path, found, catalogue);
    return forPeople(ask, { because: "fault", link, fault: found, unread }, plain);
  }
  const opened = views.byName.get(found.repository);
  // The views changed just now; or the catalogue's files aren't the repository's any more.
  if (opened === undefined || (await isBehind(ask, found, opened, catalogue))) {
    return unavailable(`${ask.target.path}: its repository changes just now. Try again.`);
  }
  return answeredBy(ask, link, { image: found, opened, catalogue });
}

/** The repository's files of this moment aren't those of the catalogue: it couldn't be read anew. */
async function isBehind(
  ask: Ask,
  image: CatalogueImage,
  opened: OpenRepository,
  { unread }: ImageCatalogue,
): Promise<boolean> {
  const { files } = ask.services.payload;
  if (files === undefined) return false;
  const { path, repository } = image;
  const { now, background } = fileRequestOf(ask, { opened, path, decoded: path });
  try {
    const { file } = await files.findFile(opened.repository, path, now, background);
    if (file?.sha256 !== undefined && image.sha256 !== undefined) {
      return hex(file.sha256) !== image.sha256;
    }
    // Not listed: an index may be unread yet. Of what couldn't be read it may be gone.
    return file === null && unread.some((one) => one.repository === repository);
  } catch {
    return false;
  }
}

/** What a link means, and where that was found. */
interface Found {
  image: CatalogueImage;
  opened: OpenRepository;
  catalogue: ImageCatalogue;
}

function answeredBy(
  ask: Ask,
  { form }: PermanentLink,
  { image, opened, catalogue }: Found,
): Response | Promise<Response> {
  const name = image.path.slice(image.path.lastIndexOf("/") + 1);
  switch (form) {
    case "sha256":
    case "sha512":
      return checksum(ask, { name, form, digest: image[form] });
    case "sums":
    case "asc":
    case "sig":
      return signature(ask, { image, opened, catalogue }, form === "sums");
    case "zsync":
      return forPeople(
        ask,
        { because: "zsync", name },
        notFound(
          ask.target.path,
          "No zsync files are made here; .meta4 names the file's mirrors and its hash, and a broken download can go on where it stopped.",
        ),
      );
    case "torrent":
      return to(`/${fileUrl(`${image.repository}/`, image.path)}.torrent`);
    case undefined:
      return asFile(ask, opened, image.path, name);
    default:
      return asFile(ask, opened, `${image.path}.${form}`, `${name}.${form}`);
  }
}

/** The answer to the file's own path, with the name under which programs are to save it. */
async function asFile(
  ask: Ask,
  opened: OpenRepository,
  path: string,
  name: string,
): Promise<Response> {
  const target = { path: fileUrl("", path), decoded: path, query: ask.target.query };
  const served = await repositoryFile({ ...ask, target, byLink: true }, opened, 0);
  if (served.status >= 400 || (served.headers.get("Content-Type") ?? "").startsWith("text/html")) {
    return served;
  }
  const headers = new Headers(served.headers);
  // Of one's own and of many: whatever the file's own answer may be kept for, the link's may not.
  headers.set("Cache-Control", told["Cache-Control"]);
  headers.set("Content-Disposition", disposition(name));
  return new Response(served.body, { status: served.status, headers });
}

/** curl -J and wget --content-disposition take the name from here, of a redirect too (curl 7.88, wget 1.21, observed). */
function disposition(name: string): string {
  const plainName = name.replace(/[^\x20-\x7e]|["\\]/g, "_");
  return `attachment; filename="${plainName}"`;
}

/** @param of the image's name, and its digest of that form; undefined: no list tells it */
function checksum(
  ask: Ask,
  of: { name: string; form: "sha256" | "sha512"; digest: string | undefined },
): Response {
  const { name, form, digest } = of;
  if (digest === undefined) {
    const told = form.toUpperCase();
    const text = plain(404, `No list of the repository tells the ${told} of ${name}.`);
    return forPeople(ask, { because: "digest", name, digest: told }, text);
  }
  const headers = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Disposition": disposition(`${name}.${form}`),
    ...told,
  };
  return new Response(checksumLine(name, digest), { headers });
}

/** The signed list that names the image, or its signature, of the very snapshot that the catalogue is of. */
async function signature(ask: Ask, found: Found, isList: boolean): Promise<Response> {
  const { snapshots } = ask.services;
  const { image, opened, catalogue } = found;
  const { repository, path } = image;
  const id = catalogue.snapshots.find((one) => one.repository === repository)?.id ?? "";
  // In memory, unless a publication came in between.
  const kept = await snapshots?.kept(opened.repository, id, ask.background).catch(() => null);
  const [scope] = kept?.scopes(path) ?? [];
  // A list that is signed in itself is its own signature.
  const [list, sign = list] = scope?.root.files ?? [];
  const file = isList ? list : sign;
  if (file === undefined) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const text = plain(404, `The list that names ${path} isn't at hand.`);
    return forPeople(ask, { because: "list", name }, text);
  }
  return to(`/${repository}@${id}/${fileUrl("", file.path)}`);
}

function to(location: string): Response {
  return new Response(null, { status: 302, headers: { Location: location, ...told } });
}

/** 404; as long as a repository's images aren't read, nobody can tell that the link leads nowhere, and it is a 503. */
function wrong(path: string, fault: LinkFault, { unread }: ImageCatalogue): Response {
  const { part, value, nearest, allowed } = fault;
  const named = allowed.slice(0, maxNamed).join(", ");
  const more = allowed.length > maxNamed ? `, and ${allowed.length - maxNamed} more` : "";
  const isWhole = unread.length === 0;
  // Most repositories of a service that has just begun lack the same.
  const byWhy = new Map<string, string[]>();
  for (const { repository, why } of unread) {
    byWhy.set(why, [...(byWhy.get(why) ?? []), repository]);
  }
  const sentences = [
    isWhole
      ? `There is no ${part} ${value} there.`
      : `There is no ${part} ${value} among the images that are known by now.`,
    nearest === undefined ? "" : `Did you mean ${nearest}?`,
    allowed.length === 0 ? "" : `There are: ${named}${more}.`,
    ...[...byWhy].map(([why, names]) => `Of ${names.join(", ")} not all is known: ${why}`),
    isWhole ? "" : "Try again shortly.",
  ];
  const said = sentences.filter((one) => one !== "").join(" ");
  return isWhole ? notFound(path, said) : unavailable(`${path}: ${said}`);
}
