/** What we print for people to run or write: found in documents and pages, and judged before anything of it is run. */

/** One piece to copy. */
export interface Snippet {
  /** Where it is printed, and whom it is for. */
  from: string;
  /** The file it is the text of; the shell's where absent. */
  file?: string;
  text: string;
}

/** Words a document calls a new file by, before its text. */
const newFile = /\bnew file `(\/[^`]+)`/;
/** Texts of configuration files of package managers. */
const configuration =
  /^(Types: |URIs: |deb |\[[\w-]+\]|(baseurl|mirrorlist|metalink) *=|Server = )/m;
/** Languages of what is no host's: the list's own files. */
const notOfHosts: readonly string[] = ["yaml", "genisolist"];
/** Commands that change a host, in the shell. */
const changesHost = /\bsudo\b|\/etc\/|\|\s*sh\b|\b(zypper|dnf|apt|apt-get|pacman|apk)\s+[a-z-]/;

/** Snippets of a document in Markdown: what its fences and its code spans tell a host. */
export function documentSnippets(name: string, text: string): Snippet[] {
  const found: Snippet[] = [];
  const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;
  let end = 0;
  for (const { 0: whole, 1: language = "", 2: body = "", index } of text.matchAll(fence)) {
    const before = text.slice(end, index).trimEnd();
    end = index + whole.length;
    const paragraph = before.slice(before.lastIndexOf("\n\n") + 1);
    const file = newFile.exec(paragraph)?.[1];
    if (file !== undefined) found.push({ from: name, file, text: body.trimEnd() });
    else if (configuration.test(body) && !notOfHosts.includes(language))
      found.push({ from: name, file: /`(\/[^`]+)`/.exec(paragraph)?.[1] ?? "", text: body });
    else
      for (const line of body.split("\n"))
        if (changesHost.test(line)) found.push({ from: name, text: line });
  }
  for (const { 1: span = "" } of text.replace(fence, "").matchAll(/`([^`\n]+)`/g)) {
    const line = span.replaceAll("\\|", "|");
    if (isCommand(line) && changesHost.test(line)) found.push({ from: name, text: line });
  }
  return found;
}

/** A code span of several words that begins with a program's name, not with a setting's or a path. */
function isCommand(line: string): boolean {
  return /^(sudo|curl|wget|sh|zypper|dnf|apt|apt-get|pacman|apk|tee|mv|cp|sed|echo|printf) /.test(
    line,
  );
}

/** Snippets of our page, or of a part of it. */
export function pageSnippets(html: string): Snippet[] {
  const figure = /<figure><figcaption>(.*?) · (.*?)<\/figcaption><pre>([\s\S]*?)<\/pre>/g;
  return [...html.matchAll(figure)].map(({ 1: client = "", 2: where = "", 3: body = "" }) => {
    const text = decoded(body);
    return where.startsWith("/")
      ? { from: `page: ${client}`, file: decoded(where), text }
      : { from: `page: ${client}`, text };
  });
}

function decoded(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** What a command may read of a host without changing it. */
const read = ["/etc/alpine-release", "/etc/os-release", "/dev/null"];
/** Folders that a command may make, to put a file of ours into. */
const made = ["/etc/apk/repositories.d"];

/** Why a snippet could cost a host a source that it has; empty where nothing is wrong with it. */
export function faultsOf({ file, text }: Snippet): string[] {
  if (file !== undefined) {
    const faults = isOurs(file) ? [] : [`${file || "a file"} may be a distribution's`];
    for (const id of text.match(/^\[.*\]$/gm) ?? [])
      if (!/^\[nearmirror-/.test(id)) faults.push(`${id} may be a section of the distribution`);
    if (/^(gpgcheck|repo_gpgcheck)=0|\[.*trusted=yes|^Trusted: *yes/im.test(text))
      faults.push("turns off signatures");
    if (/^Suites: *$|^priority *=/m.test(text)) faults.push("hides or breaks other sources");
    return faults;
  }
  const faults = paths(text)
    .filter((path) => !isOurs(path) && !read.includes(path) && !made.includes(path))
    .map((path) => `${path} may be a distribution's`);
  for (const { 0: call, 1: options = "" } of text.matchAll(/\bcurl ((?:-\S+ )*)/g))
    if (!/(^| )-\w*f/.test(options)) faults.push(`${call}goes on after an error`);
  if (/\bcurl\b[^|;&]*(>|\|\s*(sudo\s+)?tee\b)/.test(text))
    faults.push("writes before it knows whether there is something to write");
  if (/\|\s*(sudo\s+)?sh\b/.test(text) && !/\/setup\/[\w-]+(\/bytes)?'? \|/.test(text))
    faults.push("runs what is no set-up script");
  if (/\bexport\b/.test(text) && !/^\(.*\)$/s.test(text.trim()))
    faults.push("changes the shell it is typed into");
  if (/\b(rm|dd|chmod|chown|truncate|config-manager|removerepo|modifyrepo)\b|--no-gpg/.test(text))
    faults.push("takes something away");
  return faults;
}

/** Absolute paths of a command, not those of URLs. */
function paths(text: string): string[] {
  return [...text.matchAll(/(?<![\w:/."}$])\/[\w./-]+/g)].map(([path]) => path);
}

function isOurs(path: string): boolean {
  return /\/(nearmirror)[^/]*$/.test(path);
}
