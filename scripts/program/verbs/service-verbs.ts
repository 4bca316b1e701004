/** Verbs of the service on this machine, of its state and of the program itself. */
import { jsonOption, type OptionSyntax, type Verb } from "../syntax.ts";

const configOption: OptionSyntax = {
  name: "config",
  argument: "FILE",
  what: "file of settings, as of serve",
  completes: "file",
};

const storeOption: OptionSyntax = {
  name: "store",
  argument: "DIR",
  what: "state folder (as the settings say)",
  completes: "folder",
};

/** `serve` and `health` tell their usage themselves: one has all settings, the other answers as plugins of Nagios do. */
export const serviceVerbs: readonly Verb[] = [
  {
    name: "serve",
    of: "Service",
    what: "serve the mirror list",
    // For completion alone; held against the usage by a test.
    options: [
      ...["port", "host", "public-url", "place", "trust-proxy", "cache-size", "disk-margin"].map(
        valued,
      ),
      { ...valued("list"), completes: "folder" },
      { ...valued("store"), completes: "folder" },
      { ...valued("databases"), completes: "folder" },
      { ...valued("config"), completes: "file" },
      { ...valued("probing"), completes: ["asked", "all", "off"] },
      { ...valued("log-level"), completes: ["error", "warn", "info", "debug"] },
      { ...valued("log-format"), completes: ["text", "json"] },
      valued("set"),
      ...["private-network", "probe", "check", "json"].map((name) => ({ name, what: "" })),
    ],
    own: async (args) => (await import("../../serve/serve.ts")).serve([...args]),
  },
  {
    name: "health",
    of: "Service",
    what: "how the service is, in one line for monitoring",
    options: [valued("url"), valued("seconds"), configOption, jsonOption],
    own: async (args) => (await import("../../health/command.ts")).healthCommand([...args]),
  },
  {
    name: "doctor",
    of: "Service",
    what: "what is wrong with this deployment, and what to do",
    about:
      "Looks at settings, address, state folder, disk, mirror list, IP databases, PUBLIC_URL, limits, clock and the running service. Changes nothing. Run it as the service's user, or as root.",
    options: [
      { name: "network", what: "ask each repository's origin as well" },
      configOption,
      jsonOption,
    ],
    exit: "Exit status: 0 nothing is wrong (there may be warnings); 1 something is; 2 misused.",
    run: async (call) => (await import("../../doctor/command.ts")).doctorCommand(call),
  },
  {
    name: "backup",
    of: "State",
    what: "copy the state, also while the service runs",
    about:
      "TARGET is a folder, or an archive: .tar, .tar.gz, .tar.zst, .tar.xz (by the machine's tar). It mustn't be there yet. The cache isn't copied: it fills itself.",
    operands: [{ name: "TARGET", completes: "file" }],
    options: [
      storeOption,
      { name: "with-list", what: "the mirror list as well" },
      { name: "with-settings", what: "the file of settings as well; it may hold secrets" },
      configOption,
      jsonOption,
    ],
    exit: "Exit status: 0 copied; 1 not; 2 misused.",
    run: async (call) => (await import("../../backup/command.ts")).backupCommand(call),
  },
  {
    name: "restore",
    of: "State",
    what: "put a backup's state in its place",
    about:
      "In the place of what the state folder has. The service must not run. What was there is kept in the folder, as before-restore-TIME. A mirror list and settings in the backup are plain files: copy them by hand.",
    operands: [{ name: "BACKUP", completes: "file" }],
    options: [storeOption, configOption, jsonOption],
    exit: "Exit status: 0 restored; 1 not, and nothing was changed; 2 misused.",
    run: async (call) => (await import("../../backup/command.ts")).restoreCommand(call),
  },
  {
    name: "completion",
    of: "Program",
    what: "a script by which a shell completes this program's words",
    about:
      "Verbs, options, names of mirrors and of repositories. The script asks the program itself, so that it needn't be renewed. bash: source <(nearmirror completion bash). zsh: the same with zsh, behind compinit. fish: nearmirror completion fish | source.",
    operands: [{ name: "SHELL", completes: ["bash", "zsh", "fish"] }],
    run: async (call) => (await import("../../completion/command.ts")).completionCommand(call),
  },
  {
    name: "version",
    of: "Program",
    what: "the version of the program and of its parts",
    options: [jsonOption],
    run: async (call) =>
      (await import("../version.ts")).tellVersion(call.has("json"), call.terminal.out),
  },
];

function valued(name: string): OptionSyntax {
  return { name, argument: "VALUE", what: "" };
}

/** What the program asks of itself. */
export const innerVerbs: readonly Verb[] = [
  {
    name: "prepare",
    of: "Service",
    what: "prepare what is served, as another process of the program tells",
    own: async () => (await import("../../serve/prepare-as-told.ts")).prepareAsTold(),
  },
  {
    name: "read-ahead",
    of: "Program",
    what: "read the list's files once, so that what they said is kept",
    own: async () => (await import("../../operate/read-ahead.ts")).readAhead(),
  },
  {
    name: "complete",
    of: "Program",
    what: "words that may stand at the end of a command line",
    own: async (args) => (await import("../../completion/command.ts")).completeCommand(args),
  },
];
