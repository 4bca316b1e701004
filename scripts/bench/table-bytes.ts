/**
 * `node --expose-gc scripts/bench/table-bytes.ts`: what an entry of an isolate's larger tables takes. Each table is filled,
 * and the difference that it makes to the heap and to the buffers beside it, both after a collection, is divided by how
 * many there are.
 */
import { join } from "node:path";
import { generatedImages } from "../../test/unit/images/generated-catalogue.ts";
import { Agents } from "../../worker/clients/agents.ts";
import { Clients } from "../../worker/clients/clients.ts";
import { FileChecks } from "../../worker/delivery/file-checks.ts";
import { QuestionBudget } from "../../worker/delivery/question-budget.ts";
import { recognise, unknownPlace } from "../../worker/geo/client.ts";
import { latencyModel } from "../../worker/geo/latency.ts";
import { columnsFor } from "../../worker/images/filter/image-columns.ts";
import { composeCatalogue } from "../../worker/images/image-catalogue.ts";
import { imagesBlob, openImagesBlob } from "../../worker/images/images-blob.ts";
import type { Demand } from "../../worker/mirrors/eligible.ts";
import { OpenRoster } from "../../worker/mirrors/open-roster.ts";
import { UnreachableServers } from "../../worker/outbound/unreachable-servers.ts";
import { AnswersAtHand } from "../../worker/repositories/contents/presence/answers-at-hand.ts";
import { ClientSnapshots } from "../../worker/repositories/reader/current-clients.ts";
import { OpenManifest } from "../../worker/repositories/reader/manifests.ts";
import { OpenSnapshot } from "../../worker/repositories/reader/open-snapshot.ts";
import { LastUsed } from "../../worker/runtime/last-used.ts";
import { SharedWork } from "../../worker/runtime/shared-work.ts";
import { readSettings } from "../../worker/settings/settings.ts";
import { openViews } from "../../worker/views/views.ts";
import { compileMirrorList } from "../mirrors/compile.ts";

const { views } = await compileMirrorList(join(import.meta.dirname, "../../mirror-list"), 1);
if (views === undefined) throw new Error("The mirror list has errors: npm run mirrors -- check.");
const { gc } = globalThis;
if (gc === undefined) throw new Error("Start it with node --expose-gc.");

/** Everything that was filled stays reachable until it is measured. */
function tell(what: string, count: number, fill: () => unknown): void {
  const before = heldBytes();
  const filled = fill();
  const bytes = heldBytes() - before;
  console.log(
    `${what.padEnd(44)} ${String(count).padStart(7)} ${Math.round(bytes / count)} bytes each`,
  );
  if (filled === undefined) throw new Error(`${what} held nothing`);
}

