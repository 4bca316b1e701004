/** An office over a database of its own, and how tests ask it: as the edge passes requests on. */

import { seeded } from "../../../scripts/random.ts";
import type { EndingCertificate } from "../../../worker/health/certificates/ending-certificates.ts";
import type { EntryValue, ListEntries } from "../../../worker/list/entries.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import { answerOperators } from "../../../worker/operate/answer.ts";
import type { OpenIdSignIn } from "../../../worker/operate/console/openid.ts";
import { Office, type OthersCalls } from "../../../worker/operate/office.ts";
import type { Json } from "../../../worker/runtime/canonical-json.ts";
import type { Sql } from "../../../worker/runtime/sql.ts";
import { brokenContract } from "./contract.ts";

export const start = Date.parse("2026-11-22T12:00:00Z");
export const bootstrapSecret = "a bootstrap secret of a test, which is long enough";

export function site(name: string, more: Record<string, Json> = {}): EntryValue {
  return {
    name,
    base: { https: `https://${name}/` },
    repositories: { debian: { path: "debian/" } },
    ...more,
  };
}

export const givenVersion = 1000;
export const given: ListEntries = new Map<string, EntryValue>([
  ["mirrors/a.example", site("a.example")],
  ["mirrors/b.example", site("b.example")],
  [
    "repositories/debian",
    {
      name: "debian",
      kind: "apt",
      title: "Debian",
      origin: "http://ftp.debian.org/debian/",
      architectures: ["amd64"],
    },
  ],
]);

/** A receiver of webhooks. */
export type Receive = (url: string, init: RequestInit) => Promise<Response>;

export interface TestOffice {
  office: Office;
  clock: { now: number };
  published: { version: number; views: Views }[];
  probed: string[];
  logged: string[];
  /** When the object's alarm was to ring. */
  rung: number[];
  /** What receives webhooks from now on. */
  receiveBy(by: Receive): void;
  /** Asks as the edge passes it on. */
  ask(method: string, path: string, options?: AskOptions): Promise<Asked>;
  /** Watches: `until` waits for so many events. */
  stream(
    path: string,
    options: AskOptions,
  ): Promise<{ until(events: number): Promise<string>; close(): Promise<void> }>;
  /** The first admin's token, by the bootstrap secret. */
  admin(): Promise<string>;
  /** A token of a new account with that role. */
  token(
    name: string,
    role: string,
    more?: { mirrors?: string[]; scopes?: string[] },
  ): Promise<string>;
}

export interface AskOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  address?: string;
}

export interface Asked {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is what it asserts.
  body: any;
}

/** What an office has besides. */
export interface OfficeWith {
  openId?: OpenIdSignIn;
  /** The files' list, in place of the usual one. */
  given?: ListEntries;
  /** False: nothing is probed. */
  isProbed?: boolean;
  /** Of what is random: another service has other tokens. */
  seed?: number;
  statistics?: NonNullable<OthersCalls["statistics"]>;
  /** What Fleet says of a mirror. */
  mirror?: NonNullable<OthersCalls["mirror"]>;
  certificates?: () => Promise<EndingCertificate[]>;
}

export function openOffice(sql: Sql, more: OfficeWith = {}): TestOffice {
  const { openId, certificates, isProbed = true } = more;
  const clock = { now: start };
  const published: TestOffice["published"] = [];
  const probed: string[] = [];
  const logged: string[] = [];
  const rung: number[] = [];
  let receive: Receive = async () => new Response(null, { status: 204 });
  const random = seeded(more.seed ?? 16);
  const office = new Office({
    sql,
    random: (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)),
    bootstrapSecret,
    ...(openId && { openId }),
    given: async () => ({ version: givenVersion, entries: more.given ?? given }),
    publish: async (views, version) => {
      published.push({ version, views });
    },
    lists: async () => ({ shipped: givenVersion, stored: published.at(-1)?.version ?? 0 }),
    others: {
      ...(isProbed && {
        probe: async (mirrors: readonly string[]) => {
          probed.push(...mirrors);
        },
      }),
      ...(more.statistics && { statistics: more.statistics }),
      ...(more.mirror && { mirror: more.mirror }),
      ...(certificates && { certificates }),
      fetch: async (url, init) => await receive(url, init),
      ring: async (at) => {
        // As workerd's setAlarm does.
        if (at <= 0) throw new TypeError("setAlarm() cannot be called with an alarm time <= 0");
        rung.push(at);
      },
    },
    now: () => clock.now,
    log: (sentence) => logged.push(sentence),
  });
  let first: string | undefined;
  const world: TestOffice = {
    office,
    clock,
    published,
    probed,
    logged,
    rung,
    receiveBy: (by) => {
      receive = by;
    },
    async ask(method, path, { token, body, headers = {}, address = "192.0.2.7" } = {}) {
      const isText = typeof body === "string";
      const answer = await answerOperators(
        new Request(`https://operators.invalid${path}`, {
          method,
          headers: {
            "Nearmirror-Caller": address,
            ...(token !== undefined && { Authorization: `Bearer ${token}` }),
            ...(body !== undefined && { "Content-Type": "application/json" }),
            ...headers,
          },
          ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
        }),
        office,
      );
      const text = await answer.text();
      const isJson =
        (answer.headers.get("Content-Type") ?? "").includes("json") && !text.includes("}\n{");
      const read: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
      const { status } = answer;
      const type = answer.headers.get("Content-Type") ?? "";
      const isReplay = answer.headers.has("Idempotency-Replayed");
      const broken = isReplay
        ? undefined
        : brokenContract({ method, path }, { status, type, body: read });
      if (broken !== undefined) throw new Error(`${broken}\n${text}`);
      return { status, headers: answer.headers, text, body: read };
    },
    async stream(path, { token = "", headers = {} }) {
      const answer = await answerOperators(
        new Request(`https://operators.invalid${path}`, {
          headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream", ...headers },
        }),
        office,
      );
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (reader === undefined) throw new Error(`no stream: ${answer.status}`);
      let text = "";
      return {
        async until(events) {
          while ((text.match(/^data: /gm) ?? []).length < events) {
            const { value, done } = await reader.read();
            if (done) break;
            text += value;
          }
          return text;
        },
        close: () => reader.cancel(),
      };
    },
    async admin() {
      if (first !== undefined) return first;
      const made = await world.ask("POST", "/api/v1/bootstrap", {
        body: { secret: bootstrapSecret, name: "root" },
      });
      if (made.status !== 201) throw new Error(made.text);
      const secret: string = made.body.secret;
      first = secret;
      return secret;
    },
    async token(name, role, { mirrors = [], scopes = [] } = {}) {
      const admin = await world.admin();
      const added = await world.ask("POST", "/api/v1/principals", {
        token: admin,
        body: { name, role, mirrors },
      });
      if (added.status !== 201) throw new Error(added.text);
      const made = await world.ask("POST", "/api/v1/tokens", {
        token: admin,
        body: { principal: name, scopes, description: "of a test" },
      });
      if (made.status !== 201) throw new Error(made.text);
      return made.body.secret;
    },
  };
  return world;
}
