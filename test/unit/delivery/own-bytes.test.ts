import { expect, test } from "vitest";
import type { CheckedBody } from "../../../worker/delivery/check-bytes.ts";
import { FileChecks } from "../../../worker/delivery/file-checks.ts";
import { topOf } from "../../../worker/delivery/file-request.ts";
import { OwnBytes } from "../../../worker/delivery/own-bytes.ts";
import type { PresentFile } from "../../../worker/repositories/contents/presence/presence-index.ts";
import { open, plainMirror } from "../directory/rosters.ts";
import { newlyHeld, openState, type State } from "./drawn-state.ts";

/** Mirrors whose bytes are read in the order of their questions. */
class Bytes extends FileChecks {
  readonly #answers: (() => Promise<CheckedBody>)[];

  constructor(...answers: (() => Promise<CheckedBody>)[]) {
    const cache = { match: async () => undefined, put: async () => undefined };
    const fetch = () => Promise.reject(new Error("nobody is asked"));
    super({ fetch, cache, ownHosts: [], publicUrl: "" });
    this.#answers = answers;
  }

  override bytesNow(): Promise<CheckedBody> {
    return this.#answers.shift()?.() ?? Promise.reject(new Error("one question too many"));
  }
}

const listed: PresentFile = { size: 5, first: 1, sha256: new Uint8Array(32) };
const mirrors = ["m0", "m1", "m2"].map((name) => {
  const http = `http://${name}.example/debian/`;
  return plainMirror(name, { carries: { debian: { http, generation: 9 } } });
});
const state: State = {
  now: Date.parse("2026-03-01T12:00:00Z"),
  mirrors,
  address: "81.2.0.1",
  country: "DE",
  scheme: "http",
  listed,
  said: {},
  answers: {},
  checked: {},
  bytes: {},
  avoided: [],
  originGives: "unreachable",
};

test("a file that was right, or a mirror that was just asked, is told of at once", async () => {
  const { asked } = openState(state, open(mirrors), newlyHeld());
  const own = new OwnBytes(new Bytes(async () => ({ found: "right", read: 5 })));
  const [first, second] = topOf(asked);
  if (first === undefined || second === undefined) throw new Error("there are three mirrors");
  const comparing = own.compare(first, asked, listed);
  // Whoever comes meanwhile for the same file waits for the same answer.
  expect(own.compare(first, asked, listed)).toBeInstanceOf(Promise);
  const another = { ...asked, decoded: `${asked.decoded}.other` };
  expect(own.compare(first, another, listed)).toBe("unknown");
  expect(await comparing).toBe("right");
  expect(own.compare(first, asked, listed)).toBe("right");
});

test("a comparison that fails frees its place: two may run at a time", async () => {
  const { asked } = openState(state, open(mirrors), newlyHeld());
  const broken = () => Promise.reject(new Error("out of memory"));
  const own = new OwnBytes(new Bytes(broken, broken, async () => ({ found: "right", read: 5 })));
  const compared: string[] = [];
  for (const offer of topOf(asked)) compared.push(await own.compare(offer, asked, listed));
  expect(compared).toEqual(["unknown", "unknown", "right"]);
});
