/** What a deployment sends, by what the account has; and that wrangler itself takes both configurations. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  type Configuration,
  readWhole,
  watchersConfiguration,
  withNamespaceId,
} from "../../../../scripts/deploy/configurations.ts";
import {
  type DeployOptions,
  deployBoth,
  objectsFor,
} from "../../../../scripts/deploy/deploy-both.ts";
import { root } from "../../../../scripts/service/bundle.ts";
import { listOwnerText } from "../../../../worker/list/list-owner.ts";

/** As of a `wrangler.toml`; what only the edge has comes first. */
const raw = {
  routes: [{ pattern: "mirrors.example.org", custom_domain: true }],
  triggers: { crons: ["* * * * *"] },
  build: { command: "make the list" },
  name: "near",
  main: "worker/index.ts",
  compatibility_date: "2026-10-01",
  vars: { PROBING: "all" },
  kv_namespaces: [{ binding: "VIEWS" }],
  durable_objects: {
    bindings: [
      { name: "FLEET", class_name: "Fleet" },
      { name: "REPOSITORY", class_name: "Repository" },
    ],
  },
  migrations: [
    { tag: "v1", new_sqlite_classes: ["Fleet"] },
    { tag: "v2", new_sqlite_classes: ["Repository"] },
  ],
  services: [
    { binding: "PACKAGES", service: "near", entrypoint: "Packages" },
    { binding: "OTHER", service: "other" },
  ],
};

const ownFleet = { type: "durable_object_namespace", name: "FLEET", class_name: "Fleet" };
const views = { type: "kv_namespace", name: "VIEWS", namespace_id: "0a1b" };

/** An account that has scripts with these bindings, and namespaces with these titles; what was sent, in order. */
function account(
  scripts: Record<string, object[]>,
  titles: string[] = [],
  fails: { deploy?: string; ask?: string } = {},
  stored: Record<string, string> = {},
) {
  const sent: Configuration[] = [];
  const said: string[] = [];
  const done: string[] = [];
  const written = new Map<string, Configuration>();
  const answer = (value: unknown) => ({ status: 0, stdout: JSON.stringify(value), stderr: "" });
  const run = (options: Partial<DeployOptions> = {}) =>
    deployBoth(
      readWhole(raw, "/service/wrangler.toml"),
      { dryRun: false, ...options },
      {
        ask(args) {
          done.push(`ask ${args.slice(0, 3).join(" ")}`);
          if (fails.ask !== undefined) return { status: 1, stdout: "", stderr: fails.ask };
          if (args[1] === "key") {
            const key = args[3] ?? "";
            const value = stored[key];
            return value === undefined
              ? { status: 1, stdout: "", stderr: `Failed to fetch /values/${key} - 404: Not Found` }
              : { status: 0, stdout: value, stderr: "" };
          }
          const name = args[args.indexOf("--name") + 1] ?? "";
          if (args[0] === "deployments") {
            // As wrangler 4.156 tells of a script that the account hasn't got.
            const none = `A request to the Cloudflare API (/accounts/a/workers/scripts/${name}/deployments) failed.\n  This Worker does not exist on your account. [code: 10007]`;
            return scripts[name] === undefined
              ? { status: 1, stdout: "", stderr: none }
              : answer({ versions: [{ version_id: "one", percentage: 100 }] });
          }
          if (args[0] === "versions") return answer({ resources: { bindings: scripts[name] } });
          if (args[2] === "create") titles.push(args[3] ?? "");
          return answer(titles.map((title) => ({ title, id: `id of ${title}` })));
        },
        run(args) {
          if (args[0] === "kv") {
            done.push(args.join(" "));
            return 0;
          }
          const name = args[2] ?? "";
          if (name === fails.deploy) return 1;
          sent.push(written.get(name) ?? {});
          return 0;
        },
        build(command) {
          done.push(command);
          return 0;
        },
        bundleViews(text) {
          done.push(`bundle ${text}`);
          return () => void done.push("give back");
        },
        entries: () => "entries.json",
        write(name, configuration) {
          written.set(name, configuration);
          return name;
        },
        keepId(binding, id) {
          done.push(`keep ${binding} ${id}`);
          return true;
        },
        say: (line) => void said.push(line),
      },
    );
  return { run, sent, said, done };
}

