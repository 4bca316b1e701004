/**
 * Sign-in to the console by an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE). The provider
 * says who somebody is; what they may is their account's, which an admin has made under that name.
 */
import type { Configuration, DiscoveryRequestOptions } from "openid-client";
import type { Fetch } from "../../outbound/cdn-loop.ts";
import { reachOfHost } from "../../outbound/host-reach.ts";

/** What a deployment says of its provider. */
export interface OpenIdSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim that has the account's name: `email`, `preferred_username`. */
  claim: string;
  /** Base URL of this service, with its slash: the provider sends people back there. */
  publicUrl: string;
}

/** Where the provider sends people back to, below the service. */
export const openIdCallback = "/operate/openid/callback";
export const openIdStart = "/operate/openid/start";

/** What the browser keeps between the two steps. */
export interface OpenIdAttempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** What was asked of the provider, or why it can't be. */
export type OpenIdBegun = { location: string; attempt: OpenIdAttempt } | { why: string };
/** Who came back, or why nobody did. */
export type OpenIdOutcome = { name: string } | { why: string };

/** Read when somebody signs in by it: most deployments have no provider, and it holds memory. */
const openIdClient = () => import("openid-client");

export class OpenIdSignIn {
  readonly #settings: OpenIdSettings;
  readonly #fetch: Fetch;
  #provider: Promise<Configuration> | undefined;

  constructor(settings: OpenIdSettings, fetch: Fetch) {
    this.#settings = settings;
    this.#fetch = fetch;
  }

  /** Never rejects. */
  async begin(): Promise<OpenIdBegun> {
    const client = await openIdClient();
    const attempt: OpenIdAttempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    try {
      const location = client.buildAuthorizationUrl(await this.#discovered(), {
        redirect_uri: this.#redirectUri(),
        scope: "openid email profile",
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: "S256",
      });
      return { location: location.href, attempt };
    } catch (error) {
      return { why: `The sign-in provider can't be asked: ${reasonOf(error)}${this.#inside()}` };
    }
  }

  /**
   * Checks what the provider sent somebody back with: state, nonce, the code, and the signature of what it says.
   * Never rejects.
   *
   * @param query of the callback
   */
  async finish(query: string, { state, nonce, verifier }: OpenIdAttempt): Promise<OpenIdOutcome> {
    try {
      const url = new URL(`${this.#redirectUri()}?${query}`);
      const client = await openIdClient();
      const tokens = await client.authorizationCodeGrant(await this.#discovered(), url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      const { claim } = this.#settings;
      const name: unknown = claims?.[claim];
      if (typeof name !== "string" || name === "") {
        return { why: `The provider says nothing of \`${claim}\`, which names the account.` };
      }
      // Anybody may write any address where it isn't verified.
      if (claim === "email" && claims?.email_verified === false) {
        return { why: "The provider hasn't verified the address." };
      }
      return { name: name.toLowerCase() };
    } catch (error) {
      return { why: `The provider's answer isn't accepted: ${reasonOf(error)}` };
    }
  }

  /** What to do where the provider is in a network of its operator's, which isn't connected to without being told. */
  #inside(): string {
    const { hostname } = new URL(this.#settings.issuer);
    if (reachOfHost(hostname).reach === "public") return "";
    return ` ${hostname} is no public address: on a machine of one's own the service connects to it with --private-network alone.`;
  }

  #redirectUri(): string {
    return new URL(openIdCallback.slice(1), this.#settings.publicUrl).href;
  }

  /** Asked once; a failure is asked again. */
  async #discovered(): Promise<Configuration> {
    this.#provider ??= this.#discover().catch((error: unknown) => {
      this.#provider = undefined;
      throw error;
    });
    return await this.#provider;
  }

  async #discover(): Promise<Configuration> {
    const client = await openIdClient();
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    const options: DiscoveryRequestOptions = {
      [client.customFetch]: (target, { body, headers, method, signal }) =>
        this.#fetch(target, {
          method,
          headers,
          redirect: "manual",
          // Questions to a provider are forms, or have no body.
          ...((body instanceof URLSearchParams || typeof body === "string") && { body }),
          ...(signal !== undefined && { signal }),
        }),
      // A provider on this very machine, as a lab's: nobody is between.
      ...(isLoopback(url) && { execute: [client.allowInsecureRequests] }),
    };
    const authentication = client.ClientSecretPost(clientSecret);
    return await client.discovery(url, clientId, undefined, authentication, options);
  }
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** Of the innermost error that says something, which the library's own hides: what was sent may hold codes and secrets. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "for no reason that it tells.";
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // All that workerd says of a connection that isn't made, or isn't allowed; the reason is in its log.
  if (/^internal error/i.test(error.message)) return "the connection failed.";
  return `${error.message
    .replace(/[?#]\S*/g, "")
    .replace(/\.$/, "")
    .slice(0, 200)}.`;
}
