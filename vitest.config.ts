import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { labSecret } from "./test/lab/operator.ts";

/** What each project has. */
const shared = {
  // What a test starts by Node reads TypeScript: half of a command's processor time, unless the JavaScript of it is kept.
  env: {
    NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled"),
    // What a started program keeps of lists: not among those of whoever runs the tests.
    XDG_CACHE_HOME: join(import.meta.dirname, "node_modules/.cache/tests"),
  },
  // One more than there are processors: tests that start a service mostly wait for it. Vitest itself would leave one idle.
  maxWorkers: availableParallelism() + 1,
  // A worker is started once and runs file after file, with the modules that it has: a new one for each file costs a
  // third of all processor time, in workerd more than the tests. What a file may leave behind is cleared by `fresh-file.ts`.
  isolate: false,
  // A bound for what hangs, not for what is slow: on a busy machine a test takes ten times as long.
  testTimeout: 60_000,
} as const;

/** What we print for hosts, run by the real package managers in roots like fresh installations: a third of all time. */
const onHosts = ["printed", "script", "clients", "apt", "lists", "quote"].map(
  (name) => `test/unit/pages/setup/${name}.test.ts`,
);

/** Tests that ask the whole Worker (`SELF`). */
const wholeWorker = ["own-entry", "packages-whole", "shared-packages", "watchers"].map(
  (name) => `test/workerd/${name}.test.ts`,
);

/**
 * What runs in workerd comes first, as its start takes seconds: later no process would have anything else to do meanwhile.
 * Vitest goes by the projects' names, from A to Z.
 */
class WorkerdFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const names = [...new Set(sorted.map(({ project }) => project.name))].toReversed();
    return names.flatMap((name) => sorted.filter(({ project }) => project.name === name));
  }
}

/** The Worker in workerd with real bindings. */
function workerd() {
  return cloudflareTest({
    main: "./test/workerd/main.ts",
    wrangler: { configPath: "./wrangler.toml" },
    // The list in the bundle is the real one: nothing of it may be probed from here.
    miniflare: {
      bindings: { CLIENT_PLACE: "database", PROBING: "off", BOOTSTRAP_SECRET: labSecret },
      cf: false,
    },
  });
}

export default defineConfig({
  test: {
    sequence: { sequencer: WorkerdFirst },
    projects: [
      {
        // Pure code, and what runs in Node: the lab, the command line. What surrounds a trial; the trials
        // themselves are `npm run trials`.
        test: {
          ...shared,
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/trials/**/*.test.ts"],
          exclude: onHosts,
          setupFiles: ["test/unit/fresh-file.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "hosts",
          include: onHosts,
          setupFiles: ["test/unit/fresh-file.ts"],
        },
      },
      {
        // The service as it is started on a machine: what it says, keeps and leaves behind, and what others do to it, behind
        // real proxies and packet filters: minutes.
        test: {
          ...shared,
          name: "started",
          include: ["test/started/**/*.test.ts"],
          setupFiles: ["test/unit/fresh-file.ts"],
        },
      },
      {
        // Pages in Debian's Chromium, on the service as `npm start` runs it: minutes.
        test: {
          ...shared,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          setupFiles: ["test/unit/fresh-file.ts"],
        },
      },
      {
        plugins: [workerd()],
        test: {
          ...shared,
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          exclude: wholeWorker,
          setupFiles: ["test/workerd/fresh-file.ts"],
        },
      },
      {
        // Each with a workerd of its own: what the Worker's isolate holds stays from file to file.
        plugins: [workerd()],
        test: { ...shared, name: "workerd whole", include: wholeWorker, isolate: true },
      },
    ],
  },
});
