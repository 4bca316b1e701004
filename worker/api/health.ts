/** `/api/v1/health`: the service itself, for operators and for programs that publish views. */
import type { OpenViews } from "../views/views.ts";
import type { Alarm, Alarms } from "./alarms.ts";

/**
 * Views at hand, what Fleet says of itself, and all alarms. `status` is `ok`, or `warning` where something wants an
 * operator's eye; always 200, as an edge without Fleet still serves, and must not be taken out for it.
 */
export function health(views: OpenViews, { all, fleet }: Alarms, now: number): Response {
  const { roster } = views;
  return Response.json(
    {
      status: all.length > 0 ? "warning" : "ok",
      roster: {
        version: roster.version,
        /** The mirror list it was made from. */
        list: views.list,
        ageSeconds: Math.max(0, Math.round((now - roster.version) / 1000)),
        mirrors: roster.mirrors.length,
      },
      catalogue: { version: views.catalogueVersion, repositories: views.repositories.length },
      ...(fleet === undefined && { probing: "off" }),
      ...(fleet !== undefined && "answer" in fleet && fleet.answer),
      alarms: all.map(shown),
      warnings: all.map(({ name, detail }) => `${name}: ${detail}`),
    },
    { headers: { "Cache-Control": "no-store" } },
  );
}

function shown({ since, ...alarm }: Alarm) {
  return { ...alarm, ...(since !== undefined && { since: new Date(since).toISOString() }) };
}
