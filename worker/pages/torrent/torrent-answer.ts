/** The answer with the page of an image that there is no torrent of. */
import type { Untorrented } from "../../delivery/lists/serve-torrent.ts";
import { badRequest } from "../../http/errors.ts";
import { clientPage } from "../frame/client-page.ts";
import { type VisitRequest, visitOf } from "../frame/visit.ts";
import { torrentPage } from "./torrent-page.ts";

/** 400 where the query names a language that there isn't. */
export function torrentAnswer(request: VisitRequest, file: Untorrented): Response {
  const visit = visitOf(request);
  if (typeof visit === "string") return badRequest(400, visit);
  return clientPage(visit, torrentPage(visit, file));
}
