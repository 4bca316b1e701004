/** A Worker that fetches one file by each of the ways the service has, for tests against a real workerd. */
import { CheckedBytes } from "../../../worker/delivery/checked-bytes.ts";
import { serveBytes } from "../../../worker/delivery/origin-bytes.ts";
import { checkFile } from "../../../worker/health/http/sample-file.ts";
import { askByFetch } from "../../../worker/outbound/ask-by-fetch.ts";
import { openByFetch, openOrigin } from "../../../worker/outbound/origin-access.ts";
import { Visit } from "../../../worker/outbound/visit.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { readDirectoryPage } from "../../../worker/repositories/directory-page/read-directory-page.ts";
import { sha256Of } from "../../../worker/runtime/sha256.ts";

/** One file at one place, and how it is fetched. */
export interface StoredQuestion {
  way: keyof typeof ways;
  /** Of the folder, ends in `/`. */
  base: string;
  path: string;
  /** As an index lists the file. */
  size: number;
  sha256: string;
  range?: string;
}

/** Without a cache, as some platforms are. */
const cache = {
  match: () => Promise.reject(new Error("there is no cache")),
  put: () => Promise.reject(new Error("there is no cache")),
};
const background = { waitUntil: () => undefined };
const fetcher = (url: string, init: RequestInit) => fetch(url, init);
const context = { fetch: fetcher, ownHosts: [], cache };
const ask = askByFetch(fetcher);
const access = { ask, open: openByFetch(fetcher), userAgent: "test/1", ownHosts: [] };

const ways = {
  ask: async ({ base, path }: StoredQuestion) => {
    const question = { method: "GET", url: base + path, deadlineMs: 3000 } as const;
    const reply = await ask({ ...question, maxBodyBytes: 1_000_000 });
    return "failed" in reply ? reply : told(reply.status, reply.body);
  },
  hashed: async ({ base, path }: StoredQuestion) => {
    const question = { method: "GET", url: base + path, deadlineMs: 3000 } as const;
    const reply = await ask({ ...question, maxBodyBytes: 1_000_000, hashed: true });
    return "failed" in reply ? reply : { status: reply.status, sha256: reply.sha256 };
  },
  open: async ({ base, path }: StoredQuestion) => {
    const opened = await openOrigin(access, { origin: base }, path);
    if ("failed" in opened) return opened;
    return told(opened.status, new Uint8Array(await new Response(opened.body).arrayBuffer()));
  },
  sample: async ({ base, path, size }: StoredQuestion) => {
    const visiting = { ask, now: () => 0, userAgent: "test/1", deadlineMs: 3000, ownHosts: [] };
    return { failure: (await checkFile(new Visit(base, visiting), { path, size })) ?? null };
  },
  origin: (question: StoredQuestion) =>
    answered(serveBytes(requested(question), context, background)),
  whole: (question: StoredQuestion) =>
    answered(new CheckedBytes(context).whole(indexed(question), () => [], background)),
  streamed: (question: StoredQuestion) =>
    answered(new CheckedBytes(context).streamed(indexed(question), background)),
  page: ({ base, path }: StoredQuestion) => {
    const asker = { host: "near.example", cdnLoop: null };
    return readDirectoryPage({ url: base + path, asker }, context, { now: 1, background });
  },
};

function requested({ base, path, range }: StoredQuestion) {
  const repository: Repository = {
    name: "files",
    kind: "files",
    title: "Files",
    origin: base,
    architectures: [],
    freshness: {},
    redirect: { minSize: 0 },
    keys: [],
    setup: {},
  };
  const request = new Request(`http://near.example/files/${path}`, {
    headers: range === undefined ? {} : { Range: range },
  });
  return { request, scheme: "http", repository, path, decoded: path } as const;
}

function indexed(question: StoredQuestion) {
  const sha256 = Uint8Array.from(question.sha256.match(/../g) ?? [], (pair) => Number(`0x${pair}`));
  return { ...requested(question), sha256, size: question.size };
}

async function answered(answer: ReturnType<typeof serveBytes | CheckedBytes["whole"]>) {
  const response = await answer;
  if (!(response instanceof Response)) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { ...told(response.status, bytes), encoding: response.headers.get("Content-Encoding") };
}

function told(status: number, bytes: Uint8Array) {
  return { status, bytes: bytes.length, sha256: sha256Of(bytes) };
}

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    const question: StoredQuestion = JSON.parse(await request.text());
    try {
      return Response.json(await ways[question.way](question));
    } catch (error) {
      return Response.json({ thrown: String(error) });
    }
  },
};
