/** The Worker. */
import shipped from "../mirror-list/built/views.txt";
import { type Env, readSettings, type Settings } from "./env.ts";
import type { Recognition } from "./geo/client.ts";
import { openDatabases } from "./geo/databases.ts";
import { unavailable } from "./http/errors.ts";
import { answer, type Edge } from "./routes.ts";
import { CurrentViews } from "./views.ts";
import { viewsKey } from "./views-key.ts";
import { Visitors } from "./visitors.ts";

/** What an isolate holds between requests. Nothing of a request stays in it. */
class Isolate {
  readonly settings: Settings;
  readonly views = new CurrentViews(shipped);
  readonly #recognition: Recognition;
  #edge: Edge;

  constructor(env: Env) {
    this.settings = readSettings(env);
    this.#recognition = {
      locate: openDatabases({ country: env.COUNTRY_DATABASE, asn: env.ASN_DATABASE }),
      platform: this.settings.platformPlace,
      ownPlace: this.settings.ownPlace,
    };
    this.#edge = this.#makeEdge();
  }

  /** The edge over the current views; its visitors, with their rankings, are made anew with each of them. */
  get edge(): Edge {
    if (this.#edge.views !== this.views.open) this.#edge = this.#makeEdge();
    return this.#edge;
  }

  #makeEdge(): Edge {
    const views = this.views.open;
    return {
      views,
      visitors: new Visitors(views.roster, this.settings, this.#recognition),
      bytes: { fetch: (url, init) => fetch(url, init), cache: caches.default },
    };
  }
}

let isolate: Isolate | undefined;

export default {
  fetch(request, env, ctx): Response | Promise<Response> {
    try {
      isolate ??= new Isolate(env);
      const { views, settings } = isolate;
      const store = env.VIEWS;
      if (store !== undefined && views.due(Date.now(), settings.viewsRefreshMs)) {
        ctx.waitUntil(views.refresh(() => store.get(viewsKey)));
      }
      return answer(request, isolate.edge, ctx);
    } catch (error) {
      // Only a wrong configuration or a bug comes here; the client can wait, the operator reads the log.
      console.error(error);
      return unavailable(
        "The service is not set up rightly; its operator finds the reason in the log.",
      );
    }
  },
} satisfies ExportedHandler<Env>;
