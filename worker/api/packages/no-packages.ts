/** The answer where no packages are read: the setting says so, or the platform has nothing to read them with. */
import { notFound } from "../../http/errors.ts";
import { problem } from "../../http/problem.ts";

/** @param path with the client's escapes */
export function noPackages(path: string): Response {
  const detail = "No packages are read here, so that none can be searched.";
  return path.startsWith("/api/") ? problem(404, { detail }) : notFound(path, detail);
}
