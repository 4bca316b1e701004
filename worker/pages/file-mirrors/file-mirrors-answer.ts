/** The answer with the page of a file's mirrors. */
import type { FileLists } from "../../delivery/lists/answers.ts";
import { badRequest } from "../../http/errors.ts";
import { clientPage } from "../frame/client-page.ts";
import { type VisitRequest, visitOf } from "../frame/visit.ts";
import { fileMirrorsPage } from "./file-mirrors-page.ts";

/** 400 where the query names a language that there isn't. */
export function fileMirrorsAnswer(request: VisitRequest, lists: FileLists): Response {
  const visit = visitOf(request);
  if (typeof visit === "string") return badRequest(400, visit);
  return clientPage(visit, fileMirrorsPage(visit, lists));
}
