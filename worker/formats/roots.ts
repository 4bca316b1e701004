/** What the bytes of a root of any kind tell. Pure. */

/** The largest root read. Ubuntu's and Debian's InRelease have 150 to 400 KB. */
export const maxRootBytes = 2 * 1024 * 1024;

/** How much of a body is looked at for the beginning of a page, bytes. */
const pageBytes = 512;

/** Whether bytes are a web page: what a captive portal, a hoster or a parked name puts in place of a file. */
export function looksLikePage(body: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(body.subarray(0, pageBytes));
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b/i.test(text);
}
