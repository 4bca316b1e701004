/** Verbs of the mirror list as a whole: its files, and the running service's list beside them. */
import {
  jsonOption,
  listOption,
  serviceOptions,
  type Verb,
  whyOption,
  yesOption,
} from "../syntax.ts";

const byFiles: Verb["run"] = async ({ name, args, terminal }) =>
  (await import("../../mirrors/command.ts")).runCommand([name, ...args], terminal);

/** As `import/lists.ts` has them, whose code is loaded for an import alone; a test holds one against the other. */
const listForms: readonly string[] =
  "debian ubuntu almalinux arch alpine opensuse kali metalink mirrorz tunasync mirmon mirrorbits mirrormanager mirrorlist void gentoo termux manjaro".split(
    " ",
  );

/** Those that `export/forms.ts` writes; held against it in the same way. */
const exportForms: readonly string[] = [
  ...listForms.filter(
    (form) => !["almalinux", "metalink", "tunasync", "mirrorbits"].includes(form),
  ),
  "mirrorz-d",
];

export const listVerbs: readonly Verb[] = [
  {
    name: "check",
    of: "Mirror list",
    what: "check every file of the list",
    about: "Without a service: by the schemas, and by what only several files together can show.",
    options: [listOption, jsonOption],
    run: byFiles,
  },
  {
    name: "import",
    of: "Mirror list",
    what: "add the mirrors of an upstream list to the files",
    about: `FORM says the list's form: ${listForms.join(", ")}. What is written is checked first, and written whole or not at all. Forms that don't tell their repository need --repository.`,
    operands: [
      { name: "FORM", completes: listForms },
      { name: "FILE", isMany: true, completes: "file" },
    ],
    options: [
      listOption,
      {
        name: "repository",
        argument: "NAME",
        what: "the repository of ours that the list is of, where that isn't the usual one",
        completes: "repository",
      },
      {
        name: "dated",
        argument: "DATE",
        what: "when the list was made (2021, 2021-06, 2021-06-30), if it doesn't say so itself",
      },
      {
        name: "names",
        argument: "FILE",
        what: "of mirrorz and tunasync: mirrorz' cname.json, for sites that call repositories by other names",
        completes: "file",
      },
      { name: "site", argument: "URL", what: "of tunasync: the site that the file is of" },
      jsonOption,
    ],
    run: byFiles,
  },
  {
    name: "build",
    of: "Mirror list",
    what: "compile the files to the views that the edge decides from",
    options: [
      listOption,
      { name: "out", argument: "FILE", what: "where the views go", completes: "file" },
    ],
    run: byFiles,
  },
  {
    name: "images",
    of: "Mirror list",
    what: "how names of images are read, for those who write rules",
    words: [
      {
        name: "classify",
        what: "how the rules of the image catalogue read each name",
        about:
          "Distribution, version, architecture, type, edition, format, and the permanent link that leads to it. Without names these are read from the standard input: one a line, or a list of sums (SHA256SUMS, CHECKSUM, md5sum.txt) whose names are taken. Nothing is asked of anybody.",
        operands: [{ name: "NAME", isMany: true, isOptional: true, completes: "file" }],
        options: [
          {
            name: "rules",
            argument: "FILE",
            what: "a genisolist.ini, asked where Nearmirror's own rules don't know a name",
            completes: "file",
          },
          {
            name: "repository",
            argument: "NAME",
            what: "repository that the names are of (any): locations in FILE begin with it",
            completes: "repository",
          },
          {
            name: "folder",
            argument: "PATH",
            what: "folder of the list of sums, inside the repository (its root)",
          },
          jsonOption,
        ],
        exit: "Exit status: 0 done; 1 the rules or the input can't be read; 2 misused.",
        run: async (call) => (await import("../../images/command.ts")).classifyCommand(call),
      },
    ],
  },
  {
    name: "plan",
    of: "Mirror list",
    what: "what the files would change in the running service",
    about:
      "Added, removed, and changed field by field, with what the service warns of. Also warned of: coordinates far from the country, a mirror that goes while many clients are sent to it.",
    options: [
      listOption,
      {
        name: "check-urls",
        what: "ask new URLs from here whether they answer, and the IP database where they are",
      },
      {
        name: "detailed-exitcode",
        what: "end with 2 where there is something to change, as terraform's plan does",
      },
      ...serviceOptions,
      jsonOption,
    ],
    exit: `Exit status: 0 compared; 1 not done; 2 misused; 3 the token doesn't do or may not; 5 no answer.
With --detailed-exitcode: 0 nothing to change; 1 whatever is wrong; 2 something to change.`,
    examples: ["plan --list mirror-list", "plan --detailed-exitcode --json"],
    run: async (call) => (await import("../../operate/plan.ts")).plan(call),
  },
  {
    name: "apply",
    of: "Mirror list",
    what: "make the running service's list that of the files",
    about:
      "Shows the plan, asks, and changes all of it or nothing. Where somebody changed the list since the plan, nothing is done: it is told what they did, and planned again. Without a service, in a checkout, the list is published to the deployment on Cloudflare, by wrangler.",
    options: [listOption, whyOption, yesOption, ...serviceOptions, jsonOption],
    examples: ['apply --list mirror-list --why "two mirrors of Example University"'],
    run: async (call) => (await import("../../operate/apply-anywhere.ts")).applyAnywhere(call),
  },
  {
    name: "export",
    of: "Mirror list",
    what: "write the running service's list as files, or in another form",
    about: `PATH is the folder of the list's files. Files that say the same stay byte for byte; in others only what differs is edited, and comments stay. Files of mirrors that the service doesn't list are deleted, after asking.

With --format the list is written as other programs have it: to the file PATH, or the standard output without it; of mirrorz, mirrorz-d and termux to the folder PATH, a file each. FORM is one of ${exportForms.join(", ")}. What the form can't say, and mirrors that it has no place for, are told on the standard error.`,
    operands: [{ name: "PATH", isOptional: true, completes: "file" }],
    options: [
      {
        name: "format",
        argument: "FORM",
        what: "the form to write in, in place of the list's files",
        completes: exportForms,
      },
      {
        name: "repository",
        argument: "NAME",
        what: "with --format: the repository that the list is of",
        completes: "repository",
      },
      {
        name: "list",
        argument: "DIR",
        what: "with --format: the list in this folder, not the running service's",
        completes: "folder",
      },
      yesOption,
      ...serviceOptions,
      jsonOption,
    ],
    examples: ["export list/", "export --format mirrorlist --repository archlinux mirrorlist"],
    run: async (call) => (await import("../../operate/export.ts")).exportList(call),
  },
  {
    name: "versions",
    of: "Mirror list",
    what: "what the running service's list was, newest first",
    about: "With VERSION: what that one changed, field by field.",
    operands: [{ name: "VERSION", isOptional: true }],
    options: [
      { name: "limit", argument: "N", what: "how many (20)" },
      ...serviceOptions,
      jsonOption,
    ],
    run: async (call) => (await import("../../operate/versions.ts")).listVersions(call),
  },
  {
    name: "rollback",
    of: "Mirror list",
    what: "go back to a version of the running service's list",
    about: "As a new version, so that nothing is lost.",
    operands: [{ name: "VERSION" }],
    options: [whyOption, yesOption, ...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/versions.ts")).rollBack(call),
  },
];
