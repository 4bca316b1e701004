/** Everyday verbs of repositories over HTTP. */

import { problem } from "../../http/problem.ts";
import { needing } from "../answer-api.ts";
import type { ApiRoute } from "../api-route.ts";
import * as s from "../schemas.ts";

export const repositoryRoutes: readonly ApiRoute[] = [
  {
    method: "POST",
    path: "/api/v1/repositories/{name}/refresh",
    says: "Have a repository's origin polled at once",
    more: "For push mirroring. The repository's own object limits how often the origin is really asked.",
    needs: needing("repository.refresh"),
    gives: { 202: s.object({ accepted: { const: true }, snapshots: s.text }) },
    refuses: [404, 503],
    async answer({ office, params, act, finish }) {
      const name = params.name ?? "";
      const list = await office.list.inForce();
      if (list !== undefined && !list.entries.has(`repositories/${name}`)) {
        const detail = `There is no repository ${name.slice(0, 120)} in the list. /api/v1/repositories has their names.`;
        return problem(404, { detail });
      }
      // The edge asks the repository's object once this is the answer.
      const snapshots = `/api/v1/repositories/${name}/snapshots`;
      const answer = { status: 202, body: { accepted: true, snapshots } };
      office.sql.transaction(() => {
        office.audit.append({ act, verb: "repository.refresh", resource: `repository/${name}` });
        finish(answer);
      });
      return answer;
    },
  },
];
