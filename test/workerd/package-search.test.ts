/** A repository's publication reaches the objects of its suites: read, stored and searched in workerd, with R2 and alarms. */
import {
  env,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";
import type { Snapshot } from "../../worker/repositories/chain/snapshot.ts";
import { sha256Of } from "../../worker/runtime/sha256.ts";
import { suiteObjectName, suiteStates } from "../../worker/search/suite/suite-states.ts";
import type { SuiteState } from "../../worker/search/suite.ts";
import type { SuiteQuestion } from "../../worker/search/suite-question.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import type { PackageSearch } from "../../worker/watchers/package-search.ts";
import type { Repository } from "../../worker/watchers/repository.ts";
import { ToldObject } from "./told-object.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      REPOSITORY: DurableObjectNamespace<Repository>;
      SEARCH: DurableObjectNamespace<PackageSearch>;
      BLOBS: R2Bucket;
      VIEWS: KVNamespace;
    }
  }
}

const origin = "http://origin.example/r/";
const root = "dists/trixie/InRelease";
/** For what is waited for, ms: the machine may be busy. */
const waitMs = 30_000;
let key: openpgp.PrivateKey;
let files: Map<string, string | Uint8Array>;
let asked: string[];

beforeAll(async () => {
  const { privateKey } = await openpgp.generateKey({
    userIDs: [{ name: "Archive" }],
    date: new Date(Date.now() - 86_400_000),
    format: "object",
  });
  key = privateKey;
  // For good: an alarm that fires between two tests must not reach the internet either.
  vi.stubGlobal("fetch", async (url: string) => {
    const path = decodeURIComponent(url.slice(origin.length));
    asked.push(path);
    const body = url.startsWith(origin) ? files.get(path) : undefined;
    return body === undefined ? new Response("none", { status: 404 }) : new Response(body);
  });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
beforeEach(async () => {
  files = new Map();
  asked = [];
  const text = btoa(String.fromCharCode(...key.toPublic().write()));
  await env.VIEWS.put(viewsKey, JSON.stringify({ keys: { "a.gpg": text } }));
});
afterEach(() => reset());

const listed = (): Listed => ({
  name: "r",
  kind: "apt",
  title: "Test",
  origin,
  architectures: ["amd64", "arm64"],
  roots: [root],
  keys: [{ file: "a.gpg", fingerprints: [key.getFingerprint().toUpperCase()] }],
  setup: {},
});
const repository = () => env.REPOSITORY.get(env.REPOSITORY.idFromName("r"));
const suite = () => env.SEARCH.get(env.SEARCH.idFromName(suiteObjectName("r", root)));
const told = new ToldObject(repository);

/** As `apt-ftparchive packages` writes one. */
const stanza = (name: string, version: string) =>
  `Package: ${name}\nArchitecture: amd64\nVersion: ${version}\nFilename: pool/${name}_${version}_amd64.deb\nSize: 1\nSHA256: ${"ab".repeat(32)}\nDescription: ${name} of a test\n\n`;

/** Publishes a suite with these indexes, packed. @param minute of its date */
async function publish(minute: number, indexes: Record<string, string>): Promise<void> {
  const lines: string[] = [];
  for (const [path, text] of Object.entries(indexes)) {
    const bytes = new Uint8Array(gzipSync(new TextEncoder().encode(text)));
    files.set(`dists/trixie/${path}.gz`, bytes);
    lines.push(` ${sha256Of(bytes)} ${bytes.byteLength} ${path}.gz`);
  }
  const date = new Date(Date.now() - 86_400_000 + minute * 60_000).toUTCString();
  const text = `Suite: stable\nCodename: trixie\nDate: ${date}\nSHA256:\n${lines.join("\n")}`;
  const message = await openpgp.createCleartextMessage({ text });
  files.set(root, (await openpgp.sign({ message, signingKeys: key })).replaceAll("\r", ""));
}

/** The snapshot of what is published. */
async function followed(): Promise<Snapshot> {
  await told.refresh(listed());
  await runDurableObjectAlarm(repository());
  const published = sha256Of(files.get(root) ?? "");
  return vi.waitFor(async () => {
    const snapshot: Snapshot = JSON.parse((await told.snapshot(listed(), "")) ?? "{}");
    expect(snapshot.roots?.[0]?.files[0]?.sha256).toBe(published);
    return snapshot;
  }, waitMs);
}

function stateOf(snapshot: Snapshot): SuiteState {
  const [state] = suiteStates(listed(), snapshot);
  if (state === undefined) throw new Error("the snapshot has no suite");
  return state;
}

async function asks(state: SuiteState, question: SuiteQuestion) {
  const answer = await suite().ask(state, [question]);
  return "unready" in answer ? answer : { ...answer, found: answer.found[0] };
}

const named = (name: string): SuiteQuestion => ({ ask: "named", names: [name] });

test("a publication is searched without anybody's question, and the next one with what came", async () => {
  const contents = "usr/bin/near  utils/near\n";
  await publish(1, {
    "main/binary-amd64/Packages": stanza("near", "1.0-1") + stanza("other", "3"),
    "main/binary-arm64/Packages": stanza("arm", "1"),
    "main/Contents-amd64": contents,
  });
  await told.snapshot(listed(), "");
  const first = stateOf(await followed());
  // Nobody asked the suite yet: the repository's object told it.
  await vi.waitFor(async () => {
    const alarm = await runInDurableObject(suite(), (_, { storage }) =>
      storage.sql.exec("SELECT COUNT(*) AS n FROM suite_set WHERE facts IS NOT NULL").one(),
    );
    expect(alarm).toEqual({ n: 2 });
  }, waitMs);
  const before = await asks(first, named("near"));
  expect(before).toMatchObject({
    state: {
      repository: "r",
      suite: "trixie",
      snapshot: first.snapshot,
      filesOf: first.snapshot,
      indexes: [
        {
          name: "dists/trixie/main/binary-amd64/Packages",
          role: "packages",
          component: "main",
          entries: 2,
        },
        { role: "files", entries: 1 },
      ],
    },
    found: { packages: [{ component: "main", record: { name: "near", version: "1.0-1" } }] },
  });
  expect(before).not.toHaveProperty("state.isFormer");
  expect(asked.filter((path) => path.includes("arm64"))).toEqual([]);
  const command = { ask: "paths", path: "/bin/near", match: "path", limit: 9 } as const;
  expect(await asks(first, command)).toMatchObject({
    found: { files: [{ path: "usr/bin/near", owners: ["near"] }] },
  });

  await publish(2, {
    "main/binary-amd64/Packages": stanza("near", "1.1-1") + stanza("other", "3"),
    "main/Contents-amd64": contents,
  });
  // Held back, so that the former state is seen.
  const packages = files.get("dists/trixie/main/binary-amd64/Packages.gz") ?? "";
  files.set("dists/trixie/main/binary-amd64/Packages.gz", "wrong");
  const second = stateOf(await followed());
  const meanwhile = await asks(second, named("near"));
  expect(meanwhile).toMatchObject({
    state: { snapshot: first.snapshot, isFormer: true },
    found: { packages: [{ record: { version: "1.0-1" } }] },
  });
  files.set("dists/trixie/main/binary-amd64/Packages.gz", packages);
  await vi.waitFor(async () => {
    // As a minute later.
    await runInDurableObject(suite(), (_, { storage }) => {
      storage.sql.exec("DELETE FROM suite_value WHERE name = 'failures'");
      return storage.setAlarm(Date.now());
    });
    await runDurableObjectAlarm(suite());
    expect(await asks(second, named("near"))).toMatchObject({
      state: { snapshot: second.snapshot },
      found: { packages: [{ record: { version: "1.1-1" } }] },
    });
  }, waitMs);
  expect(await asks(second, { ask: "changes", names: [], limit: 9 })).toMatchObject({
    found: { total: 1, changes: [{ name: "near", version: "1.1-1", snapshot: second.snapshot }] },
  });
  // What is stored survives the object.
  await evictDurableObject(suite());
  expect(await asks(second, named("near"))).toMatchObject({
    found: { packages: [{ record: { version: "1.1-1" } }] },
  });
  // Contents are the same: they weren't had twice.
  expect(asked.filter((path) => path.endsWith("Contents-amd64.gz"))).toHaveLength(1);
});

test("an object that is evicted in the middle of a build reads the suite all the same", async () => {
  const many = Array.from({ length: 4000 }, (_, at) => stanza(`near-${at}`, "1")).join("");
  await publish(1, { "main/binary-amd64/Packages": many });
  await told.snapshot(listed(), "");
  const state = stateOf(await followed());
  await vi.waitFor(async () => {
    const begun = await runInDurableObject(suite(), (_, { storage }) =>
      storage.sql.exec("SELECT COUNT(*) AS n FROM suite_set").one(),
    );
    expect(begun).toEqual({ n: 1 });
  }, waitMs);
  await evictDurableObject(suite());
  await vi.waitFor(async () => {
    await runInDurableObject(suite(), (_, { storage }) => {
      storage.sql.exec("DELETE FROM suite_value WHERE name = 'failures'");
      return storage.setAlarm(Date.now());
    });
    await runDurableObjectAlarm(suite());
    expect(await asks(state, named("near-3999"))).toHaveProperty("found.total", 1);
  }, waitMs);
});
