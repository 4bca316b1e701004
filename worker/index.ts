/** The Worker. */
import shipped from "../mirror-list/built/views.txt";
import { type Env, readSettings, type Settings } from "./env.ts";
import type { Recognition } from "./geo/client.ts";
import { openDatabases } from "./geo/databases.ts";
import { unavailable } from "./http/errors.ts";
import { answer } from "./routes.ts";
import { CurrentViews } from "./views.ts";
import { viewsKey } from "./views-key.ts";
import { Visitors } from "./visitors.ts";

/** What an isolate holds between requests. Nothing of a request stays in it. */
class Isolate {
  readonly settings: Settings;
  readonly views = new CurrentViews(shipped);
  readonly #recognition: Recognition;
  #visitors: Visitors;

  constructor(env: Env) {
    this.settings = readSettings(env);
    this.#recognition = {
      locate: openDatabases({ country: env.COUNTRY_DATABASE, asn: env.ASN_DATABASE }),
      platform: this.settings.platformPlace,
      ownPlace: this.settings.ownPlace,
    };
    this.#visitors = this.#newVisitors();
  }

  /** Visitors of the current roster: rankings are made anew when it changes. */
  get visitors(): Visitors {
    if (this.#visitors.roster !== this.views.open.roster) this.#visitors = this.#newVisitors();
    return this.#visitors;
  }

  #newVisitors(): Visitors {
    return new Visitors(this.views.open.roster, this.settings, this.#recognition);
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
      return answer(request, {
        views: views.open,
        visitors: isolate.visitors,
        bytes: () => ({
          fetch: (url, init) => fetch(url, init),
          cache: caches.default,
          waitUntil: (work) => ctx.waitUntil(work),
        }),
      });
    } catch (error) {
      // Only a wrong configuration or a bug comes here; the client can wait, the operator reads the log.
      console.error(error);
      return unavailable(
        "The service is not set up rightly; its operator finds the reason in the log.",
      );
    }
  },
} satisfies ExportedHandler<Env>;
