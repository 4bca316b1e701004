/** Our own URLs, as lists tell them. */
import { baseOf } from "../../http/path.ts";
import type { FileRequest } from "../file-request.ts";

/** The file's URL here, without a query. */
export function ownUrl({ request, scheme, opened, path }: FileRequest): string {
  return `${baseOf(request, scheme)}${opened.repository.name}/${path}`;
}
