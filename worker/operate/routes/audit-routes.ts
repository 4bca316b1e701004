/** The audit log over HTTP: queried, verified, exported. */
import type { AuditEntry } from "../../accounts/audit-entry.ts";
import { problem } from "../../http/problem.ts";
import { momentOf } from "../../list/moment.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute } from "../api-route.ts";
import * as s from "../schemas.ts";

const entry = s.object({
  id: s.integer,
  at: s.moment,
  principal: s.text,
  token: s.text,
  address: { ...s.orNull(s.text), description: "`null`: erased with its account." },
  verb: s.text,
  resource: s.text,
  before: {},
  after: {},
  why: s.text,
  request: s.text,
  hash: s.text,
});

const link = { id: s.integer, hash: s.text };

export const auditRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/audit",
    says: "Read the audit log, newest first",
    more: "A page may be short, or empty, and have a `next`: of filters that seldom meet, each page looks through 30,000 entries.",
    needs: needing("audit.read"),
    query: [
      { name: "principal", says: "Who did it.", schema: s.text },
      { name: "verb", says: "A verb, or a group: `mirror.*`.", schema: s.text },
      {
        name: "resource",
        says: "What it was done to, and what is below: `mirror/a.example`.",
        schema: s.text,
      },
      { name: "from", says: "From this moment on.", schema: s.moment },
      { name: "until", says: "Before this moment.", schema: s.moment },
      { name: "before", says: "Entries before this id: of the page before.", schema: s.integer },
      { name: "limit", says: "How many, 1 to 500; 100 where it is left out.", schema: s.integer },
    ],
    gives: {
      200: s.object({ entries: s.listOf(entry), head: s.object(link), next: s.orNull(s.text) }),
    },
    async answer(request) {
      const { office, query, path } = request;
      const filter = filterOf(query);
      if (filter instanceof Response) return filter;
      const limit = Math.min(500, Math.max(1, Number(query.get("limit") ?? 100) || 100));
      const { entries, next: before } = office.audit.page(filter, limit);
      const following = new URLSearchParams(query);
      following.set("before", String(before));
      const next = before === undefined ? null : `${path}?${following}`;
      return {
        status: 200,
        body: { entries: entries.map(toldEntry), head: office.audit.head(), next },
      };
    },
  },
  {
    method: "GET",
    path: "/api/v1/audit/verify",
    says: "Check that no entry of the audit log was changed or taken out",
    more: "Follows the chain of hashes. With `id` and `hash`, which somebody noted once, also that the log wasn't written anew.",
    needs: needing("audit.verify"),
    query: [
      { name: "id", says: "An entry whose hash was noted.", schema: s.integer },
      { name: "hash", says: "Its hash.", schema: s.text },
    ],
    gives: {
      200: s.object(
        {
          intact: { type: "boolean" },
          checked: s.integer,
          head: s.object(link),
          broken: s.object({ id: s.integer, why: s.text }),
        },
        ["intact", "checked", "head"],
      ),
    },
    answer: async (request) => verified(request),
  },
  {
    method: "GET",
    path: "/api/v1/audit/export",
    says: "Export the audit log as JSON lines, oldest first",
    more: "`application/jsonl`. What a line's hash is made of is told in docs/operating/accounts.md, so that anybody can verify it.",
    needs: needing("audit.export"),
    query: [
      {
        name: "after",
        says: "Entries behind this id; absent: from the oldest.",
        schema: s.integer,
      },
    ],
    gives: { 200: s.text },
    async answer({ office, query, act }) {
      office.audit.appendAlone({ act, verb: "audit.export", resource: "audit" });
      let last = Number(query.get("after") ?? 0) || 0;
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const part = office.audit.exportBehind(last);
          if (part === undefined) return controller.close();
          last = part.last;
          controller.enqueue(encoder.encode(part.lines));
        },
      });
      return new Response(body, {
        headers: {
          "Content-Type": "application/jsonl",
          "Content-Disposition": 'attachment; filename="audit.jsonl"',
          "Cache-Control": "no-store",
          "X-Content-Type-Options": "nosniff",
        },
      });
    },
  },
];

function filterOf(query: URLSearchParams) {
  const times: { from?: number; until?: number } = {};
  for (const name of ["from", "until"] as const) {
    const text = query.get(name);
    if (text === null) continue;
    const at = momentOf(text);
    if (Number.isNaN(at)) {
      const detail = `\`${name}\` is ${JSON.stringify(text.slice(0, 80))}, which is no moment. Write 2026-12-01 or 2026-12-01T06:00Z.`;
      return problem(400, { detail });
    }
    times[name] = at;
  }
  const texts = Object.fromEntries(
    ["principal", "verb", "resource"].flatMap((name) => {
      const text = query.get(name);
      return text === null ? [] : [[name, text]];
    }),
  );
  const before = query.get("before");
  return { ...times, ...texts, ...(before !== null && { before: Number(before) || 0 }) };
}

/** Entries checked before others have their turn: some tens of ms each step. */
const stepsAtOnce = 20;

/** Hashes of the chain: SHA-256 in hex. */
const hashForm = /^[0-9a-f]{64}$/;

async function verified({ office, query }: ApiRequest) {
  const noted = readNoted(query.get("id"), query.get("hash"));
  if (noted !== undefined && "fault" in noted) return problem(400, { detail: noted.fault });
  let checked = 0;
  let step = office.audit.verify(undefined, noted);
  for (let steps = 1; ; steps += 1) {
    checked += step.checked;
    if (step.broken !== undefined || step.next === undefined) break;
    if (steps % stepsAtOnce === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    step = office.audit.verify(step.next, noted);
  }
  const { broken } = step;
  const body = {
    intact: broken === undefined,
    checked,
    head: office.audit.head(),
    ...(broken && { broken }),
  };
  return { status: 200, body };
}

/** What somebody noted once. Half of it, or a typo, mustn't look like a log that was written anew. */
function readNoted(
  id: string | null,
  hash: string | null,
): { id: number; hash: string } | { fault: string } | undefined {
  if (id === null && hash === null) return undefined;
  if (id === null || hash === null) return { fault: "`id` and `hash` go together: give both." };
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    return {
      fault: `\`id\` is ${JSON.stringify(id)}, which is no entry's: a whole number above 0.`,
    };
  }
  const lower = hash.toLowerCase();
  if (hashForm.test(lower)) return { id: Number(id), hash: lower };
  return { fault: "`hash` is no hash of an entry: 64 hexadecimal digits. Copy it again." };
}

function toldEntry({
  at,
  address,
  before,
  after,
  id,
  principal,
  token,
  verb,
  resource,
  why,
  request,
  hash,
}: AuditEntry) {
  return {
    id,
    at: new Date(at).toISOString(),
    principal,
    token,
    address: address?.text ?? null,
    verb,
    resource,
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
    why,
    request,
    hash,
  };
}
