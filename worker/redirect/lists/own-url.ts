/** Our own URLs, as lists tell them. */
import { baseOf } from "../../http/path.ts";
import type { Asked } from "../asked.ts";

/** The file's URL here, without a query. */
export function ownUrl({ request, scheme, opened, path }: Asked): string {
  return `${baseOf(request, scheme)}${opened.repository.name}/${path}`;
}
