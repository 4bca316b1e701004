/** Package URLs as questions (package-url specification, version 1.0: type, namespace, name, version, qualifiers). Pure. */
import { QuestionRefused } from "./question-refused.ts";

export interface Purl {
  type: string;
  namespace: string;
  name: string;
  /** Absent: any. */
  version?: string;
  /** By their names, lower case. */
  qualifiers: ReadonlyMap<string, string>;
}

const shape =
  "A package URL is pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS, as pkg:deb/debian/mc@3:4.8.29-2?arch=amd64.";

/** Throws `QuestionRefused` for what is none. */
export function readPurl(text: string): Purl {
  const read = parsePurl(text);
  if (read === undefined) throw new QuestionRefused(400, `purl=${text} can't be read. ${shape}`);
  return read;
}

/** `undefined`: it is none. */
export function parsePurl(text: string): Purl | undefined {
  const [beforeFragment = ""] = text.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  const main = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const colon = main.indexOf(":");
  if (main.slice(0, colon).toLowerCase() !== "pkg") return undefined;
  const path = main.slice(colon + 1).replace(/^\/+/, "");
  // The last @ that has no slash behind it: a version's own are escaped.
  const at = path.lastIndexOf("@");
  const hasVersion = at > path.lastIndexOf("/") + 1;
  const steps = (hasVersion ? path.slice(0, at) : path).split("/").filter((step) => step !== "");
  try {
    const [type, ...rest] = steps.map(decodeURIComponent);
    const name = rest.pop();
    if (type === undefined || name === undefined) return undefined;
    const version = hasVersion ? decodeURIComponent(path.slice(at + 1)) : "";
    return {
      type: type.toLowerCase(),
      namespace: rest.join("/").toLowerCase(),
      name,
      ...(version !== "" && { version }),
      qualifiers: readQualifiers(mark < 0 ? "" : beforeFragment.slice(mark + 1)),
    };
  } catch {
    return undefined;
  }
}

function readQualifiers(text: string): Map<string, string> {
  const pairs = text.split("&").flatMap((pair): [string, string][] => {
    const equals = pair.indexOf("=");
    if (equals < 1) return [];
    return [[pair.slice(0, equals).toLowerCase(), decodeURIComponent(pair.slice(equals + 1))]];
  });
  return new Map(pairs.filter(([, value]) => value !== ""));
}

/** Whether a package's own URL is one that the asked one means: what that leaves out may be anything. */
export function isOfPurl(own: string, asked: Purl): boolean {
  const read = parsePurl(own);
  if (read === undefined) return false;
  const { type, namespace, name, version, qualifiers } = asked;
  if (read.type !== type || read.name !== name) return false;
  if (namespace !== "" && read.namespace !== namespace) return false;
  if (version !== undefined && read.version !== version) return false;
  return [...qualifiers].every(([key, value]) => read.qualifiers.get(key) === value);
}