test("a first deployment: the watchers first, with new classes and no way in; then the edge, bound to them by name", () => {
  const { run, sent, done } = account({});
  expect(run()).toBe(0);
  const shared = {
    compatibility_date: "2026-10-01",
    vars: { PROBING: "all" },
    kv_namespaces: [{ binding: "VIEWS", id: "id of near-views" }],
  };
  expect(sent).toEqual([
    {
      ...shared,
      name: "near-watchers",
      main: join(root, "worker/watchers/index.ts"),
      workers_dev: false,
      preview_urls: false,
      durable_objects: raw.durable_objects,
      services: [{ binding: "OTHER", service: "other" }],
      migrations: raw.migrations,
    },
    {
      ...shared,
      name: "near",
      main: "/service/worker/index.ts",
      routes: raw.routes,
      triggers: raw.triggers,
      durable_objects: {
        bindings: [
          { name: "FLEET", class_name: "Fleet", script_name: "near-watchers" },
          { name: "REPOSITORY", class_name: "Repository", script_name: "near-watchers" },
        ],
      },
      services: [
        { binding: "PACKAGES", service: "near-watchers", entrypoint: "Packages" },
        { binding: "OTHER", service: "other" },
      ],
    },
  ]);
  expect(done.slice(-7)).toEqual([
    "ask kv namespace list",
    "ask kv namespace create",
    "ask kv namespace list",
    "keep VIEWS id of near-views",
    "ask kv key get",
    "make the list",
    "kv key put list-entries --namespace-id id of near-views --remote --path entries.json",
  ]);
});

test("the one script of before has the classes: they are transferred, and its namespace is used on", () => {
  const { run, sent, done } = account({ near: [ownFleet, views] }, ["near-views"]);
  expect(run()).toBe(0);
  const moved = [{ from: "Fleet", from_script: "near", to: "Fleet" }];
  expect(sent[0]?.migrations).toEqual([
    { tag: "v1", transferred_classes: moved },
    raw.migrations[1],
  ]);
  expect(sent.map((one) => one.kv_namespaces)).toEqual(
    Array(2).fill([{ binding: "VIEWS", id: "0a1b" }]),
  );
  expect(done).toContain("keep VIEWS 0a1b");
});

test("later deployments, and one after the edge's failed, change no class's place", () => {
  const both = { near: [{ ...ownFleet, script_name: "near-watchers" }], "near-watchers": [views] };
  const afterFailure = { near: [ownFleet], "near-watchers": [ownFleet, views] };
  for (const scripts of [both, afterFailure]) {
    const { run, sent } = account(scripts);
    expect(run()).toBe(0);
    expect(sent[0]?.migrations).toEqual(raw.migrations);
  }
});

test("a service that keeps its list itself is deployed with that one, whatever the files say", () => {
  const there = { near: [{ ...ownFleet, script_name: "near-watchers" }], "near-watchers": [views] };
  const stored = { "list-owner": listOwnerText(7), views: "its views" };
  const own = account(there, [], {}, stored);
  expect(own.run()).toBe(0);
  expect(own.sent).toHaveLength(2);
  expect(own.done.slice(-2)).toEqual(["bundle its views", "give back"]);
  expect(own.done).not.toContain("make the list");
  expect(own.said.join("\n")).toContain("keeps its mirror list itself");
  const failed = account(there, [], { deploy: "edge" }, stored);
  expect(failed.run()).toBe(1);
  expect(failed.done.at(-1)).toBe("give back");
  const lost = account(there, [], {}, { "list-owner": listOwnerText(7) });
  expect(() => lost.run()).toThrow("give the command again");
  expect(lost.sent).toEqual([]);
});

test("a class that was renamed since is transferred by its first name, and then renamed", () => {
  const renaming = { tag: "v3", renamed_classes: [{ from: "Fleet", to: "Admiral" }] };
  const bindings = [{ name: "FLEET", class_name: "Admiral" }, raw.durable_objects.bindings[1]];
  const whole = readWhole(
    {
      ...raw,
      durable_objects: { bindings },
      migrations: [...raw.migrations, renaming],
    },
    "w.toml",
  );
  expect(objectsFor(whole, [ownFleet], undefined)).toBe("transferred");
  expect(watchersConfiguration(whole, "index.ts", "transferred").migrations).toEqual([
    {
      tag: "v1",
      transferred_classes: [{ from: "Fleet", from_script: "near", to: "Fleet" }],
    },
    raw.migrations[1],
    renaming,
  ]);
});

