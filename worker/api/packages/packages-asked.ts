/** What answering a question about packages is given. */
import type { PackageService } from "../../search/package-service.ts";

export interface PackagesAsked {
  service: PackageService;
  /** The service's own URL, ends in `/`. */
  base: string;
  /** With the client's escapes. */
  path: string;
  /** By the placeholders of the row's path, decoded. */
  params: Readonly<Record<string, string>>;
  /** Without its `?`. */
  query: string;
  request: Request;
}