function heldBytes(): number {
  for (let round = 0; round < 3; round++) gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const how = {
  locate: { country: () => undefined, asn: () => undefined },
  platform: true,
  ownPlace: unknownPlace,
};
const place = (at: number) => ({
  country: "DE",
  latitude: (at % 120) - 60,
  longitude: Math.floor(at / 120) * 3 - 170,
});
const clientAt = (at: number) => recognise(`81.2.${at >> 8}.${at & 255}`, place(at), how);
const text = (prefix: string, at: number) => `${prefix}${at.toString(36).padStart(6, "0")}`;
const demand: Demand = {
  repository: "debian",
  scheme: "http",
  family: "ipv4",
  architecture: "amd64",
};

const opened = openViews(views);
const debian = opened.byName.get("debian");
if (debian === undefined) throw new Error("The list has no repository debian.");

const rosterOf = () => new OpenRoster(views.roster, latencyModel);
tell("a demand's offers, and one place's", 1, () => {
  const roster = rosterOf();
  roster.top(demand, clientAt(0), 6);
  return roster;
});
const fresh = rosterOf();
tell("the same without the roster", 1, () => fresh.top(demand, clientAt(0), 6) && fresh);
const other = rosterOf();
other.top(demand, clientAt(5000), 6);
tell("candidates, order and cost of a place", 400, () => {
  for (let at = 0; at < 400; at++) other.top(demand, clientAt(at), 6);
  return other;
});
tell("candidates of a place for another demand", 400, () => {
  for (let at = 0; at < 400; at++) other.top({ ...demand, scheme: "https" }, clientAt(at), 6);
  return other;
});

const { platformPlace, forwardedHeader, trustedProxies } = readSettings({});
const settings = { platformPlace, forwardedHeader, trustedProxies };
const all = new Clients(opened.roster, { ...settings, platformPlace: true }, how);
const ask = (at: number) =>
  all.of({
    headers: new Headers({ "CF-Connecting-IP": `81.2.${at >> 8}.${at & 255}` }),
    url: "http://a.example/",
    cf: place(at % 300),
  });
for (let at = 0; at < 300; at++) opened.roster.top(demand, ask(at).client, 6);
tell("a client", 10_000, () => {
  for (let at = 1000; at < 11_000; at++) ask(at);
  return all;
});
tell("a client's ranking", 10_000, () => {
  for (let at = 1000; at < 11_000; at++) ask(at).top(opened.roster, debian, "http", "amd64");
  return all;
});
tell("an agent's name of 100 characters", 1000, () => {
  const agents = new Agents();
  for (let at = 0; at < 1000; at++) agents.of(text("Debian APT-HTTP/1.3 ".repeat(5), at));
  return agents;
});
tell("an answer on a listed file", 20_000, () => {
  const answers = new AnswersAtHand(1e9);
  for (let at = 0; at < 20_000; at++) {
    const sha256 = new Uint8Array(32).fill(at & 255);
    answers.set(
      "h".repeat(64),
      text("pool/main/l/linux/linux-image-amd64_6.1.0-11_amd64.deb?", at),
      { size: at, sha256, first: 1, last: 2 },
    );
  }
  return answers;
});
tell("a LastUsed entry, URL of 100 characters", 10_000, () => {
  const last = new LastUsed<number>(1e9);
  for (let at = 0; at < 10_000; at++)
    last.set(text(`https://mirror.example/${"p".repeat(70)}/`, at), at);
  return last;
});
tell("a client's snapshot", 8192, () => {
  const noted = new ClientSnapshots();
  for (let at = 0; at < 8192; at++)
    noted.remember(`81.2.${at >> 8}.${at & 255}`, "debian", "dists/bookworm/InRelease", {
      snapshot: text("20261130T110000Z-", at),
      at,
    });
  return noted;
});
tell("a manifest's file", 1700, () => manifestOf(1700));
tell("a manifest's text, of a file", 1700, () => manifestText(1700));
tell("a manifest's file, asked by hash", 1700, () => {
  const manifest = manifestOf(1700);
  manifest.pathsOf("0".repeat(64));
  return manifest;
});
const json = snapshotText(8);
tell(`a snapshot of 8 roots, ${json.length} characters`, 100, () =>
  Array.from({ length: 100 }, () => new OpenSnapshot(JSON.parse(json), "apt")),
);
tell("what servers said of a file, 6 servers", 1024, () => {
  const cache = {
    match: async () => undefined,
    put: async () => undefined,
    delete: async () => false,
  };
  const checks = new FileChecks({ fetch, cache, ownHosts: [], publicUrl: "" });
  for (let at = 0; at < 1024; at++)
    for (let server = 0; server < 6; server++)
      checks.refute(
        { repository: "debian", path: text("pool/main/l/linux/linux-image-amd64_6.1.0-", at) },
        `https://m${server}.example/debian/`,
        at,
      );
  return checks;
});
tell("work under way, shared", 512, () => {
  const work = new SharedWork<undefined>(1e6);
  const background = { waitUntil: () => undefined };
  const never = new Promise<undefined>(() => undefined);
  for (let at = 0; at < 512; at++) {
    work
      .run(text(`https://mirror.example/${"p".repeat(70)}/`, at), () => never, background)
      .catch(() => undefined);
  }
  return work;
});
tell("a server's budget", 1024, () => {
  const budget = new QuestionBudget({ burst: 10, perMinute: 10 });
  for (let at = 0; at < 1024; at++) budget.take(text("https://mirror.example/debian/", at), at);
  return budget;
});
tell("a server that may be unreachable", 1024, () => {
  const servers = new UnreachableServers();
  for (let at = 0; at < 1024; at++) servers.failed(text("https://mirror.example", at), 1, at);
  return servers;
});
const blob = imagesBlob(generatedImages(10_000), "cd");
tell("an image, and its columns", 10_000, () => {
  const { images, words, isOrdered } = openImagesBlob(blob.slice(), "cd");
  const snapshot = { repository: "cd", id: "1", generation: 1, at: 1 };
  const catalogue = composeCatalogue([{ snapshot, images, words, isOrdered }]);
  return [catalogue, columnsFor(catalogue)];
});
process.exit();

function manifestText(count: number): string {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      text("main/binary-amd64/Packages-", at),
      {
        size: at,
        sha256: text("ab".repeat(29), at),
        md5: text("ab".repeat(13), at),
        sha1: text("ab".repeat(17), at),
      },
    ]),
  );
  return JSON.stringify({ root: "dists/bookworm/InRelease", byHash: true, files });
}

function manifestOf(count: number): OpenManifest {
  return new OpenManifest(JSON.parse(manifestText(count)));
}

function snapshotText(count: number): string {
  const roots = Array.from({ length: count }, (_, at) => ({
    path: text("dists/suite/InRelease", at),
    manifest: "a".repeat(64),
    date: at,
    signedBy: "f".repeat(40),
    files: ["InRelease", "Release", "Release.gpg"].map((name) => ({
      path: text(`dists/suite/${name}`, at),
      size: 1,
      sha256: "b".repeat(64),
      lastModified: "Mon, 30 Nov 2026 22:00:00 GMT",
      contentType: "text/plain",
    })),
  }));
  return JSON.stringify({
    repository: "debian",
    generation: 1,
    id: "20261130T110000Z-00112233",
    at: 1,
    roots,
  });
}
