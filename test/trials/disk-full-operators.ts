/** What operators meet while the store's disk is full: a problem that says so, nothing half-written, and reading. */
import { setTimeout as pause } from "node:timers/promises";

/** Longer than this is hanging, ms. */
const hangsMs = 5_000;
/** The platform begins an object anew whose write failed; then all has to work within this, ms. */
const againWithinMs = 20_000;

interface Asked {
  method?: "GET" | "POST";
  body?: unknown;
}

/** One operator of a service. */
export class DiskFullOperator {
  readonly #url: string;
  readonly #token: string;

  /** @param url of the service, ends in a slash */
  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async #ask(path: string, { method = "GET", body }: Asked = {}) {
    const answer = await fetch(`${this.#url}api/v1/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
      signal: AbortSignal.timeout(hangsMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      type: answer.headers.get("Content-Type") ?? "",
      text: await answer.text(),
    };
  }

  /** By the console, with the token. */
  async #signIn(): Promise<number> {
    const answer = await fetch(`${this.#url}operate/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: new URL(this.#url).origin },
      body: new URLSearchParams({ token: this.#token }),
      signal: AbortSignal.timeout(hangsMs),
    });
    await answer.body?.cancel();
    return answer.status;
  }

  /** Everything that is written down: the list, accounts, tokens, the audit log. */
  async kept(): Promise<string> {
    const read = ["list", "principals", "tokens", "audit?limit=500", "audit/verify"];
    const answers: string[] = [];
    for (const path of read) {
      const { status, text } = await this.#ask(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 200)}`);
      // When a token was used last is noted within an hour, and is no change.
      answers.push(text.replaceAll(/"used":("[^"]*"|null)/g, ""));
    }
    return answers.join("\n");
  }

  /** Tries each change. @param mirror of the list @returns what went wrong */
  async tryChanges(mirror: string): Promise<string[]> {
    const evidence: string[] = [];
    const before = await this.kept();
    const changes: [string, unknown][] = [
      [`mirrors/${mirror}/drain`, { why: "the disk is full" }],
      ["principals", { name: "of-a-full-disk", role: "reader" }],
      ["tokens", { description: "of a full disk" }],
    ];
    for (const [path, body] of changes) {
      const { status, type, text } = await this.#ask(path, { method: "POST", body });
      if (status !== 507 || !type.includes("problem+json") || !text.includes("disk")) {
        evidence.push(`full: ${path}: ${status} ${type} ${text.slice(0, 200)}`);
      }
    }
    const signedIn = await this.#signIn();
    if (signedIn !== 507) evidence.push(`full: sign-in: ${signedIn}`);
    if ((await this.kept()) !== before)
      evidence.push("full: something of a refused change is kept");
    return evidence;
  }

  /** The same again, with room. @returns what went wrong */
  async changeAgain(mirror: string): Promise<string[]> {
    const begun = Date.now();
    for (;;) {
      const body = { why: "room again" };
      const { status, text } = await this.#ask(`mirrors/${mirror}/drain`, { method: "POST", body });
      if (status === 200) break;
      if (Date.now() - begun > againWithinMs) return [`room again: drain: ${status} ${text}`];
      await pause(200);
    }
    const evidence: string[] = [];
    const made = await this.#ask("tokens", { method: "POST", body: { description: "room again" } });
    if (made.status !== 201) evidence.push(`room again: a token: ${made.status} ${made.text}`);
    const enabled = await this.#ask(`mirrors/${mirror}/enable`, {
      method: "POST",
      body: { why: "room again" },
    });
    if (enabled.status !== 200) evidence.push(`room again: enable: ${enabled.status}`);
    const signedIn = await this.#signIn();
    if (signedIn !== 303) evidence.push(`room again: sign-in: ${signedIn}`);
    const log = await this.#ask("audit/verify");
    if (!log.text.includes('"intact":true')) evidence.push(`room again: ${log.text}`);
    return evidence;
  }
}
