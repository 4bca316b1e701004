/** A real OpenID provider (oidc-provider) on loopback, with a form that takes any name and any password. */
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** What a service is told of the provider. */
export const openIdClient = {
  id: "nearmirror",
  secret: "of-labs-alone-openid-0123456789",
} as const;

export interface OpenIdProvider {
  /** Without a slash at its end. */
  issuer: string;
  stop(): Promise<void>;
}

/**
 * Whoever signs in as NAME has the address NAME@example.org, which is verified but for eve's.
 *
 * @param publicUrl of the service that people come back to, with its slash
 */
export async function startOpenIdProvider(publicUrl: string): Promise<OpenIdProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: openIdClient.id,
        client_secret: openIdClient.secret,
        redirect_uris: [`${publicUrl}operate/openid/callback`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["preferred_username"],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ["of a test"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.org`,
        email_verified: id !== "eve",
        preferred_username: id,
      }),
    }),
  });
  server.on("request", provider.callback());
  return {
    issuer,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
