/** Everything that operators made, over HTTP: read as a backup, and put in place from one. */

import { problem } from "../../http/problem.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute } from "../api-route.ts";
import { BackupMoved, backupText } from "../backup/export-backup.ts";
import { BackupRefused, backupType } from "../backup/format.ts";
import { importBackup } from "../backup/import-backup.ts";
import { newSeal, passphraseFault } from "../backup/seal.ts";
import { backupPath, passphraseHeader } from "../backup/wire.ts";
import * as s from "../schemas.ts";

const passphrase = {
  name: passphraseHeader,
  says: "Seals webhooks' secrets: 24 to 1,024 printable ASCII characters, such as `openssl rand -hex 32` makes. Without it they are left out.",
  schema: s.text,
};

/** An import takes the place of everything: there is one at a time. */
const importing = new WeakSet<ApiRequest["office"]>();

export const backupRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: backupPath,
    says: "Back up everything that operators made, as JSON lines",
    more: "`application/jsonl`: a line with the format first, a digest last; between them the list with its versions, accounts, tokens (their hashes), webhooks, alarms that are on, and the audit log. Keep it where nobody else reads it: contacts and addresses are in it. Where somebody changes something meanwhile, the answer ends early: ask again.",
    needs: needing("backup.export"),
    takesHeaders: [passphrase],
    gives: { 200: s.text },
    refuses: [422],
    async answer({ office, act, headers }) {
      const given = passphraseOf(headers);
      if (given instanceof Response) return given;
      office.audit.appendAlone({ act, verb: "backup.export", resource: "service" });
      const seal = given === undefined ? undefined : await newSeal(given, office.random);
      const text = backupText(office, seal);
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          try {
            const { value, done } = await text.next();
            if (done) controller.close();
            else controller.enqueue(encoder.encode(value));
          } catch (error) {
            if (!(error instanceof BackupMoved)) office.log(`backup: ${error}`);
            controller.error(error);
          }
        },
        async cancel() {
          await text.return(undefined);
        },
      });
      return new Response(body, {
        headers: {
          "Content-Type": backupType,
          "Content-Disposition": 'attachment; filename="nearmirror-backup.jsonl"',
          "Cache-Control": "no-store",
          "X-Content-Type-Options": "nosniff",
        },
      });
    },
  },
  {
    method: "PUT",
    path: backupPath,
    says: "Put a backup in the place of everything that operators made",
    more: "All of it or nothing. Afterwards the backup's tokens work and those of now don't. Where the service of the backup had no list of its own, the list stays as it is. Webhooks get what happens from now on; those whose secret isn't in the backup are switched off.",
    needs: needing("backup.import"),
    takes: s.text,
    takesType: backupType,
    takesHeaders: [passphrase],
    isStreamed: true,
    query: [
      {
        name: "replace",
        says: "`true`: also where somebody has operated this service; all of that goes.",
        schema: { enum: ["true", "false"] },
      },
      {
        name: "secrets",
        says: "`drop`: without the sealed secrets, whose passphrase is lost.",
        schema: { enum: ["drop"] },
      },
    ],
    gives: {
      200: s.object({
        rows: { type: "object", additionalProperties: s.integer },
        admins: {
          ...s.listOf(s.text),
          description: "Whose tokens work. None: sign in by another bootstrap secret.",
        },
        webhooksWithoutSecret: s.integer,
      }),
    },
    refuses: [409, 413, 415, 422],
    answer: async (request) => await imported(request),
  },
];

async function imported({ office, act, query, headers, stream }: ApiRequest) {
  const given = passphraseOf(headers);
  if (given instanceof Response) return given;
  if (importing.has(office)) {
    const detail = "Another backup is put in place just now. Wait for it.";
    return problem(409, { detail, headers: { "Retry-After": "30" } });
  }
  importing.add(office);
  try {
    const body = stream ?? new ReadableStream<Uint8Array>({ start: (one) => one.close() });
    const asked = {
      office,
      body,
      act,
      isReplacing: query.get("replace") === "true",
      isWithoutSecrets: query.get("secrets") === "drop",
      passphrase: given,
    };
    const done = await importBackup(asked);
    await office.list.publishDue();
    return { status: 200, body: done };
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error;
    return problem(error.status, { detail: error.message });
  } finally {
    importing.delete(office);
  }
}

function passphraseOf(headers: Headers): string | undefined | Response {
  const given = headers.get(passphraseHeader) ?? undefined;
  const fault = given === undefined ? undefined : passphraseFault(given);
  return fault === undefined ? given : problem(422, { detail: fault });
}
