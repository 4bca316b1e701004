/** The verbs of the program `nearmirror`: what each is for, and what runs it. A verb's code is loaded when it is asked for. */
import { nearestWord } from "../../worker/list/nearest-word.ts";

export interface Verb {
  name: string;
  /** Heading that it stands under in the usage. */
  of: "Service" | "Mirror list" | "State" | "Program";
  /** A few words. */
  what: string;
  /** @param args behind the verb @returns the exit status */
  run(args: string[]): Promise<number>;
}

/** A command of the mirror list. */
function ofList(name: string, what: string): Verb {
  return {
    name,
    of: "Mirror list",
    what,
    run: async (args) => (await import("../mirrors/list-verbs.ts")).runListVerb([name, ...args]),
  };
}

export const verbs: readonly Verb[] = [
  {
    name: "serve",
    of: "Service",
    what: "serve the mirror list",
    run: async (args) => (await import("../serve/serve.ts")).serve(args),
  },
  {
    name: "health",
    of: "Service",
    what: "how the service is, in one line for monitoring",
    run: async (args) => (await import("../health/command.ts")).healthCommand(args),
  },
  {
    name: "doctor",
    of: "Service",
    what: "what is wrong with this deployment, and what to do",
    run: async (args) => (await import("../doctor/command.ts")).doctorCommand(args),
  },
  ofList("check", "check every file of the list"),
  ofList("import", "add the mirrors of an upstream list"),
  ofList("build", "compile the list to the views that the edge decides from"),
  ofList("apply", "publish the list to a deployment on Cloudflare"),
  ofList("drain", "no new clients for a mirror; still probed"),
  ofList("disable", "leave a mirror alone altogether"),
  ofList("enable", "bring a mirror back"),
  {
    name: "images",
    of: "Mirror list",
    what: "how names of images are read, for who writes rules",
    run: async (args) => (await import("../images/command.ts")).imagesCommand(args),
  },
  {
    name: "probe",
    of: "Mirror list",
    what: "one full probe of a mirror, by its URL",
    run: async (args) => (await import("../probe/probe.ts")).probe(args),
  },
  {
    name: "backup",
    of: "State",
    what: "copy the state, also while the service runs",
    run: async (args) => (await import("../backup/command.ts")).backupCommand(args),
  },
  {
    name: "restore",
    of: "State",
    what: "put a backup's state in its place",
    run: async (args) => (await import("../backup/command.ts")).restoreCommand(args),
  },
  {
    name: "version",
    of: "Program",
    what: "the version of the program and of its parts",
    run: async (args) => (await import("./version.ts")).tellVersion(args),
  },
];

/** What the program asks of itself. */
const inner: readonly Verb[] = [
  {
    name: "prepare",
    of: "Service",
    what: "prepare what is served, as another process of the program tells",
    run: async () => (await import("../serve/prepare.ts")).prepareAsTold(),
  },
];

/** The verb of that name, or a sentence that says which may have been meant. */
export function verbNamed(name: string): Verb | string {
  const found = [...verbs, ...inner].find((verb) => verb.name === name);
  if (found !== undefined) return found;
  const names = [...verbs.map((verb) => verb.name), "help"];
  const nearest = nearestWord(name, names);
  return nearest === undefined
    ? `There is no verb ${name}.`
    : `There is no verb ${name}. Did you mean ${nearest}?`;
}

/** @param command how the program is called */
export function programUsage(command: string): string {
  const headings = [...new Set(verbs.map((verb) => verb.of))];
  const wide = Math.max(...verbs.map((verb) => verb.name.length));
  const lists = headings.map((heading) => {
    const lines = verbs
      .filter((verb) => verb.of === heading)
      .map(({ name, what }) => `  ${name.padEnd(wide)}  ${what}\n`);
    return `${heading}\n${lines.join("")}`;
  });
  return `Usage: ${command} VERB [options]

${lists.join("\n")}
${command} VERB --help tells more of each.

Exit status: 0 done; 1 not done, or something is wrong; 2 misused. health ends as plugins of Nagios do.
`;
}
