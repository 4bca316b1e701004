/** Paths of files that packages install. Pure. */

/** Linux opens no longer one, characters; `PATH_MAX` counts bytes. */
const maxInstalledPath = 4096;

/**
 * A path as indexes of files write it, without the leading slash; undefined: it is none, or of a folder (it ends in a
 * slash). Blanks may be in it.
 */
export function installedPath(written: string): string | undefined {
  const path = written.replace(/^(?:\.?\/)+/, "");
  const isUsable =
    path !== "" && !path.endsWith("/") && path.length <= maxInstalledPath && isReadable(path);
  return isUsable ? path : undefined;
}

/** U+FFFD: the bytes were no UTF-8, so the name they stand for is lost. */
function isReadable(path: string): boolean {
  return /^[ -~]*$/.test(path) || !/[\p{Cc}\p{Cs}\ufffd]/u.test(path);
}

/** Folders whose files are typed as commands; with merged /usr both names are of one folder. */
const commandFile = /^\/?(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$|^\/?usr\/games\/([^/]+)$/;

/** The command that a file is; undefined: its folder is none of commands. */
export function commandOf(path: string): string | undefined {
  const [, binary, game] = commandFile.exec(path) ?? [];
  return binary ?? game;
}
