/** What no line of a log may show. Pure. */

/** A text whose URLs have no user and no password. */
export function withoutUserInfo(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*@/gi, "$1(not shown)@");
}
