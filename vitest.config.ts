import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        // Pure code, and what runs in Node: the lab, the command line.
        test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 },
      },
      {
        // The Worker in workerd with real bindings.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            // The list in the bundle is the real one: nothing of it may be probed from here.
            miniflare: { bindings: { CLIENT_PLACE: "database", PROBING: "off" }, cf: false },
          }),
        ],
        test: { name: "workerd", include: ["test/workerd/**/*.test.ts"], testTimeout: 20_000 },
      },
      {
        // Trials of the whole, in their short form. Their figures are times: without file parallelism they run
        // one at a time, and when no other project's files do.
        test: {
          name: "lab",
          include: ["test/trials/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
