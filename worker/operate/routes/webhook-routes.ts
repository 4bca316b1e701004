/** Webhooks over HTTP: add, read, change, try, remove. */
import { eventTypes, isTypeOrGroup } from "../../events/event.ts";
import { urlFault, type Webhook } from "../../events/webhook.ts";
import { maxWebhooks } from "../../events/webhooks.ts";
import { problem } from "../../http/problem.ts";
import type { Json } from "../../runtime/canonical-json.ts";
import { needing } from "../answer-api.ts";
import type { ApiAnswer, ApiRequest, ApiRoute } from "../api-route.ts";
import type { Office } from "../office.ts";
import * as s from "../schemas.ts";

const webhook = s.object({
  id: s.integer,
  url: s.text,
  description: s.text,
  principal: s.text,
  types: s.listOf(s.text),
  mirrors: s.listOf(s.text),
  created: s.moment,
  disabled: s.orNull(s.text),
  delivery: s.object({
    waiting: { ...s.integer, description: "Events that it was not sent yet, wanted or not." },
    attempts: { ...s.integer, description: "Tries of the delivery under way that failed." },
    next: s.orNull(s.moment),
    error: { ...s.text, description: "What the last try met; empty: all went well." },
    delivered: s.orNull(s.moment),
    lost: { ...s.integer, description: "Events that were given up after all tries." },
  }),
});

const types = {
  ...s.listOf(s.text),
  description: `Types of events, or groups: ${Object.keys(eventTypes).join(", ")}, \`mirror.*\`. None: all.`,
};
const mirrors = {
  ...s.listOf(s.text),
  description: "Only events of these mirrors. None: of all, and of the service.",
};
const description = { type: "string", maxLength: 200 };

export const webhookRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/webhooks",
    says: "Read all webhooks, and how their deliveries stand",
    needs: needing("webhook.read"),
    gives: { 200: s.object({ webhooks: s.listOf(webhook) }) },
    async answer({ office }) {
      const webhooks = office.webhookStore.all().map((one) => told(office, one));
      return { status: 200, body: { webhooks } };
    },
  },
  {
    method: "POST",
    path: "/api/v1/webhooks",
    says: "Add a webhook",
    more: "It is sent events as Standard Webhooks has it, signed with `secret`, which is shown this once: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,...`. Several events in a short time come as one `digest`.",
    needs: needing("webhook.add"),
    takes: s.object({ url: s.text, description, types, mirrors, why: s.why }, ["url"]),
    gives: { 201: s.object({ webhook, secret: s.text }) },
    refuses: [507],
    atOnce: add,
  },
  {
    method: "POST",
    path: "/api/v1/webhooks/{id}/enable",
    says: "Have a webhook sent events again",
    needs: needing("webhook.edit"),
    gives: { 200: webhook },
    refuses: [404],
    atOnce: (request) => switched(request, undefined),
  },
  {
    method: "POST",
    path: "/api/v1/webhooks/{id}/disable",
    says: "Have a webhook sent nothing",
    more: "Events wait for it as long as they are kept, 7 days.",
    needs: needing("webhook.edit"),
    gives: { 200: webhook },
    refuses: [404],
    atOnce: (request) => switched(request, `Disabled by ${request.act.principal}.`),
  },
  {
    method: "POST",
    path: "/api/v1/webhooks/{id}/test",
    says: "Send a webhook a made-up event at once",
    needs: needing("webhook.test"),
    gives: { 200: s.object({ delivered: { type: "boolean" }, error: s.text }) },
    refuses: [404],
    async answer({ office, params, act, finish }) {
      const found = office.webhookStore.get(Number(params.id));
      if (found === undefined) return unknown(params.id);
      const event = {
        id: 0,
        type: "alarm.raised" as const,
        at: office.now(),
        says: "This is a test: nothing is wrong.",
        data: { name: "test", detail: "This is a test: nothing is wrong." },
      };
      const failed = await office.webhooks.send(found, [event]);
      const answer = {
        status: 200,
        body: { delivered: failed === undefined, error: failed?.why ?? "" },
      };
      office.sql.transaction(() => {
        office.audit.append({ act, verb: "webhook.test", resource: `webhook/${found.id}` });
        finish(answer);
      });
      return answer;
    },
  },
  {
    method: "DELETE",
    path: "/api/v1/webhooks/{id}",
    says: "Remove a webhook",
    needs: needing("webhook.remove"),
    gives: { 200: s.object({ removed: s.integer }) },
    refuses: [404],
    atOnce({ office, params, act }) {
      const found = office.webhookStore.get(Number(params.id));
      if (found === undefined) return unknown(params.id);
      office.webhookStore.remove(found.id);
      office.audit.append({
        act,
        verb: "webhook.remove",
        resource: `webhook/${found.id}`,
        before: audited(found),
      });
      return { status: 200, body: { removed: found.id } };
    },
  },
];

