/** The first sign-in: whoever has the deployment's secret makes itself the first admin, once. */
import { bootstrap } from "../accounts/bootstrap.ts";
import { randomText } from "../accounts/random-text.ts";
import { problem } from "../http/problem.ts";
import type { Caller } from "./answer-api.ts";
import type { Office } from "./office.ts";
import { bodyText, jsonOf } from "./read-body.ts";
import { shownToken } from "./routes/token-routes.ts";
import * as s from "./schemas.ts";
import { refusal } from "./told-accounts.ts";

export const bootstrapPath = "/api/v1/bootstrap";

export const bootstrapTakes = s.object({
  secret: { ...s.text, description: "`BOOTSTRAP_SECRET` of the deployment." },
  name: { ...s.text, description: "Of the account that becomes the admin." },
});

/** The answer to `POST /api/v1/bootstrap`. */
export async function answerBootstrap(
  request: Request,
  { address }: Caller,
  office: Office,
): Promise<Response> {
  if (request.method !== "POST") {
    return problem(405, {
      detail: `${request.method} is not answered here. Use POST.`,
      headers: { Allow: "POST" },
    });
  }
  const at = office.now();
  const wait = office.failedTries.waitSeconds(address, undefined, at);
  if (wait > 0) {
    const detail = `Too many tries from this address were wrong: wait ${wait} s.`;
    return problem(429, { detail, headers: { "Retry-After": String(wait) } });
  }
  const text = await bodyText(request);
  if (text instanceof Response) return text;
  const body = jsonOf(text, request.headers.get("Content-Type"), { schema: bootstrapTakes });
  if (body instanceof Response) return body;
  const { secret = "", name = "" }: { secret?: string; name?: string } = Object(body);
  const { accountStore: store, accounts, tokens, bootstrapSecret } = office;
  const act = {
    at,
    principal: name,
    token: "",
    address,
    why: "The first sign-in.",
    request: randomText(16, office.random),
  };
  const made = bootstrap(
    { store, accounts, tokens },
    { secret: bootstrapSecret, shown: secret },
    act,
  );
  if ("guessed" in made) {
    office.failedTries.failed(address, undefined, at);
    return problem(401, { detail: made.guessed });
  }
  if ("refused" in made) return refusal(made);
  const { status, body: shown } = shownToken(made.done);
  return new Response(`${JSON.stringify(shown)}\n`, {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