test("where the account can't tell, or says otherwise than the operator, nothing is sent", () => {
  const mute = account({}, [], { ask: "Authentication error [code: 10000]" });
  expect(() => mute.run()).toThrow("Authentication error");
  const other = account({ near: [ownFleet, views] });
  expect(() => other.run({ objects: "new" })).toThrow("near-watchers takes over near's objects");
  expect([...mute.sent, ...other.sent]).toEqual([]);
});

test("what fails stops it: no edge without watchers; watchers without the edge are told of", () => {
  const first = account({}, [], { deploy: "watchers" });
  expect(first.run()).toBe(1);
  expect(first.sent).toEqual([]);
  const second = account({}, [], { deploy: "edge" });
  expect(second.run()).toBe(1);
  expect(second.said.at(-1)).toContain("near-watchers is deployed, near is not");
});

test("a wrangler.toml that can't be made two of is refused with what to do", () => {
  const refused = (more: object) => () => readWhole({ ...raw, ...more }, "w.toml");
  expect(refused({ env: { staging: {} } })).toThrow("w.toml: [env.*] isn't deployed");
  expect(refused({ migrations: [] })).toThrow(
    "w.toml: no [[migrations]] entry makes the class Fleet",
  );
  const elsewhere = { bindings: [{ name: "A", class_name: "A", script_name: "near" }] };
  expect(refused({ durable_objects: elsewhere })).toThrow("script_name is set here");
  expect(refused({ name: "" })).toThrow("w.toml: name is missing");
});

test("a namespace's id is written beside its binding, and nothing else changes", () => {
  const text = `# stores\n[[kv_namespaces]]\nbinding = "VIEWS"\n\n[vars]\n`;
  expect(withNamespaceId(text, "VIEWS", "0a1b")).toBe(
    `# stores\n[[kv_namespaces]]\nbinding = "VIEWS"\nid = "0a1b"\n\n[vars]\n`,
  );
  expect(withNamespaceId(`kv_namespaces = [{ binding = "VIEWS" }]`, "VIEWS", "0a1b")).toBe(
    undefined,
  );
});

/** wrangler bundles two scripts, 3 s of a processor's time; on a busy machine ten times as long. */
const dryRunMs = 120_000;

test(
  "wrangler takes both configurations of the real wrangler.toml, offline, as a transfer",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "nearmirror-deploy-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const config = join(folder, "wrangler.toml");
    // The list has been compiled before the tests; it isn't written while others read it.
    const text = readFileSync(join(root, "wrangler.toml"), "utf8")
      .replace(/^main = .*$/m, `main = ${JSON.stringify(join(root, "worker/index.ts"))}`)
      .replace(/^\[build\]\n(?:.+\n)+/m, "");
    writeFileSync(config, text);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "scripts/deploy.ts"), "--dry-run", "--transfer", "--config", config],
      {
        encoding: "utf8",
        env: {
          ...process.env,
          WRANGLER_SEND_METRICS: "false",
          // With its banner, wrangler asks npm for a newer version.
          WRANGLER_HIDE_BANNER: "true",
          CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9/",
        },
      },
    );
    expect(`${stdout}${stderr}`).not.toMatch(/WARNING|ERROR/);
    expect(status).toBe(0);
    expect(stdout).toContain("env.FLEET (Fleet, defined in nearmirror-watchers)");
    expect(stdout).toContain("env.PACKAGES (nearmirror-watchers#Packages)");
    expect(stdout.match(/--dry-run: exiting now/g)).toHaveLength(2);
    const watchers: unknown = JSON.parse(
      readFileSync(join(folder, "dist/deploy/watchers.json"), "utf8"),
    );
    const moved = ["Fleet", "Prober", "Repository"].map((one) => ({
      from: one,
      from_script: "nearmirror",
      to: one,
    }));
    expect(watchers).toMatchObject({
      migrations: [
        { tag: "v1", transferred_classes: moved },
        { tag: "v2", new_sqlite_classes: ["Torrents"] },
        { tag: "v3", new_sqlite_classes: ["Operations", "Statistics"] },
        { tag: "v4", new_sqlite_classes: ["PackageSearch"] },
      ],
    });
  },
  dryRunMs,
);
