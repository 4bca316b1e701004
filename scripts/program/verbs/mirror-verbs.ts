/** Everyday verbs: single mirrors and entries. */
import {
  jsonOption,
  listOption,
  type OperandSyntax,
  type OptionSyntax,
  serviceOptions,
  type Verb,
  whyOption,
  yesOption,
} from "../syntax.ts";

const mirror: OperandSyntax = { name: "NAME", completes: "mirror" };
const someMirrors: OperandSyntax = { name: "NAME", isMany: true, completes: "mirror" };

const repositoryOption: OptionSyntax = {
  name: "repository",
  argument: "NAME",
  what: "only this repository",
  completes: "repository",
};

const countryOption: OptionSyntax = {
  name: "country",
  argument: "CODE",
  what: "only mirrors there, as DE",
};

const whereText =
  "With --list DIR the mirror's file in that folder is changed; otherwise the running service, where one is named; without one, the file of the usual list. The output says which it was.";

/** Of verbs that change either. */
const stateOptions: readonly OptionSyntax[] = [
  { ...whyOption, what: "why, in a sentence; needed" },
  {
    name: "by",
    argument: "WHO",
    what: "who does it; for files, as a service knows its token's account",
  },
  repositoryOption,
  { ...listOption, what: "change the files of this folder, not a service" },
  ...serviceOptions,
  jsonOption,
];

const untilOption: OptionSyntax = {
  name: "until",
  argument: "WHEN",
  what: "a date (2026-12-01), a moment in UTC (2026-12-01T06:00Z) or a duration from now (90m, 2h, 1d, 2w)",
};

const setState: Verb["run"] = async (call) =>
  (await import("../../operate/states.ts")).setState(call);

/** As `worker/formats/kinds.ts` has them, whose code is loaded for a probe alone; a test holds one against the other. */
const kinds: readonly string[] = "apt rpm pacman apk images files".split(" ");

