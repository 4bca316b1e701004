/** The rows of the table of URLs for the image catalogue in the forms of other programs. */
import { imageExport } from "../api/image-exports.ts";
import type { ImageFormName } from "../api/image-forms.ts";
import type { PageRoute } from "./page-route.ts";

function images(form: ImageFormName): PageRoute["answer"] {
  return ({ base, path, query, list: { request, background } }, services) =>
    imageExport(form, { base, path, query, request, background }, services);
}

export const imageFormRoutes: readonly PageRoute[] = [
  {
    path: "/isoinfo.json",
    method: "GET",
    isForAnyPage: true,
    // The images as TUNA's and its sisters' pages read them.
    answer: images("isoinfo"),
  },
  {
    path: "/static/status/isoinfo.json",
    method: "GET",
    isForAnyPage: true,
    // The same where TUNA has it.
    answer: images("isoinfo"),
  },
  {
    path: "/mirrorz.json",
    method: "GET",
    isForAnyPage: true,
    // The service as MirrorZ reads a mirror site.
    answer: images("mirrorz"),
  },
  {
    path: "/streams/v1/index.json",
    method: "GET",
    isForAnyPage: true,
    // Images as LXD and Incus find them.
    answer: images("streamIndex"),
  },
  {
    path: "/streams/v1/images.json",
    method: "GET",
    isForAnyPage: true,
    // The products of that index.
    answer: images("streamProducts"),
  },
  {
    path: "/releases.json",
    method: "GET",
    isForAnyPage: true,
    // Fedora's images as programs read its own list.
    answer: images("fedoraReleases"),
  },
  {
    path: "/api/v1/images/osinfo.xml",
    method: "GET",
    isForAnyPage: true,
    // The images as libosinfo describes them.
    answer: images("osinfoXml"),
  },
  {
    path: "/api/v1/images/osinfo.tar",
    method: "GET",
    isForAnyPage: true,
    // The same as an archive for osinfo-db-import.
    answer: images("osinfoArchive"),
  },
  {
    path: "/api/v1/images/quickget.csv",
    method: "GET",
    isForAnyPage: true,
    // What a virtual machine can be made of, as quickget lists it.
    answer: images("quickgetCsv"),
  },
  {
    path: "/api/v1/images/quickget.json",
    method: "GET",
    isForAnyPage: true,
    // The same as JSON.
    answer: images("quickgetJson"),
  },
];
