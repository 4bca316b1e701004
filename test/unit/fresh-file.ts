/** Run with each test file: what a file before it left behind in the same process is gone. */
import { afterAll, vi } from "vitest";
import { removeTemporaryFolders } from "./temporary-folder.ts";

afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.useRealTimers();
  removeTemporaryFolders();
});
