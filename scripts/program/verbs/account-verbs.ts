/** Verbs of who may do what: signing in, accounts, tokens, the audit log. */
import {
  jsonOption,
  type OperandSyntax,
  type OptionSyntax,
  serviceOptions,
  type Verb,
  whyOption,
  yesOption,
} from "../syntax.ts";

const account: OperandSyntax = { name: "NAME", completes: "account" };

const accountOption: OptionSyntax = {
  name: "account",
  argument: "NAME",
  what: "of this account (one's own)",
  completes: "account",
};

const accountOptions: readonly OptionSyntax[] = [
  {
    name: "role",
    argument: "ROLE",
    what: "admin, operator, mirror-admin or reader",
    completes: ["admin", "operator", "mirror-admin", "reader"],
  },
  {
    name: "mirror",
    argument: "NAME",
    what: "of a mirror-admin: a mirror that it looks after",
    isMany: true,
    completes: "mirror",
  },
  { name: "contact", argument: "TEXT", what: "how to reach them" },
  whyOption,
];

const outOption: OptionSyntax = {
  name: "out",
  argument: "FILE",
  what: "write it to FILE, for you alone to read",
  completes: "file",
};

const passphraseOption: OptionSyntax = {
  name: "passphrase-file",
  argument: "FILE",
  what: "",
  completes: "file",
};

const accounts = async () => await import("../../operate/accounts.ts");
const backup = async () => await import("../../operate/backup.ts");
const audit = async () => await import("../../operate/audit.ts");

