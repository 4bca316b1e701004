/** `/api/v1/health`: the service itself, for operators and for whoever publishes views. */
import type { OpenViews } from "../views.ts";

/** Versions of the views at hand, and how much they hold. */
export function health(views: OpenViews): Response {
  return Response.json(
    {
      roster: { version: views.roster.version, mirrors: views.roster.mirrors.length },
      catalogue: { version: views.catalogueVersion, repositories: views.repositories.length },
    },
    { headers: { "Cache-Control": "no-store" } },
  );
}
