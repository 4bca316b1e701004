import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Both projects run together, by as many workers as there are processors: Vitest itself would leave one idle. */
const shared = {
  maxWorkers: availableParallelism(),
  // A worker is started once and runs file after file, with the modules that it has: a new one for each file costs a
  // third of all processor time, in workerd more than the tests. What a file may leave behind is cleared by `fresh-file.ts`.
  isolate: false,
  // A bound for what hangs, not for what is slow: on a busy machine a test takes ten times as long.
  testTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        // Pure code, and what runs in Node: the lab, the command line. What surrounds a trial; the trials
        // themselves are `npm run trials`.
        test: {
          ...shared,
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/trials/**/*.test.ts"],
          setupFiles: ["test/unit/fresh-file.ts"],
        },
      },
      {
        // The Worker in workerd with real bindings.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            main: "./test/workerd/main.ts",
            // The list in the bundle is the real one: nothing of it may be probed from here.
            miniflare: { bindings: { CLIENT_PLACE: "database", PROBING: "off" }, cf: false },
          }),
        ],
        test: {
          ...shared,
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          setupFiles: ["test/workerd/fresh-file.ts"],
        },
      },
    ],
  },
});
