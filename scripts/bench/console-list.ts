/** How long the console's list of mirrors takes, of the started service with the real list and a record of each target. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type NpmStart, npmStart } from "../../test/lab/npm-start.ts";
import { firstToken } from "../../test/lab/operator.ts";
import { targetsOf } from "../../worker/health/assignment.ts";
import { emptyRecord } from "../../worker/health/states.ts";
import { targetKey } from "../../worker/health/target.ts";
import { readViews } from "../../worker/views/views.ts";
import { root } from "../service/bundle.ts";

/** Pages that an operator opens in an incident. */
const pages = {
  "the list": "operate/",
  "the list, filtered": "operate/?state=up&repository=debian",
  "the fifth page": "operate/?page=5",
} as const;

export interface MeasuredConsole {
  mirrors: number;
  targets: number;
  /** Milliseconds from the request to the last byte, by page. */
  ms: Readonly<Record<string, number[]>>;
  /** Of the list as it is sent. */
  bytes: number;
}

/** Nothing is probed: the real list is never asked from here, and what probes would know is written before. */
export async function measureConsole(rounds: number): Promise<MeasuredConsole> {
  const store = mkdtempSync(join(tmpdir(), "nearmirror-console-"));
  const start = () => npmStart({ args: ["--port", "0", "--store", store, "--probing", "off"] });
  const { mirrors } = readViews(
    readFileSync(join(root, "mirror-list/built/views.txt"), "utf8"),
  ).roster;
  const targets = mirrors.flatMap(targetsOf).map(targetKey);
  try {
    const first = await start();
    const token = await firstToken(first.url);
    await (await fetch(`${first.url}api/v1/mirrors?limit=1`)).text();
    await first.stop();
    writeRecords(store, targets);
    const service = await start();
    try {
      return {
        mirrors: mirrors.length,
        targets: targets.length,
        ...(await ask(service, token, rounds)),
      };
    } finally {
      await service.stop();
    }
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** Each target is up, seen by three regions. */
function writeRecords(store: string, targets: readonly string[]): void {
  const now = Date.now();
  const view = {
    ...{ ok: true, own: false, run: 9, at: now, countedAt: now, failing: false },
    ...{ ms: 23.4, warnings: [] },
  };
  const record = {
    ...emptyRecord(now),
    state: "up",
    since: now,
    regions: { weur: view, enam: view, apac: view },
  };
  const text = JSON.stringify(record);
  for (const file of databasesIn(store)) {
    const database = new DatabaseSync(file);
    const isFleet = database
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'target'")
      .get();
    if (isFleet !== undefined) {
      const write = database.prepare("INSERT OR REPLACE INTO target VALUES (?, ?)");
      database.exec("BEGIN");
      for (const key of targets) write.run(key, text);
      database.exec("COMMIT");
    }
    database.close();
  }
}

function databasesIn(store: string): string[] {
  return readdirSync(store, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sqlite"))
    .map((path) => join(store, path));
}

async function ask(
  { url }: NpmStart,
  token: string,
  rounds: number,
): Promise<Pick<MeasuredConsole, "ms" | "bytes">> {
  const signedIn = await fetch(`${url}operate/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
  await signedIn.body?.cancel();
  const Cookie = signedIn.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  const ms: Record<string, number[]> = {};
  let bytes = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, path] of Object.entries(pages)) {
      const begun = performance.now();
      const answer = await fetch(url + path, { headers: { Cookie } });
      const text = await answer.text();
      const took = performance.now() - begun;
      if (!answer.ok || !/aria-label="Choose [^"]+"/.test(text)) {
        throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
      }
      if (name === "the list") bytes = Buffer.byteLength(text);
      // The first round reads the list for the others.
      if (round > 0) ms[name] = [...(ms[name] ?? []), took];
      else ms[`${name}, the first time`] = [took];
    }
  }
  return { ms, bytes };
}