interface Wanted {
  url?: string;
  description?: string;
  types?: readonly string[];
  mirrors?: readonly string[];
}

/** Bytes of a secret (Standard Webhooks asks for 24 to 64). */
const secretBytes = 32;

function add({ office, body, act }: ApiRequest): ApiAnswer | Response {
  const {
    url = "",
    description: says = "",
    types: of = [],
    mirrors: only = [],
  }: Wanted = Object(body);
  const fault = urlFault(url);
  if (fault !== undefined) return wrong("/url", fault);
  const noType = of.findIndex((type) => !isTypeOrGroup(type));
  if (noType >= 0) {
    return wrong(
      `/types/${noType}`,
      `There is no such type of events. There are ${Object.keys(eventTypes).join(", ")}, and groups as mirror.*.`,
    );
  }
  if (office.webhookStore.all().length >= maxWebhooks) {
    return problem(507, {
      detail: `There are ${maxWebhooks} webhooks, as many as can be: remove one first.`,
    });
  }
  const secret = btoa(String.fromCharCode(...office.random(secretBytes)));
  const made = {
    url,
    description: says,
    principal: act.principal,
    types: of,
    mirrors: only,
    created: act.at,
    disabled: undefined,
  };
  const id = office.webhookStore.add(made, secret, office.eventStore.last);
  const added = { ...made, id };
  office.audit.append({
    act,
    verb: "webhook.add",
    resource: `webhook/${id}`,
    after: audited(added),
  });
  const answer = { webhook: told(office, added), secret: `whsec_${secret}` };
  return { status: 201, body: answer, hasSecret: true };
}

function switched(
  { office, params, act }: ApiRequest,
  why: string | undefined,
): ApiAnswer | Response {
  const found = office.webhookStore.get(Number(params.id));
  if (found === undefined) return unknown(params.id);
  office.webhookStore.setDisabled(found.id, why);
  const after = { ...found, disabled: why };
  office.audit.append({
    act,
    verb: "webhook.edit",
    resource: `webhook/${found.id}`,
    before: audited(found),
    after: audited(after),
  });
  return { status: 200, body: told(office, after) };
}

/** Of the URL only the host: what is behind it often is a secret of the receiver's. */
function audited({ url, types: of, mirrors: only, disabled }: Webhook): Json {
  return {
    host: new URL(url).host,
    types: [...of],
    mirrors: [...only],
    disabled: disabled !== undefined,
  };
}

function told(
  office: Office,
  { id, url, description: says, principal, types: of, mirrors: only, created, disabled }: Webhook,
) {
  const { sent, attempts, nextAt, error, delivered, lost } = office.webhookStore.state(id);
  return {
    id,
    url,
    description: says,
    principal,
    types: of,
    mirrors: only,
    created: new Date(created).toISOString(),
    disabled: disabled ?? null,
    delivery: {
      waiting: Math.max(0, office.eventStore.last - sent),
      attempts,
      next: attempts === 0 ? null : new Date(nextAt).toISOString(),
      error,
      delivered: delivered === undefined ? null : new Date(delivered).toISOString(),
      lost,
    },
  };
}

function wrong(pointer: string, detail: string): Response {
  return problem(422, { detail, errors: [{ pointer, detail }] });
}

function unknown(id = ""): Response {
  return problem(404, { detail: `There is no webhook ${id.slice(0, 40)}.` });
}
