/** Our own URLs, as lists tell them. */
import { baseOf } from "../../http/path.ts";
import type { Scheme } from "../../mirrors/roster.ts";
import type { Asked } from "../asked.ts";

/** The service's URL as the client has it, ends in `/`: behind a proxy its scheme is another than the request's. */
export function ownBase(request: Request, scheme: Scheme): string {
  const base = baseOf(request);
  return scheme + base.slice(base.indexOf(":"));
}

/** The file's URL here, without a query. */
export function ownUrl({ request, scheme, opened, path }: Asked): string {
  return `${ownBase(request, scheme)}${opened.repository.name}/${path}`;
}
