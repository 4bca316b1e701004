/** The answer to a permanent link that leads nowhere, for people; programs keep the sentence. */
import { acceptOf, shownAs } from "../../delivery/lists/asked-list.ts";
import { badRequest } from "../../http/errors.ts";
import { clientPage } from "../frame/client-page.ts";
import { type VisitRequest, visitOf } from "../frame/visit.ts";
import { type WrongLink, wrongLinkPage } from "./wrong-link-page.ts";

/** @param plain what programs get; the page has its status, and says as it does when to try again */
export function wrongLinkAnswer(
  request: VisitRequest,
  wrong: WrongLink,
  plain: Response,
): Response {
  if (shownAs(acceptOf(request.headers)) !== "html") return plain;
  const visit = visitOf(request);
  if (typeof visit === "string") return badRequest(400, visit);
  const answer = clientPage(visit, wrongLinkPage(visit, wrong, plain.status));
  const retryAfter = plain.headers.get("Retry-After");
  if (retryAfter !== null) answer.headers.set("Retry-After", retryAfter);
  return answer;
}
