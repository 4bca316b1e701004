/** May this principal, with this token, do that? Pure: the verbs' table, the principal's role, the token's scopes. */
import { hasVerb, type Scope, scopeText } from "./scopes.ts";
import { type Role, type Verb, verbRow } from "./verbs.ts";

/** What of a principal decides. */
export interface Entitled {
  name: string;
  role: Role;
  /** Mirrors that a mirror-admin looks after; other roles have none of their own. */
  mirrors: readonly string[];
}

/** What of a token decides. */
export interface Scoped {
  scopes: readonly Scope[];
}

/** What a verb is done to, by names. */
export interface Resource {
  mirror?: string;
  /** With `mirror`: this repository on that mirror alone. */
  repository?: string;
  host?: string;
  /** Whose account or token it is. */
  principal?: string;
  /** Role of the principal that drained or disabled the mirror, while that holds. */
  heldBy?: Role;
}

export type Permission =
  | { allowed: true }
  | {
      allowed: false;
      /** A sentence: which role or scope is missing. */
      why: string;
    };

const allowed: Permission = { allowed: true };

/**
 * Rights are the role's, less what the token's scopes don't have. Whether the token works at all (expired, revoked,
 * its principal disabled) was seen before.
 */
export function may(
  principal: Entitled,
  token: Scoped,
  verb: Verb,
  resource: Resource = {},
): Permission {
  const why =
    byRole(principal, verb) ??
    byResource(principal, verb, resource) ??
    (verbRow(verb).always ? undefined : byScopes(token, verb, resource));
  return why === undefined ? allowed : { allowed: false, why };
}

/** Why the role doesn't have the verb. */
function byRole({ name, role }: Entitled, verb: Verb): string | undefined {
  const { roles } = verbRow(verb);
  if (role === "admin" || roles.some((one) => one === role)) return undefined;
  const needed = [...roles, "admin"];
  return `${verb} needs the role ${needed.join(" or ")}; ${name} has the role ${role}.`;
}

/** Why the role has the verb, but not for this. */
function byResource(principal: Entitled, verb: Verb, resource: Resource): string | undefined {
  const { on } = verbRow(verb);
  const { name, role, mirrors } = principal;
  if (on === "self") {
    if (resource.principal === name) return undefined;
    return `${verb} is for one's own account; this one is of ${resource.principal ?? "nobody"}, not of ${name}.`;
  }
  if (on === "repository" && resource.repository === undefined) {
    return `${verb} is of one repository, and none is named.`;
  }
  if (on !== "mirror") return undefined;
  if (resource.mirror === undefined) return `${verb} is of one mirror, and none is named.`;
  if (role !== "mirror-admin") return undefined;
  if (!mirrors.includes(resource.mirror)) {
    const own = mirrors.length === 0 ? "no mirror" : mirrors.join(", ");
    return `${name} is mirror-admin of ${own}, not of ${resource.mirror}: ${verb} there needs the role operator or admin.`;
  }
  // A site can't end, or replace by something milder, what an operator had to do.
  const sets = verb === "mirror.drain" || verb === "mirror.enable";
  if (sets && (resource.heldBy === "operator" || resource.heldBy === "admin")) {
    return `An operator drained or disabled ${resource.mirror}: ${verb} needs the role operator or admin until that ends.`;
  }
  return undefined;
}

/** Which scope keeps the token from it. */
function byScopes({ scopes }: Scoped, verb: Verb, resource: Resource): string | undefined {
  const missing = scopes.find((scope) => !holds(scope, verb, resource));
  if (missing === undefined) return undefined;
  return `The token's scope ${scopeText(missing)} doesn't have ${named(missing, verb, resource)}: use a token without that scope, or with a wider one.`;
}

function holds(scope: Scope, verb: Verb, resource: Resource): boolean {
  if (scope.of === "verbs") return hasVerb(scope, verb);
  const name = resource[dimensionOf[scope.of]];
  // What isn't of one mirror is of all of them, so that no token for some may do it.
  return name !== undefined && scope.among.includes(name);
}

const dimensionOf = { mirrors: "mirror", repositories: "repository", hosts: "host" } as const;

function named({ of }: Scope, verb: Verb, resource: Resource): string {
  if (of === "verbs") return verb;
  const name = resource[dimensionOf[of]];
  return name === undefined ? `${verb}, which isn't of one ${dimensionOf[of]}` : name;
}
