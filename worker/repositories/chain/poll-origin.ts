/** Asks the origin for a repository's roots, and has what is new of them stored and remembered as staged. */

import type { Blobs } from "../../blobs/blobs.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import type { Keyring } from "../../formats/openpgp/keyring.ts";
import type { Fault } from "../../formats/read-verified.ts";
import type { ReadAs } from "../../formats/verification.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { Repository } from "../catalogue.ts";
import { type Purpose, readAs } from "../follow-policy.ts";
import { LostRoots } from "./lost-roots.ts";
import type { RepositoryReading } from "./poll-roots.ts";
import { type PolledRoot, pollRoots } from "./poll-roots.ts";
import type { IndexPulls } from "./pull-indexes.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { SnapshotRoot } from "./snapshot.ts";
import { parseSnapshot, type SnapshotAlarm, type SnapshotStore } from "./snapshot-store.ts";

export interface OriginPollContext {
  access: OriginAccess;
  purpose: Purpose;
  blobs: Blobs;
  store: SnapshotStore;
  holds: RetentionHolds;
  pulls: IndexPulls;
  /** The repository's pinned keys; rejects with a sentence where they can't be read. */
  keyring(listed: Repository): Promise<Keyring>;
  /** Unix ms. */
  now(): number;
  xz?: XzModule;
  tell(listed: Repository, alarm: SnapshotAlarm): void;
}

export class OriginPoll {
  readonly #context: OriginPollContext;
  readonly #lost: LostRoots;
  /** Whether the origin answered anything when it was last asked. */
  originAnswered = false;

  constructor(context: OriginPollContext) {
    this.#context = context;
    this.#lost = new LostRoots(context.blobs);
  }

  /**
   * Asks for all roots, stores and pulls what is new of them, and remembers them as staged.
   *
   * @returns whether the repository is one that is followed
   * @throws what the database throws; then nothing has changed
   */
  async poll(listed: Repository): Promise<boolean> {
    const { purpose, store, now, holds, pulls, tell } = this.#context;
    const as = readAs(listed, purpose);
    if (as === undefined) return false;
    const last = lastRoots(store);
    const reading = await this.#reading(listed, as);
    // What is watched alone is served to nobody.
    const lost = purpose === "serving" ? await this.#lost.among(last ?? [], now()) : undefined;
    const followed: PolledRoot[] =
      "failed" in reading
        ? (listed.roots ?? []).map((path) => ({
            path,
            faults: [{ file: path, said: `The keys can't be read: ${reading.failed}` }],
          }))
        : await pollRoots(reading, (path) => {
            const root = last?.find((one) => one.path === path);
            const watch = store.watch(path);
            const isLost = lost?.has(path) === true;
            return { ...(root && { root }), ...(watch && { watch }), isLost };
          });

    const named = followed.flatMap(({ next }) => (next ? [...next.bytes.keys()] : []));
    const releases = [await holds.hold(named)];
    try {
      const kept = await Promise.all(followed.map((root) => this.#store(root)));
      const stored = await Promise.all(
        kept.map((root) => {
          // What is watched alone has one index a root, which is no reason to know of the root later.
          if (purpose === "watching") return root;
          const before = last?.find(({ path }) => path === root.path);
          return pulls.ahead(listed, before, root, releases);
        }),
      );
      const roots = stored.flatMap(({ path, next }) => {
        const root = next?.root ?? last?.find((one) => one.path === path);
        return root === undefined ? [] : [root];
      });
      const same = roots.length === 0 || JSON.stringify(roots) === JSON.stringify(last);
      const raised = store.record({
        at: now(),
        ...(!same && { roots }),
        watches: new Map(stored.flatMap(({ path, watch }) => (watch ? [[path, watch]] : []))),
        faults: new Map(stored.map(({ path, faults }) => [path, faults])),
      });
      for (const alarm of raised) tell(listed, alarm);
      for (const { path, watch } of stored) {
        const isServed = purpose === "serving";
        const isRefused =
          isServed && watch === undefined && raised.some(({ root }) => root === path);
        const held = isRefused ? last?.find((one) => one.path === path) : undefined;
        if (held !== undefined) await pulls.held(listed, held).catch(() => undefined);
      }
      return true;
    } finally {
      for (const release of releases) release();
    }
  }

  async #reading(listed: Repository, as: ReadAs): Promise<RepositoryReading | { failed: string }> {
    const { now, keyring, xz } = this.#context;
    const access = this.#heeded();
    const reading = { listed, access, readAs: as, now: now(), ...(xz && { xz }) };
    if (as !== "signed") return reading;
    try {
      return { ...reading, keyring: await keyring(listed) };
    } catch (error) {
      return { failed: `${reasonOf(error)}.` };
    }
  }

  /** The way to the origin, with `originAnswered` kept. What stands before an origin answers with 5xx in its place. */
  #heeded(): OriginAccess {
    const { access } = this.#context;
    this.originAnswered = false;
    return {
      ...access,
      ask: async (question) => {
        const reply = await access.ask(question);
        if (!("failed" in reply) && reply.status < 500) this.originAnswered = true;
        return reply;
      },
    };
  }

  /** Stores what is new of a root; the root stays as it was where that fails. */
  async #store(followed: PolledRoot): Promise<PolledRoot> {
    const { path, next } = followed;
    if (next === undefined) return followed;
    try {
      for (const [sha256, bytes] of next.bytes) await this.#context.blobs.put(sha256, bytes);
      return followed;
    } catch (error) {
      const fault: Fault = { file: path, said: `It can't be stored: ${reasonOf(error)}.` };
      return { path, faults: [fault] };
    }
  }
}

/** The newest that were verified, current or not yet. */
function lastRoots(store: SnapshotStore): readonly SnapshotRoot[] | undefined {
  const waiting = store.staged()?.roots ?? store.pending()?.snapshot.roots;
  const current = store.current();
  return waiting ?? (current && parseSnapshot(current.json).roots);
}
