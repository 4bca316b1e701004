/** What a repository's origin has just now, read as a watcher reads it. */
import { readFileSync } from "node:fs";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import type { OriginAccess } from "../../worker/outbound/origin-access.ts";
import type { Baseline } from "../../worker/repositories/baseline/baseline.ts";
import { watchedBaseline } from "../../worker/repositories/baseline/watched-baseline.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { SnapshotChain } from "../../worker/repositories/chain/chain.ts";
import { SnapshotStore } from "../../worker/repositories/chain/snapshot-store.ts";
import { parts } from "../program/parts.ts";
import { memorySql } from "./memory-sql.ts";

export interface OriginWorld {
  access: OriginAccess;
  /** Unix ms. */
  now(): number;
  /** 0 to 1. */
  random(): number;
}

/**
 * Reads the origin once: its roots, signed or not, and an index of one of them. What can't be read is told in the baseline.
 *
 * @param repository keys and `verify` don't matter: what is read is compared with, and served to nobody
 */
export async function readOrigin(repository: Repository, world: OriginWorld): Promise<Baseline> {
  const store = new SnapshotStore(memorySql(), "watching");
  const chain = new SnapshotChain({
    ...world,
    purpose: "watching",
    blobs: memoryBlobs(),
    store,
    keyring: () => Promise.reject(new Error("no keys are wanted")),
    log: () => undefined,
    xz: new WebAssembly.Module(readFileSync(parts.xz)),
  });
  await chain.follow(repository);
  if (chain.originAnswered) store.setState("looked", String(world.now()));
  return watchedBaseline(repository, chain, store);
}
