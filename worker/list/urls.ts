/** What a base URL and a path under it may look like. */

/** What is wrong with a base URL and what to do, continuing a sentence that names it; or undefined. */
export function baseUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return "isn't an absolute URL. Write it whole: https://host/.";
  // As written, before the parser tidies: `Location` is built from this very text.
  if (/[\s\\\p{Cc}]/u.test(text)) return "has a blank or a backslash in it. Remove it.";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || text.split("/")[2]?.includes("@")) {
    return "holds credentials. Remove what stands before the @.";
  }
  const written = text.slice(text.indexOf("//") + 2).split("/", 1)[0] ?? "";
  if (!isAsParsed(written, url)) {
    return `has a host that isn't written as URLs carry it (RFC 3986, RFC 5891). Write ${url.host}.`;
  }
  if (text.includes("?") || text.includes("#")) return "has a query or fragment. Remove it.";
  if (!text.endsWith("/")) return "doesn't end in a slash. Add it.";
  return pathFault(text.slice(text.indexOf("/", text.indexOf("//") + 2) + 1));
}

/** `Location` has the host as it is written: one in other letters, which a header can't hold, or in other digits, isn't. */
function isAsParsed(written: string, { host, protocol }: URL): boolean {
  const usual = protocol === "https:" ? ":443" : ":80";
  return [host, host + usual].includes(written.toLowerCase());
}

/** The same for a path under a base URL (`debian/`; empty is the base itself). */
export function pathFault(text: string): string | undefined {
  if (text === "") return undefined;
  if (text.startsWith("/")) return "begins with a slash. Remove it: the base URL ends in one.";
  if (!text.endsWith("/")) return "doesn't end in a slash. Add it.";
  if (text.includes("//")) return "has an empty step (//). Write one slash.";
  if (/(^|\/)(\.|%2e){1,2}\//i.test(text)) return "has a `.` or `..` step. Write the path plainly.";
  if (!/^([\w\-.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(text)) {
    return "has a character that a URL's path can't hold (RFC 3986). Percent-encode it.";
  }
  return undefined;
}
