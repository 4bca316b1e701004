/** A service that answers about packages of made suites by looking through all of them: slow, plain, and right. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { contentsLine } from "../../../../scripts/convert-packages/contents-line.ts";
import { inMergedUsr } from "../../../../scripts/judge-packages/contents-oracle.ts";
import type { SuiteFiles } from "../../../../scripts/judge-packages/suite-files.ts";

export type Fault =
  | "rank"
  | "owner"
  | "path"
  | "provides"
  | "version"
  | "madison"
  | "description"
  | "crash"
  | "typo";

export interface StandIn {
  url: string;
  stop(): Promise<void>;
}

interface Found {
  name: string;
  by: string;
}

/** @param fault what it does wrong; absent: nothing */
export async function standIn(suites: readonly SuiteFiles[], fault?: Fault): Promise<StandIn> {
  const world = new World(suites, fault);
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const [status, told] = world.answer(url, body);
      response.writeHead(status).end(typeof told === "string" ? told : JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo | { port: number } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return address;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}

class World {
  readonly #suites: readonly SuiteFiles[];
  readonly #fault: Fault | undefined;
  readonly #names: string[];
  readonly #owners = new Map<string, Map<string, Set<string>>>();
  readonly #commands = new Map<string, Set<string>>();
  readonly #provides = new Map<string, Set<string>>();
  /** Stanzas of the translation by name. */
  readonly #translated = new Map<string, string>();

  constructor(suites: readonly SuiteFiles[], fault: Fault | undefined) {
    this.#suites = suites;
    this.#fault = fault;
    const [main] = suites;
    this.#names = [...new Set(main?.packages.map(({ name }) => name))];
    for (const one of main?.packages ?? []) {
      for (const [first] of one.relation("Provides")) {
        if (first !== undefined) add(this.#provides, first.name, one.name);
      }
    }
    for (const file of main?.translations ?? []) {
      for (const stanza of gunzipSync(readFileSync(file)).toString().split("\n\n")) {
        this.#translated.set(/^Package: (\S+)/.exec(stanza)?.[1] ?? "", stanza);
      }
    }
    for (const file of main?.contents ?? []) {
      for (const line of gunzipSync(readFileSync(file)).toString().split("\n")) {
        const { path, owners } = contentsLine(line) ?? { path: "", owners: [] };
        const key = inMergedUsr(path);
        const told = this.#owners.get(key) ?? new Map<string, Set<string>>();
        this.#owners.set(key, told);
        const command = /^usr\/(?:s?bin|games)\/([^/]+)$/.exec(key)?.[1];
        for (const owner of owners) {
          add(told, path, owner);
          if (command !== undefined) add(this.#commands, command, owner);
        }
      }
    }
  }

  answer({ pathname, searchParams }: URL, body: string): [number, unknown] {
    if (pathname === "/api/v1/files") return [200, this.#files(searchParams.get("path") ?? "")];
    if (pathname === "/madison") return [200, this.#madison(searchParams.get("package") ?? "")];
    const [, name] = /^\/api\/v1\/packages\/([^/]+)$/.exec(pathname) ?? [];
    if (name !== undefined) return [200, { packages: this.#detail(decodeURIComponent(name)) }];
    if (pathname !== "/api/v1/packages") return [404, {}];
    if (body !== "") return [200, { results: this.#named(JSON.parse(body).names) }];
    const q = (searchParams.get("q") ?? "").trim();
    if (this.#fault === "crash" && q.includes("NEAR")) return [500, { detail: "fts5: syntax" }];
    if (q === "") return [400, {}];
    const limit = Number(searchParams.get("limit") ?? 20);
    const field = searchParams.get("in");
    const found =
      field === "command" || field === "provides"
        ? this.#keyed(field === "command" ? this.#commands : this.#provides, q, field)
        : this.#search(q);
    return [200, { results: found.slice(0, limit).map((one) => this.#result(one)) }];
  }

  #keyed(held: ReadonlyMap<string, ReadonlySet<string>>, q: string, by: string): Found[] {
    const found = [...(held.get(q) ?? [])].map((name) => ({ name, by }));
    const isDropped = this.#fault === (by === "command" ? "owner" : "provides");
    return isDropped ? found.slice(1) : found;
  }

  #search(q: string): Found[] {
    const exact = this.#names.filter((name) => name === q).map((name) => ({ name, by: "name" }));
    const commands = this.#keyed(this.#commands, q, "command");
    const close = this.#fault === "typo" ? [] : this.#names.filter((name) => isOneEdit(name, q));
    const found = [...exact, ...commands, ...close.map((name) => ({ name, by: "typo" }))];
    return this.#fault === "rank" ? found.toReversed() : found;
  }

  #named(names: readonly string[]) {
    return names
      .filter((name) => this.#versions(name).length > 0)
      .map((name) => this.#result({ name, by: "name" }));
  }

  #result({ name, by }: Found) {
    return { name, why: [{ by }], versions: this.#versions(name) };
  }

  #madison(names: string): string {
    const rows = names
      .split(" ")
      .flatMap((name) => this.#versions(name).map((one) => ({ name, ...one })));
    const lines = rows.map(({ name, version, suite, architecture }) =>
      [name.padEnd(10), version, suite, architecture].join(" | "),
    );
    const told = this.#fault === "madison" ? lines.slice(1) : lines;
    return told.map((line) => `${line}\n`).join("");
  }

  #detail(name: string) {
    const stanza = this.#translated.get(name) ?? "";
    const lines = stanza.split("\n").filter((line) => line.startsWith(" "));
    const told = this.#fault === "description" ? lines.slice(1) : lines;
    const description = told.map((line) => (line === " ." ? "" : line.trim())).join("\n");
    const [main] = this.#suites;
    return this.#versions(name)
      .filter(({ suite }) => suite === main?.suite)
      .map((one) => ({ ...one, description }));
  }

  #versions(name: string) {
    const versions = this.#suites.flatMap(({ suite, packages }) =>
      packages
        .filter((one) => one.name === name)
        .map(({ version, architecture }) => ({ suite, version, architecture })),
    );
    return this.#fault === "version" ? versions.slice(0, 1) : versions;
  }

  #files(path: string) {
    const told = [...(this.#owners.get(inMergedUsr(path.replace(/^\//, ""))) ?? [])];
    const kept = this.#fault === "path" ? told.slice(1) : told;
    return { files: kept.map(([path, owners]) => ({ path: `/${path}`, packages: [...owners] })) };
  }
}

function add(held: Map<string, Set<string>>, key: string, value: string): void {
  held.set(key, (held.get(key) ?? new Set()).add(value));
}

/** One character more, less or another, or two the other way round. */
function isOneEdit(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1 || one === other) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from++;
  const [a, b] = [one.slice(from), other.slice(from)];
  const isTurned = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return isTurned || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
