/**
 * The edge's script: what requests need, and the cron that wakes the watchers, which are a script of their own
 * (`watchers/index.ts`).
 */
import { collectAlarms } from "./api/alarms.ts";
import { unavailable } from "./http/errors.ts";
import { type Env, failuresOf, Isolate } from "./isolate.ts";
import { answer } from "./routes/answer.ts";
import { fleetStub, operationsStub } from "./watchers/bindings.ts";

let isolate: Isolate | undefined;

export default {
  fetch(request, env, ctx): Response | Promise<Response> {
    try {
      isolate ??= new Isolate(env);
      isolate.now = Date.now();
      if (isolate.views.due(isolate.now, isolate.settings.viewsRefreshMs)) {
        ctx.waitUntil(isolate.refresh(env));
      } else if (isolate.statistics?.reports.isPressing) {
        ctx.waitUntil(isolate.statistics.reports.flush(isolate.now));
      }
      const looking = isolate.firstLook;
      const isReady = looking === undefined && isolate.databases?.isOpen !== false;
      const answered = isReady
        ? answer(request, isolate.services(env), ctx)
        : answerWhenReady(isolate, looking, { request, env, ctx });
      return answered instanceof Response ? answered : answered.catch(failed);
    } catch (error) {
      return failed(error);
    }
  },

  /**
   * CONNECT, which workerd hands over as a connection: closed at once, nothing goes through here. Without a handler each
   * is a 500, with two lines in the log that anybody can have written.
   */
  connect(socket: Socket): void {
    void socket.close();
  },

  /** The platform's cron. */
  async scheduled(_, env): Promise<void> {
    await wake(env);
  },
} satisfies ExportedHandler<Env>;

/** Of the first requests. Apart from `fetch`: a function in it would have each request make what it closes over. */
async function answerWhenReady(
  serving: Isolate,
  looking: Promise<void> | undefined,
  { request, env, ctx }: { request: Request; env: Env; ctx: ExecutionContext },
): Promise<Response> {
  const opening = serving.databases?.opening((work) => ctx.waitUntil(work));
  await Promise.all([opening, looking]);
  return await answer(request, serving.services(env), ctx);
}

/** An entrypoint of its own, for the launcher of a service on one machine: plain workerd has no cron. */
export const minute = {
  async fetch(_, env): Promise<Response> {
    await wake(env);
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<Env>;

/**
 * Once a minute: Fleet goes on also where nobody asks, and begins anew after whatever stopped it; so do the
 * repositories that are to be followed always.
 */
async function wake(env: Env): Promise<void> {
  const { FLEET, OPERATIONS } = env;
  isolate ??= new Isolate(env);
  const { repository, views, settings } = isolate;
  // Where nobody asks, nothing else looks. What was counted before it became quiet is told with it.
  if (views.due(Date.now(), settings.viewsRefreshMs)) await isolate.refresh(env);
  const woken: Promise<unknown>[] = [];
  if (FLEET !== undefined && isolate.probes.probing !== "off") woken.push(fleetStub(FLEET).wake());
  if (OPERATIONS !== undefined) {
    const services = isolate.services(env);
    const told = (services.alarms?.collect(services) ?? collectAlarms(services)).then(({ all }) =>
      operationsStub(OPERATIONS).minute(
        all.map(({ name, detail, repository: of }) => ({
          name,
          detail,
          ...(of !== undefined && { repository: of }),
        })),
      ),
    );
    woken.push(told);
  }
  if (repository !== undefined) {
    for (const { name, follow } of views.open.repositories) {
      // Being asked is what has it followed.
      if (follow === "always") woken.push(repository(name).snapshot(""));
    }
  }
  for (const reason of await failuresOf(woken)) console.warn(`not woken: ${reason}`);
}

/** Only a wrong configuration or a bug comes here; the client can wait, the operator reads the log. */
function failed(error: unknown): Response {
  console.error(error);
  return unavailable(
    "The service could not answer that, or is not set up rightly; its operator finds the reason in the log.",
  );
}
