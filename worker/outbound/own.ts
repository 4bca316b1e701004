/** Who we are to those whom we ask: our hosts, and our name in `CDN-Loop`. Read from the variables. */
import { withoutDot } from "./host-reach.ts";

/** The variables that say so; all optional. */
export interface OwnVariables {
  /** Base URL of the service. */
  PUBLIC_URL?: string;
  /** `host` or `host:port` that the service listens at, separated by commas; `npm start` tells them. */
  OWN_HOSTS?: string;
  /** Tells this installation from others where `PUBLIC_URL` isn't set; `npm start` makes one up at each start. */
  INSTANCE_ID?: string;
}

/** What names an installation without being told: ids of Durable Objects differ between namespaces. */
interface Namespace {
  idFromName(name: string): { toString(): string };
}

export interface Own {
  /** `host` or `host:port` that we are reached under, as far as is told, lower case. */
  hosts: readonly string[];
  /** Our `cdn-id` (RFC 8586 section 2), lower case. */
  id: string;
}

/** A pseudonym is a token (RFC 9110 section 5.6.2). */
const token = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,100}$/;

/** Digits of an object's id that are told; 64 bits tell any two installations apart. */
const toldDigits = 16;

/**
 * Reads the variables. Throws an Error naming the variable, what it holds and what it may hold.
 *
 * The name has to be the same in all isolates of one installation, and another one in each installation: a Nearmirror
 * that has another one as its origin is legitimate, and `nearmirror` as everybody's name would cut that chain. So it is
 * PUBLIC_URL's host, else what `npm start` made up, else a part of an object's id, which the platform derives from a
 * secret of the namespace. `nearmirror` is left to a Worker that has none of these.
 */
export function readOwn(env: OwnVariables & { FLEET?: Namespace }): Own {
  const { PUBLIC_URL = "", OWN_HOSTS = "", INSTANCE_ID = "", FLEET } = env;
  if (INSTANCE_ID !== "" && !token.test(INSTANCE_ID)) {
    throw new Error(
      `INSTANCE_ID is "${INSTANCE_ID}"; it must be letters, digits and -._~, 100 at most.`,
    );
  }
  const publicHost = PUBLIC_URL === "" ? undefined : hostOf("PUBLIC_URL", PUBLIC_URL, PUBLIC_URL);
  const listening = OWN_HOSTS.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => hostOf("OWN_HOSTS", one, `http://${one}/`));
  const byObject = FLEET?.idFromName("cdn-loop").toString().slice(0, toldDigits);
  const pseudonym =
    INSTANCE_ID || (byObject === undefined ? "nearmirror" : `nearmirror-${byObject}`);
  return {
    hosts: [...(publicHost === undefined ? [] : [publicHost]), ...listening],
    id: publicHost ?? pseudonym.toLowerCase(),
  };
}

function hostOf(name: keyof OwnVariables, given: string, url: string): string {
  if (!URL.canParse(url)) {
    const form = name === "PUBLIC_URL" ? "an absolute http or https URL" : "hosts with their ports";
    throw new Error(`${name} holds "${given}"; it must be ${form}.`);
  }
  const { hostname, port } = new URL(url);
  return withoutDot(hostname) + (port === "" ? "" : `:${port}`);
}
