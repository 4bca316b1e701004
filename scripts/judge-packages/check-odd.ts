/** Whatever is asked, the service answers: results or a reason, never a failure of its own. */
import { oneOf } from "../random.ts";
import type { Judging } from "./checks.ts";
import { Counting, type Verdict } from "./verdict.ts";

const questions = 5000;

/** What breaks searches elsewhere: operators of FTS5 and SQL, quotes, globs, escapes, other scripts, control characters. */
const odd = [
  ...['"', "'", '""', "'; DROP TABLE packages; --", "*", "**", "?", "[a", "a]", "^mc", "(", ")"],
  ...["NEAR", "NEAR(a b, 5)", "AND", "OR", "NOT", "a AND", "name:mc", "{name} : mc", "-mc", "+"],
  ...["\\", "%", "%%", "_", "%00", "\u0000", "\u0001", "\u007f", "\r\n", "\t", " ", "  "],
  ...[
    "/",
    "//",
    "/..",
    "../../etc/passwd",
    "/usr/bin/",
    "a/b/c",
    "http://x/",
    "file:///etc/passwd",
  ],
  ...["日本語", "пакет", "שלום", "\u202e", "\u200b", "e\u0301", "İ", "ß", "😀", "\ud83d", "\uffff"],
  ...[
    "lib*.so.6",
    "lib*",
    "*.so",
    "usr/share/*",
    "?",
    "a*b*c*d*e*f",
    "pkg:deb/debian/mc",
    "so:libz.so.1",
  ],
  ...[
    "libx.so.1()(64bit)",
    "(a or b)",
    "mta (>= 1)",
    "g++",
    "c++",
    "0",
    "-1",
    "1e309",
    "NaN",
    "null",
  ],
  ...[
    "<script>",
    "&amp;",
    "{}",
    "[]",
    "$x",
    "$((x))",
    "`x`",
    "|",
    "||",
    "&&",
    ";",
    ":",
    "::",
    "@x",
    "#",
    "~",
  ],
] as const;
const parameters = [
  "repository",
  "suite",
  "architecture",
  "kind",
  "limit",
  "after",
  "at",
  "in",
  "exact",
  "purl",
  "format",
];
const paths = [
  "api/v1/packages?q=",
  "api/v1/packages?in=command&exact=1&q=",
  "api/v1/packages?in=provides&q=",
  "api/v1/packages?in=file&q=",
  "api/v1/files?path=",
  "api/v1/files?match=glob&path=",
  "api/v1/files?match=end&path=",
  "madison?package=",
  "packages/search/json/?q=",
];
const long = 10_000;
/** Of a path with its query: servers take no longer request lines (Node: 16 KB with all headers). */
const maxPath = 12_000;

export async function checkOdd({ place, sample, random }: Judging): Promise<Verdict[]> {
  const draw = random("odd");
  const asked = Array.from({ length: sample ?? questions }, () => oddQuestion(draw));
  const counting = new Counting();
  await place.asker.each(asked, async (path) => {
    const { status, text } = await place.asker.ask(path).catch((error: unknown) => ({
      status: 0,
      text: error instanceof Error ? error.message : String(error),
    }));
    if (status === 503 && isUnready(text)) counting.right();
    else if (status >= 200 && status < 500) counting.right();
    else counting.wrong(`${path.slice(0, 120)} answers ${status}: ${text.slice(0, 120)}`);
  });
  return [counting.verdict("odd queries", "none is answered by a failure (5xx)", 1)];
}

/** Other repositories of the service may not be read yet, and an answer says so. */
function isUnready(text: string): boolean {
  return text.includes("No suite can be asked");
}

export function oddQuestion(random: () => number): string {
  const count = 1 + Math.floor(random() * 4);
  const words = Array.from({ length: count }, () => oddWord(random));
  let path = oneOf(random, paths) + encoded(words.join(random() < 0.7 ? " " : ""), random);
  for (let more = Math.floor(random() * 3); more > 0; more--) {
    path += `&${oneOf(random, parameters)}=${encoded(oddWord(random), random)}`;
  }
  // No escape is cut in two.
  return path.slice(0, maxPath).replace(/%[0-9a-f]?$/i, "");
}

function oddWord(random: () => number): string {
  const draw = random();
  if (draw < 0.7) return oneOf(random, odd);
  if (draw < 0.72) return oneOf(random, odd).repeat(long).slice(0, long);
  return Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
    String.fromCodePoint(1 + Math.floor(random() * (random() < 0.8 ? 0x7e : 0xd7fe))),
  ).join("");
}

/** By the rules, and sometimes bytes that are no UTF-8. A request line can't have blanks and control characters as such. */
function encoded(text: string, random: () => number): string {
  if (random() < 0.05) return "%ff%fe%c0%80";
  return encodeURIComponent(text.toWellFormed());
}