export const mirrorVerbs: readonly Verb[] = [
  {
    name: "list",
    of: "Operators",
    what: "mirrors with their states",
    options: [
      repositoryOption,
      countryOption,
      {
        name: "state",
        argument: "STATE",
        what: "only mirrors in this state",
        completes: ["unknown", "up", "degraded", "down", "drained", "disabled"],
      },
      { name: "search", argument: "TEXT", what: "only names with this in them" },
      { ...listOption, what: "the mirrors of this folder's files, not of a service" },
      ...serviceOptions,
      jsonOption,
    ],
    examples: ["list --country DE --state down", "list --json --repository debian"],
    run: async (call) => (await import("../../operate/mirrors.ts")).listMirrors(call),
  },
  {
    name: "show",
    of: "Operators",
    what: "a mirror's entry and states",
    about: "NAME is a mirror's name, or an entry's place: repositories/debian.",
    operands: [mirror],
    options: [...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/mirrors.ts")).showEntry(call),
  },
  {
    name: "add",
    of: "Operators",
    what: "add a mirror or a repository by its file",
    about:
      "FILE is as in the mirror list, or - for the standard input. One that is there already isn't replaced.",
    operands: [{ name: "FILE", completes: "file" }],
    options: [whyOption, ...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/entries.ts")).addEntry(call),
  },
  {
    name: "edit",
    of: "Operators",
    what: "change fields of an entry",
    about:
      "Without --set and --unset the entry is opened in $VISUAL or $EDITOR. Where somebody changed it meanwhile, nothing is done. A field is capacity, sponsor.name or /repositories/debian/path; a value is as in YAML.",
    operands: [mirror],
    options: [
      { name: "set", argument: "FIELD=VALUE", what: "give a field a value", isMany: true },
      { name: "unset", argument: "FIELD", what: "remove a field", isMany: true },
      whyOption,
      ...serviceOptions,
      jsonOption,
    ],
    examples: ["edit mirror.example.org --set capacity=500 --unset note"],
    run: async (call) => (await import("../../operate/entries.ts")).editEntry(call),
  },
  {
    name: "remove",
    of: "Operators",
    what: "remove entries from the list",
    operands: [someMirrors],
    options: [whyOption, yesOption, ...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/entries.ts")).removeEntries(call),
  },
  {
    name: "drain",
    of: "Operators",
    what: "no new clients for mirrors; they are still probed",
    about: whereText,
    operands: [someMirrors],
    options: [untilOption, ...stateOptions],
    examples: ['drain mirror.example.org --until 2h --why "disk is replaced"'],
    run: setState,
  },
  {
    name: "disable",
    of: "Operators",
    what: "leave mirrors alone altogether: no clients, no probes",
    about: whereText,
    operands: [someMirrors],
    options: [untilOption, ...stateOptions],
    run: setState,
  },
  {
    name: "enable",
    of: "Operators",
    what: "bring mirrors back",
    about: `Ends a drain, or enables again what was disabled. ${whereText}`,
    operands: [someMirrors],
    options: stateOptions,
    run: setState,
  },
  {
    name: "weight",
    of: "Operators",
    what: "change a mirror's share of clients",
    about: "Among mirrors that are about as near, clients are shared by their capacity, in Mbit/s.",
    operands: [mirror, { name: "MBITS" }],
    options: [whyOption, ...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/states.ts")).setWeight(call),
  },
  {
    name: "probe",
    of: "Operators",
    what: "one full probe of a mirror by its URL, from here",
    about: "Needs no service.",
    // For completion alone; held against the usage by a test.
    options: [
      { ...repositoryOption, what: "" },
      { name: "kind", argument: "KIND", what: "", completes: kinds },
      { ...listOption, what: "" },
      ...["ipv4", "ipv6", "json"].map((name) => ({ name, what: "" })),
    ],
    own: async (args) => (await import("../../probe/probe.ts")).probe([...args]),
  },
  {
    name: "probe-now",
    of: "Operators",
    what: "have the service probe a mirror at once",
    operands: [mirror],
    options: [...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/mirrors.ts")).askProbe(call),
  },
  {
    name: "synced",
    of: "Operators",
    what: "say that a mirror has finished a sync",
    about:
      "For the mirror's own hook: it is probed at once, so that clients come as soon as it has what is new.",
    operands: [mirror],
    options: [...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/mirrors.ts")).askProbe(call),
  },
  {
    name: "refresh",
    of: "Operators",
    what: "have a repository's origin polled at once",
    about: "For push mirroring: clients get what is new as soon as it is verified.",
    operands: [{ name: "NAME", completes: "repository" }],
    options: [...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/mirrors.ts")).askRefresh(call),
  },
  {
    name: "explain",
    of: "Operators",
    what: "why a client is sent where",
    about:
      "Needs no token. ADDRESS is the client's, PATH a file's path in the service, or its URL.",
    operands: [{ name: "ADDRESS" }, { name: "PATH" }],
    options: [
      {
        name: "at",
        argument: "WHEN",
        what: "as it was then, within the last 7 days: a moment (2026-11-29T10:00Z) or a time ago (2h)",
      },
      ...serviceOptions,
      jsonOption,
    ],
    examples: ["explain 192.0.2.7 /debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb"],
    run: async (call) => (await import("../../operate/explain.ts")).explain(call),
  },
  {
    name: "watch",
    of: "Operators",
    what: "what happens, as it happens: changes of mirrors' states",
    about:
      "A line each, until it is interrupted. With --json an event of the API a line. Where the connection breaks off, it goes on behind what came last.",
    options: [
      {
        name: "type",
        argument: "TYPE",
        what: "events of this type or group (mirror.state): alarm.*, list.applied",
        isMany: true,
        completes: ["mirror.state", "alarm.*", "list.applied"],
      },
      {
        name: "mirror",
        argument: "NAME",
        what: "of this mirror",
        isMany: true,
        completes: "mirror",
      },
      repositoryOption,
      countryOption,
      { name: "states", what: "begin with the states as they are" },
      ...serviceOptions,
      { ...jsonOption, what: "a JSON object a line" },
    ],
    run: async (call) => (await import("../../operate/watch.ts")).watch(call),
  },
];
