/** A stand-in origin in memory: files with validators, faults by path, and a log of what it was asked. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Question } from "../../../worker/outbound/ask.ts";
import type { OriginAccess } from "../../../worker/outbound/origin-access.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";

export interface OriginFile {
  body: string | Uint8Array;
  headers?: Record<string, string>;
  status?: number;
  /** The body breaks off after so many bytes. */
  breaksAfter?: number;
}

export const base = "http://origin.example/r/";

export const sha256 = (body: string | Uint8Array) =>
  createHash("sha256").update(body).digest("hex");

export class StandInOrigin {
  /** By path inside the repository. */
  readonly files = new Map<string, OriginFile>();
  readonly asked: Question[] = [];
  /** Bodies that were opened and are neither read to the end nor cancelled. */
  open = 0;
  /** The whole origin can't be reached. */
  gone = false;
  /** Waited for before each answer. */
  gate: Promise<void> = Promise.resolve();

  readonly access: OriginAccess = {
    userAgent: "test/1",
    ownHosts: [],
    ask: async (question) => {
      const answer = await this.#answer(question);
      if (answer === undefined) return { failed: "unreachable", detail: "Refused.", totalMs: 1 };
      const { status, headers, bytes, file } = answer;
      const cut = file?.breaksAfter !== undefined;
      const body = bytes.subarray(
        0,
        Math.min(question.maxBodyBytes, file?.breaksAfter ?? Infinity),
      );
      return { status, headers, body, whole: !cut, headersMs: 1, totalMs: 1 };
    },
    open: async (url, headers, deadlineMs) => {
      const answer = await this.#answer({
        method: "GET",
        url,
        headers,
        deadlineMs,
        maxBodyBytes: 0,
      });
      if (answer === undefined) return { failed: "Refused." };
      return { status: answer.status, headers: answer.headers, body: this.#stream(answer) };
    },
  };

  put(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): void {
    this.files.set(path, { body, headers: { etag: `"${sha256(body).slice(0, 8)}"`, ...headers } });
  }

  paths(): string[] {
    return this.asked.map(({ url }) => decodeURIComponent(url.slice(base.length)));
  }

  async #answer(question: Question) {
    this.asked.push(question);
    await this.gate;
    if (this.gone) return undefined;
    const file = this.files.get(decodeURIComponent(question.url.slice(base.length)));
    if (!file) return { status: 404, headers: new Headers(), bytes: new Uint8Array() };
    const headers = new Headers(file.headers);
    const bytes = typeof file.body === "string" ? new TextEncoder().encode(file.body) : file.body;
    const sent = new Headers(question.headers);
    if (sent.has("if-none-match") && sent.get("if-none-match") === headers.get("etag")) {
      return { status: 304, headers, bytes: new Uint8Array() };
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(sent.get("range") ?? "") ?? [];
    if (first !== undefined && !headers.has("no-ranges")) {
      headers.set("content-range", `bytes ${first}-${last}/${bytes.byteLength}`);
      return { status: 206, headers, bytes: bytes.subarray(Number(first), Number(last) + 1), file };
    }
    headers.set("content-length", String(bytes.byteLength));
    return { status: file.status ?? 200, headers, bytes, file };
  }

  #stream({ bytes, file }: { bytes: Uint8Array; file?: OriginFile | undefined }) {
    this.open++;
    let at = 0;
    const pieceBytes = 1000;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at >= (file?.breaksAfter ?? Number.POSITIVE_INFINITY)) {
          this.open--;
          controller.error(new Error("reset"));
        } else if (at >= bytes.byteLength) {
          this.open--;
          controller.close();
        } else {
          controller.enqueue(bytes.slice(at, at + pieceBytes));
          at += pieceBytes;
        }
      },
      cancel: () => {
        this.open--;
      },
    });
  }
}

export function repository(more: Partial<Repository> = {}): Repository {
  return {
    name: "r",
    kind: "apt",
    title: "Test",
    origin: base,
    architectures: ["amd64", "arm64"],
    roots: ["dists/stable/InRelease"],
    keys: [],
    setup: { components: "main" },
    ...more,
  };
}

/** A stanza as apt-ftparchive writes it. */
export function stanza(path: string, size = 10): string {
  return `Package: p\nVersion: 1\nFilename: ${path}\nSize: ${size}\nSHA256: ${sha256(path)}\nDescription: d\n more\n\n`;
}

/** Publishes an apt suite whose only index lists these files; gives the index's path. */
export function publishApt(
  origin: StandInOrigin,
  date: string,
  paths: readonly string[],
  suite = "stable",
): string {
  const packages = gzipSync(paths.map((path) => stanza(path)).join(""));
  const directory = `dists/${suite}/`;
  const name = "main/binary-amd64/Packages.gz";
  origin.put(directory + name, packages);
  origin.put(
    `${directory}InRelease`,
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: t\nDate: ${date}\nSHA256:\n ${sha256(packages)} ${packages.byteLength} ${name}\n-----BEGIN PGP SIGNATURE-----\n\nnone\n-----END PGP SIGNATURE-----\n`,
  );
  return directory + name;
}

/** Reproducible numbers, 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
