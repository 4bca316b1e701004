/** Run with each test file: one workerd runs them all, and no file finds what another one left behind. */
import { reset } from "cloudflare:test";
import { afterAll, beforeAll, vi } from "vitest";

// Durable Objects and what is built of them here: KV, R2, the cache.
beforeAll(() => reset());

afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
