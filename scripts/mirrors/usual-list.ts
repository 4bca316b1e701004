/** The mirror list that commands mean unless another is named. */
import { relative } from "node:path";
import { parts } from "../program/parts.ts";
import { usualPlaces } from "../program/usual-places.ts";

/** In a checkout `mirror-list`, as people write it there; else the machine's own, or that of the built folder. */
export function usualList(): string {
  if (parts.layout === "checkout") return relative(parts.root, parts.list);
  return usualPlaces(parts, process.env).list;
}
