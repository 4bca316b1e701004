/** What principals can ask of the service, and which role may: the one table. `docs/operating/accounts.md` shows it. */

/** From most to least. A mirror-admin looks after its own mirrors alone. */
export const roles = ["admin", "operator", "mirror-admin", "reader"] as const;
export type Role = (typeof roles)[number];

/** What a verb is done to. `self`: the principal that asks. */
export type VerbObject = "service" | "mirror" | "repository" | "self";

interface VerbRow {
  does: string;
  on: VerbObject;
  /** Who may besides admins. A mirror-admin's verbs on mirrors are for its own mirrors alone. */
  roles: readonly Exclude<Role, "admin">[];
  /** It is kept in the audit log. */
  audited: boolean;
  /** Every token that works may, whatever its scopes: nothing else can be reached by it. */
  always?: true;
}

const keepers = ["operator"] as const;
const keepersAndSites = ["operator", "mirror-admin"] as const;
const everybody = ["operator", "mirror-admin", "reader"] as const;

/**
 * Whatever the public may read needs no token and has no verb.
 *
 * `list.plan` changes nothing. `mirror.synced` is in no audit: 1,500 mirrors that sync every hour would fill the log
 * within two weeks; the mirror's own history has it.
 */
export const verbs = {
  "list.read": row("read the whole list, with contacts", "service", ["operator", "reader"]),
  "list.plan": row("see what files would change in the list", "service", keepers),
  "list.apply": audited("change the list as planned", "service", keepers),
  "mirror.read": row("read a mirror's entry, with contact and evidence", "mirror", everybody),
  "mirror.add": audited("add a mirror", "mirror", keepers),
  "mirror.edit": audited("change any field of a mirror", "mirror", keepers),
  "mirror.urls": audited("change a mirror's URLs", "mirror", keepersAndSites),
  "mirror.contact": audited("change a mirror's contact", "mirror", keepersAndSites),
  "mirror.remove": audited("remove a mirror", "mirror", keepers),
  "mirror.drain": audited("send a mirror no new clients", "mirror", keepersAndSites),
  "mirror.enable": audited("end a drain, or enable a mirror again", "mirror", keepersAndSites),
  "mirror.disable": audited("disable a mirror", "mirror", keepers),
  "mirror.weight": audited("change a mirror's weight", "mirror", keepers),
  "mirror.probe": audited("have a mirror probed now", "mirror", keepers),
  "mirror.synced": row("say that a sync has finished: a probe follows", "mirror", keepersAndSites),
  "repository.read": row("read a repository's entry and alarms", "repository", everybody),
  "repository.add": audited("add a repository", "repository", keepers),
  "repository.edit": audited("change a repository's entry", "repository", keepers),
  "repository.remove": audited("remove a repository", "repository", keepers),
  "repository.refresh": audited("have the origin polled now", "repository", keepers),
  explain: row("ask why a client is sent where", "service", everybody),
  watch: row("follow changes of state as they come", "service", everybody),
  "statistics.read": row("read the statistics", "service", everybody),
  "alarms.read": row("read the alarms", "service", everybody),
  "audit.read": row("read the audit log", "service", keepers),
  "audit.export": audited("export the audit log", "service", keepers),
  "audit.verify": row("verify the audit log's chain", "service", keepers),
  "webhook.read": row("read the webhooks", "service", keepers),
  "webhook.add": audited("add a webhook", "service", keepers),
  "webhook.edit": audited("change a webhook", "service", keepers),
  "webhook.remove": audited("remove a webhook", "service", keepers),
  "webhook.test": audited("have a webhook called now", "service", keepers),
  "account.read": row("read all accounts", "service", []),
  "account.read-own": { ...row("read one's own account", "self", everybody), always: true },
  "account.add": audited("add an account", "service", []),
  "account.edit": audited("change an account's role, mirrors or contact", "service", []),
  "account.disable": audited("disable an account", "service", []),
  "account.enable": audited("enable an account again", "service", []),
  "account.erase": audited("erase an account, with all addresses kept of it", "service", []),
  "token.read": row("read what is known of all tokens", "service", []),
  "token.create": audited("create a token of any account", "service", []),
  "token.revoke": audited("revoke any token", "service", []),
  "token.read-own": row("read what is known of one's own tokens", "self", everybody),
  "token.create-own": audited("create a token of one's own", "self", everybody),
  "token.revoke-own": audited("revoke a token of one's own", "self", everybody),
  "token.revoke-this": {
    ...audited("revoke the very token that asks", "self", everybody),
    always: true,
  },
  "backup.export": audited("export everything that the service keeps", "service", []),
  "backup.import": audited("replace everything by a backup", "service", []),
} as const satisfies Record<string, VerbRow>;

export type Verb = keyof typeof verbs;

function row(does: string, on: VerbObject, others: VerbRow["roles"]): VerbRow {
  return { does, on, roles: others, audited: false };
}

function audited(does: string, on: VerbObject, others: VerbRow["roles"]): VerbRow {
  return { does, on, roles: others, audited: true };
}

/** All verbs, in the table's order. */
export const allVerbs: readonly Verb[] = Object.keys(verbs).filter(isVerb);

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(verbs, text);
}

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

/** The row of a verb. */
export function verbRow(verb: Verb): VerbRow {
  return verbs[verb];
}