export const accountVerbs: readonly Verb[] = [
  {
    name: "login",
    of: "Operators",
    what: "sign in to a service, and store its URL and token",
    about:
      "Asks for the deployment's bootstrap secret, by which the first admin is made; or, with --with-token, for a token that an admin made. Where nobody types, it is read from the standard input. Both are stored in ~/.config/nearmirror/client.conf, for you alone to read.",
    options: [
      { name: "with-token", what: "with a token, not with the bootstrap secret" },
      {
        name: "name",
        argument: "NAME",
        what: "name of the first admin's account (your name here)",
      },
      ...serviceOptions.filter(({ name }) => name !== "token-file"),
      jsonOption,
    ],
    examples: ["login --url https://mirrors.example.org/"],
    run: async (call) => (await import("../../operate/sign-in.ts")).login(call),
  },
  {
    name: "whoami",
    of: "Operators",
    what: "whose token this is, and what it may do",
    options: [...serviceOptions, jsonOption],
    run: async (call) => (await import("../../operate/sign-in.ts")).whoAmI(call),
  },
  {
    name: "token",
    of: "Operators",
    what: "tokens of accounts",
    words: [
      {
        name: "list",
        what: "what is known of tokens",
        options: [accountOption, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).listTokens(call),
      },
      {
        name: "create",
        what: "make a token; its secret is shown once",
        about:
          "It may never do more than the token that asks. A scope narrows it: verbs=mirror.drain,list.*, mirrors=a.example, repositories=debian.",
        options: [
          { name: "description", argument: "TEXT", what: "what it is for; needed" },
          accountOption,
          { name: "scope", argument: "SCOPE", what: "what it is narrowed to", isMany: true },
          { name: "days", argument: "N", what: "how long it works (90)" },
          outOption,
          whyOption,
          ...serviceOptions,
          jsonOption,
        ],
        run: async (call) => (await accounts()).createToken(call),
      },
      {
        name: "revoke",
        what: "end a token for good",
        operands: [{ name: "ID" }],
        options: [
          { name: "with-made", what: "also the tokens that it made, as a leaked one may have" },
          yesOption,
          ...serviceOptions,
          jsonOption,
        ],
        run: async (call) => (await accounts()).revokeToken(call),
      },
    ],
  },
  {
    name: "account",
    of: "Operators",
    what: "accounts of people and programs",
    words: [
      {
        name: "list",
        what: "all accounts",
        options: [...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).listAccounts(call),
      },
      {
        name: "add",
        what: "add an account; it has no token yet",
        operands: [{ name: "NAME" }],
        options: [...accountOptions, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).writeAccount(call),
      },
      {
        name: "edit",
        what: "change an account's role, mirrors or contact",
        operands: [account],
        options: [...accountOptions, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).writeAccount(call),
      },
      {
        name: "disable",
        what: "have none of an account's tokens work",
        operands: [account],
        options: [whyOption, yesOption, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).switchAccount(call),
      },
      {
        name: "enable",
        what: "have an account's tokens work again",
        operands: [account],
        options: [whyOption, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).switchAccount(call),
      },
      {
        name: "erase",
        what: "erase an account, its tokens and all addresses kept of it",
        about: "What it did stays in the audit log by its name.",
        operands: [account],
        options: [yesOption, ...serviceOptions, jsonOption],
        run: async (call) => (await accounts()).eraseAccount(call),
      },
    ],
  },
  {
    name: "operators",
    of: "Operators",
    what: "back up and restore everything that operators made, over the API",
    about:
      "The list with its versions, accounts, tokens (their hashes), webhooks, and the audit log. For a service whose stores aren't a folder of yours, and for another account; backup and restore copy the folder.",
    words: [
      {
        name: "backup",
        what: "write it to FILE, for you alone to read",
        operands: [{ name: "FILE", completes: "file" }],
        options: [
          { ...passphraseOption, what: "seal webhooks' secrets by the passphrase in FILE" },
          ...serviceOptions,
          jsonOption,
        ],
        run: async (call) => (await backup()).backUp(call),
      },
      {
        name: "restore",
        what: "put FILE in place: all of it or nothing",
        about:
          "The tokens of the backup work afterwards, and those of now don't. Refused where somebody has operated the service already.",
        operands: [{ name: "FILE", completes: "file" }],
        options: [
          { ...passphraseOption, what: "the passphrase of the backup is in FILE" },
          { name: "drop-secrets", what: "without the sealed secrets: those webhooks are off" },
          {
            name: "replace",
            what: "also where somebody has operated: all of that goes, after a question",
          },
          yesOption,
          ...serviceOptions,
          jsonOption,
        ],
        run: async (call) => (await backup()).restore(call),
      },
    ],
  },
  {
    name: "audit",
    of: "Operators",
    what: "who did what, when and why",
    words: [
      {
        name: "list",
        what: "entries of the audit log, newest first",
        options: [
          { ...accountOption, what: "what this account did" },
          {
            name: "verb",
            argument: "VERB",
            what: "a verb, or a group: mirror.*",
            completes: "verb",
          },
          {
            name: "resource",
            argument: "WHAT",
            what: "what it was done to, and what is below: mirror/a.example",
          },
          { name: "from", argument: "WHEN", what: "from this moment on" },
          { name: "until", argument: "WHEN", what: "before this moment" },
          { name: "limit", argument: "N", what: "how many (50)" },
          ...serviceOptions,
          jsonOption,
        ],
        run: async (call) => (await audit()).listAudit(call),
      },
      {
        name: "verify",
        what: "check that no entry was changed or taken out",
        about:
          "With --id and --hash, which somebody noted once, also that the log wasn't written anew.",
        options: [
          { name: "id", argument: "ID", what: "an entry whose hash was noted" },
          { name: "hash", argument: "HASH", what: "its hash" },
          ...serviceOptions,
          jsonOption,
        ],
        exit: "Exit status: 0 intact; 1 broken; 2 misused; 3 the token doesn't do or may not; 5 no answer.",
        run: async (call) => (await audit()).verifyAudit(call),
      },
      {
        name: "export",
        what: "the audit log as JSON lines, oldest first",
        options: [
          { name: "after", argument: "ID", what: "entries behind this one" },
          outOption,
          ...serviceOptions,
        ],
        run: async (call) => (await audit()).exportAudit(call),
      },
    ],
  },
];
