/** Reads the walks of `docs/architecture.md`: Mermaid flowcharts whose boxes are files of the Worker. */

/** One arrow, from file to file; paths relative to `worker/`. */
export interface Step {
  from: string;
  to: string;
  /** `calls`: the first file imports the second. `hands over`: what is sent or stored, and read elsewhere. */
  by: "calls" | "hands over";
}

/** One diagram. */
export interface Walk {
  /** Text of the heading above it. */
  title: string;
  /** Files in the order in which the diagram first names them. */
  boxes: string[];
  /** In the diagram's order. */
  steps: Step[];
}

const diagram = /^#+ (The way of [^\n]+)\n[\s\S]*?^```mermaid\nflowchart TD\n([\s\S]*?)^```$/gm;
/** `a["folder/file.ts<br>what it does"]` */
const box = /(\w+)\["([\w./-]+\.ts)<br>[^"]*"\]/g;
/** `a --> b` is a call, `a -. "by what" .-> b` hands over. Boxes are declared where they are first named. */
const arrow = /^ {2}(\w+) (-->|-\. "[^"]+" \.->) (\w+)$/;

/**
 * The walks of a document.
 *
 * @throws Error naming a line that is neither a box nor an arrow
 */
export function readWalks(markdown: string): Walk[] {
  return [...markdown.matchAll(diagram)].map(([, title = "", body = ""]) => {
    const files = new Map<string, string>();
    const steps: Step[] = [];
    for (const line of body.split("\n").filter((one) => one !== "")) {
      for (const [, name = "", file = ""] of line.matchAll(box)) files.set(name, file);
      const [, from = "", kind, to = ""] = arrow.exec(line.replace(box, "$1")) ?? [];
      const [source, target] = [files.get(from), files.get(to)];
      if (source === undefined || target === undefined) {
        throw new Error(`"${title}": no arrow between two boxes: ${line}`);
      }
      steps.push({ from: source, to: target, by: kind === "-->" ? "calls" : "hands over" });
    }
    return { title, boxes: [...new Set(files.values())], steps };
  });
}

/** What is known of the code that a walk is held against. */
export interface Code {
  /** Imports by importing file; paths relative to `worker/`. */
  imports: ReadonlyMap<string, readonly string[]>;
  /** Folders, first what knows nothing. */
  order: readonly string[];
}

/**
 * Where a walk goes back, or isn't what the code does; empty where it is right. A walk goes on when each arrow leads
 * from a box that was reached to one that wasn't, and each call is an import that leads to the same folder or to one
 * that stands before it in the order.
 */
export function faultsOfWalk({ boxes, steps }: Walk, { imports, order }: Code): string[] {
  const faults = boxes.filter((file) => !imports.has(file)).map((file) => `${file}: no such file`);
  const reached = new Set(steps.slice(0, 1).map(({ from }) => from));
  const at = (file: string) => order.indexOf(file.split("/", 1)[0] ?? file);
  for (const { from, to, by } of steps) {
    if (!reached.has(from)) faults.push(`${from}: left before it is reached`);
    if (reached.has(to)) faults.push(`${from} to ${to}: goes back`);
    reached.add(to);
    if (by === "hands over") continue;
    if (!imports.get(from)?.includes(to)) faults.push(`${from} to ${to}: no such import`);
    if (at(to) > at(from)) faults.push(`${from} to ${to}: against the order of folders`);
  }
  return faults;
}
