/** Reads what callgrind wrote (valgrind's manual, "Callgrind Format Specification"): whose instructions they are. Pure. */

/** What instructions are of, by the function's name. */
export const groups = [
  "compiled JavaScript",
  "V8's builtins",
  "V8, collecting",
  "V8, the rest",
  "allocator",
  "workerd",
  "kj",
  "HTTP (hyper, tokio)",
  "the rest",
] as const;
export type Group = (typeof groups)[number];

/** The first that fits. */
const patterns: readonly (readonly [RegExp, Group])[] = [
  // Code that V8 made has no name, but an address.
  [/^0x/, "compiled JavaScript"],
  [/^Builtins_/, "V8's builtins"],
  [/tcmalloc|operator (?:new|delete)|malloc|^free$/i, "allocator"],
  [
    /Scaveng|Sweep|Mark|GlobalHandles|TracedHandles|cppgc|heap::|internal::Heap|EntityTable|HeapTracer/,
    "V8, collecting",
  ],
  [/v8::/, "V8, the rest"],
  [/hyper|tokio/, "HTTP (hyper, tokio)"],
  [/workerd/, "workerd"],
  [/kj::/, "kj"],
];

function groupOf(name: string): Group {
  return patterns.find(([pattern]) => pattern.test(name))?.[1] ?? "the rest";
}

/** Instructions by group: each function's own, without those of what it calls. @param text of one dump */
export function instructionsBy(text: string): Record<Group, number> {
  const counted: Record<Group, number> = {
    "compiled JavaScript": 0,
    "V8's builtins": 0,
    "V8, collecting": 0,
    "V8, the rest": 0,
    allocator: 0,
    workerd: 0,
    kj: 0,
    "HTTP (hyper, tokio)": 0,
    "the rest": 0,
  };
  const names = new Map<string, string>();
  let group: Group = "the rest";
  let isCall = false;
  for (const line of text.split("\n")) {
    const named = /^(c?)fn=\((\d+)\)(?: (.*))?$/.exec(line);
    if (named !== null) {
      const [, called, id = "", name] = named;
      // A name is told once, and is its number from then on.
      if (name !== undefined) names.set(id, name);
      if (called === "") group = groupOf(names.get(id) ?? "");
    } else if (line.startsWith("calls=")) isCall = true;
    else if (/^[+*\d-]/.test(line)) {
      // The line behind a call has what the called function took.
      if (!isCall) counted[group] += Number(line.split(" ")[1] ?? 0);
      isCall = false;
    }
  }
  return counted;
}
