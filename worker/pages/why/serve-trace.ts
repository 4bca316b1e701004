/** `?trace`: one decision, as a page, JSON or text. */

import { placeDependent } from "../../delivery/file-request.ts";
import { shownAs } from "../../delivery/lists/asked-list.ts";
import { badRequest } from "../../http/errors.ts";
import { nearestValue } from "../../http/nearest-value.ts";
import { clientPage } from "../frame/client-page.ts";
import { type VisitRequest, visitOf } from "../frame/visit.ts";
import { traceText } from "./trace-text.ts";
import { type WhyQuestion, whyPage } from "./why-page.ts";

/** How a decision is told. */
export type TraceForm = "html" | "json" | "text";

const forms: readonly TraceForm[] = ["html", "json", "text"];

/**
 * By what `trace=` says, else by what the client names: a page for browsers, text for who names it before JSON, JSON for
 * all programs. A `Response`: the value is none of these.
 *
 * @param value of `trace=`; `1` is as good as none
 */
export function traceForm(value: string, accept: string | null): TraceForm | Response {
  if (value === "" || value === "1") {
    const shown = shownAs(accept);
    if (shown !== "text") return shown;
    // `*/*` and no header count as text there; programs have always had JSON here.
    return accept?.toLowerCase().includes("text/plain") ? "text" : "json";
  }
  const form = forms.find((one) => one === value);
  if (form !== undefined) return form;
  const nearest = nearestValue(value, forms);
  const meant = nearest === undefined ? "" : ` Nearest: trace=${nearest}.`;
  return badRequest(400, `trace=${value} is none of ${forms.join(", ")}.${meant}`);
}

/** The answer in that form. All forms are of the one decision. */
export function traceAnswer(
  form: TraceForm,
  question: WhyQuestion,
  visitRequest: VisitRequest,
): Response {
  const { trace } = question;
  if (form === "json") return Response.json(trace, { headers: headersOf() });
  if (form === "text") {
    const headers = { ...headersOf(), "Content-Type": "text/plain; charset=utf-8" };
    return new Response(traceText(trace), { headers });
  }
  const visit = visitOf(visitRequest);
  if (typeof visit === "string") return badRequest(400, visit);
  return clientPage(visit, whyPage(visit, question));
}

function headersOf(): Record<string, string> {
  return { ...placeDependent, Vary: "Accept", "X-Content-Type-Options": "nosniff" };
}
