/** `/api/v1/health`: the service itself, for operators and for programs that publish views. */
import type { OpenViews } from "../views/views.ts";
import { answerOrReason, type FleetAnswers } from "../watchers/fleet-questions.ts";

/**
 * Views at hand, and what Fleet says of itself. `status` is `ok`, or `warning` where something wants an
 * operator's eye; always 200, as an edge without Fleet still serves, and must not be taken out for it.
 */
export async function health(
  views: OpenViews,
  fleet: FleetAnswers | undefined,
  now: number,
): Promise<Response> {
  const { roster } = views;
  const warnings: string[] = [];
  const shown = {
    roster: {
      version: roster.version,
      /** The mirror list it was made from. */
      list: views.list,
      ageSeconds: Math.max(0, Math.round((now - roster.version) / 1000)),
      mirrors: roster.mirrors.length,
    },
    catalogue: { version: views.catalogueVersion, repositories: views.repositories.length },
  };
  const headers = { "Cache-Control": "no-store" };
  if (fleet === undefined) {
    return Response.json({ status: "ok", ...shown, probing: "off", warnings }, { headers });
  }
  const got = await answerOrReason(fleet.health());
  if ("reason" in got) {
    warnings.push(`${got.reason}: states stay as they were last published.`);
    return Response.json({ status: "warning", ...shown, warnings }, { headers });
  }
  const { answer } = got;
  for (const { name, detail } of answer.alarms) warnings.push(`${name}: ${detail}`);
  if (!answer.stored) warnings.push("The last roster is not in KV yet.");
  if (answer.probers.length === 0 && answer.probing === "all") warnings.push("No Prober reports.");
  return Response.json(
    { status: warnings.length > 0 ? "warning" : "ok", ...shown, ...answer, warnings },
    { headers },
  );
}
