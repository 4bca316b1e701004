/** The first operator of a service that a lab, a test or a trial has started: what is changed there needs its token. */

/** For `BOOTSTRAP_SECRET`. Of labs alone: every service has another one. */
export const labSecret = "of-labs-alone-0123456789-0123456789";

/** Variables for `startService`. */
export const labSecretVars = { BOOTSTRAP_SECRET: labSecret } as const;

/**
 * The admin's token, which works as long as the service's store does: the secret makes it once.
 *
 * @param url of the service, ends in `/`
 * @param ask in place of the network
 */
export async function firstToken(
  url: string,
  ask: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<string> {
  const answer = await ask(`${url}api/v1/bootstrap`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ secret: labSecret, name: "lab" }),
  });
  const text = await answer.text();
  const made: unknown = answer.status === 201 ? JSON.parse(text) : undefined;
  const token: unknown = Reflect.get(Object(made), "secret");
  if (typeof token !== "string") throw new Error(`no first token: ${answer.status} ${text}`);
  return token;
}

/** A POST of that operator. */
export function posted(token: string): { method: "POST"; headers: Record<string, string> } {
  return { method: "POST", headers: { Authorization: `Bearer ${token}` } };
}
