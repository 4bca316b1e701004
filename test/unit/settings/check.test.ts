/** What is told of variables before a start or a deployment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configurationPage } from "../../../scripts/configuration/page.ts";
import { deployedVariables } from "../../../scripts/configuration/wrangler-variables.ts";
import { checkVariables } from "../../../worker/settings/check.ts";
import { readRetention, readSettings } from "../../../worker/settings/settings.ts";
import { variables } from "../../../worker/settings/table.ts";

const root = join(import.meta.dirname, "../../..");

test("nothing is wrong with no variables, nor with those of a deployment", () => {
  expect(checkVariables({})).toEqual([]);
  const deployed = deployedVariables(join(root, "wrangler.toml"));
  expect(deployed).toMatchObject({ CLIENT_PLACE: "platform", PROBING: "all" });
  expect(checkVariables(deployed)).toEqual([]);
});

test("each wrong value is told, and a name that is none", () => {
  const wrong = checkVariables({
    PROBE_SECOND: "10",
    PROBING: "sometimes",
    SNAPSHOT_KEEP_DAYS: "a week",
    PUBLIC_URL: "near.example",
  });
  expect(wrong).toHaveLength(4);
  expect(wrong).toEqual(
    expect.arrayContaining([
      expect.stringContaining("PROBE_SECOND is no variable"),
      expect.stringContaining('PROBING is "sometimes"; it must be "off", "asked" or "all".'),
      expect.stringContaining('SNAPSHOT_KEEP_DAYS is "a week"; it must be a number of days'),
      expect.stringContaining('PUBLIC_URL is "near.example"; it must be an absolute'),
    ]),
  );
});

test("a variable's former name is read still, and goes behind the name of today", () => {
  expect(checkVariables({ SIGHT_SECONDS: "0" })).toEqual([]);
  expect(readSettings({ SIGHT_SECONDS: "7" }).livenessMs).toBe(7000);
  expect(readSettings({ SIGHT_SECONDS: "7", LIVENESS_SECONDS: "3" }).livenessMs).toBe(3000);
  expect(() => readSettings({ SIGHT_SECONDS: "long" })).toThrow(/^SIGHT_SECONDS is "long"/);
});

test("snapshots are kept for a week and ten of them, or as is said", () => {
  expect(readRetention({})).toEqual({ keepMs: 7 * 86_400_000, keepCount: 10 });
  const said = { SNAPSHOT_KEEP_DAYS: "0.5", SNAPSHOT_KEEP_COUNT: "2" };
  expect(readRetention(said)).toEqual({ keepMs: 43_200_000, keepCount: 2 });
});

test("the page in docs is what the table says, and has every variable", () => {
  const page = readFileSync(join(root, "docs/configuration.md"), "utf8");
  expect(page).toBe(configurationPage());
  for (const name of Object.keys(variables)) expect(page).toContain(`| \`${name}\` |`);
});
