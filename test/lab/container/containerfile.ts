/** Reads a Containerfile (Containerfile(5)): the instructions that ours has, and no others. Pure. */

export interface Instruction {
  name: string;
  /** What stands behind the name, lines that are continued joined. */
  text: string;
  /** From 1. */
  line: number;
}

const known = [
  "FROM",
  "RUN",
  "COPY",
  "ENV",
  "USER",
  "WORKDIR",
  "VOLUME",
  "EXPOSE",
  "STOPSIGNAL",
  "HEALTHCHECK",
  "ENTRYPOINT",
  "CMD",
];

/** @throws Error with the line where an instruction isn't known */
export function readContainerfile(text: string): Instruction[] {
  const found: Instruction[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    let whole = lines[at] ?? "";
    if (/^\s*(?:#|$)/.test(whole)) continue;
    while (whole.endsWith("\\")) whole = `${whole.slice(0, -1)}${lines[++at] ?? ""}`;
    const [, name = "", rest = ""] = /^\s*(\w+)\s+(.*)$/s.exec(whole) ?? [];
    if (!known.includes(name)) throw new Error(`line ${line}: ${name} is not done by this runner`);
    found.push({ name, text: rest.trim().replace(/\s{2,}/g, " "), line });
  }
  return found;
}

/** An instruction's words: a list of JSON, or a text that a shell takes. */
export function wordsOf(text: string): string[] {
  if (!text.startsWith("[")) return ["/bin/sh", "-c", text];
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words)) throw new Error(`${text} is no list`);
  return words.map(String);
}

/** `A=b C=d`, without quotes: ours has none. */
export function variablesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(" ").map((one) => {
      const at = one.indexOf("=");
      if (at < 1 || /["'\\]/.test(one)) throw new Error(`ENV ${one} is not read by this runner`);
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}
