/** Which files belong to a root by their names. Pure. */

import { directoryOf } from "./index-reader.ts";

/** Whether a file's name says that it signs another: it is asked for after that one, and belongs to it. */
export function isSignature(name: string): boolean {
  return /\.(?:gpg|asc|sign|sig)$/.test(name);
}

/** Whether a path is the root or has its name with a signature's ending. */
export function isRootOrSigns(root: string, path: string): boolean {
  return path.startsWith(root) && (path === root || isSignature(path.slice(root.length)));
}

/** The name of a file beside a root; undefined: it isn't below the root's directory. */
export function nameBeside(root: string, path: string): string | undefined {
  const directory = directoryOf(root);
  return path.startsWith(directory) ? path.slice(directory.length) : undefined;
}

/** The file at the end of a path. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
