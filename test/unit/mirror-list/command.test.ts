import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { listFolder, siteText } from "./list.ts";

const script = fileURLToPath(new URL("../../../scripts/mirrors.ts", import.meta.url));

function mirrors(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test.each([
  [[]],
  [["chekc"]],
  [["check", "extra"]],
  [["check", "--colour"]],
  [["import", "arch", "x"]],
  [["import", "debian"]],
  [["drain", "a.example"]],
  [["drain", "../a", "--by", "me", "--why", "x"]],
  [["drain", "a.example", "--by", "me", "--why", "x", "--until", "yesterday"]],
])("wrong usage is told and exits 2: %j", (args) => {
  const { status, stdout, stderr } = mirrors(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage:");
});

test("check: 0 and a count, 1 and file:line:column, and the same as JSON", () => {
  const good = listFolder({ "a.example": siteText("a.example") });
  expect(mirrors("check", "--list", good)).toMatchObject({ status: 0, stderr: "" });
  const bad = listFolder({ "a.example": siteText("b.example") });
  const file = join(bad, "mirrors", "a.example.yaml");
  const text = mirrors("check", "--list", bad);
  expect(text.status).toBe(1);
  expect(text.stderr).toContain(`${file}:1:7: `);
  const json = mirrors("check", "--list", bad, "--json");
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    files: 5,
    mirrors: 0,
    repositories: 4,
    errors: [{ file, line: 1, column: 7, message: expect.stringContaining("b.example") }],
    warnings: [],
  });
});

test("check warns of coordinates far outside the country", () => {
  const swapped = siteText("a.example", "country: DE\nlatitude: 8.7\nlongitude: 50.1\n");
  const dir = listFolder({ "a.example": swapped });
  const { status, stderr } = mirrors("check", "--list", dir);
  expect(status).toBe(0);
  expect(stderr).toMatch(/a\.example\.yaml:8:11: warning: .*DE/);
});

test("drain, enable and build", () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const file = join(dir, "mirrors", "a.example.yaml");
  const out = join(dir, "views.txt");
  const state = () => {
    expect(mirrors("build", "--list", dir, "--out", out).status).toBe(0);
    return JSON.parse(readFileSync(out, "utf8")).roster.mirrors[0].state;
  };
  expect(mirrors("drain", "a.example", "--by", "me", "--why", "disk", "--list", dir).status).toBe(
    0,
  );
  expect(state()).toBe("drained");
  expect(mirrors("enable", "a.example", "--list", dir).status).toBe(0);
  expect(state()).toBe("unknown");
  expect(readFileSync(file, "utf8")).toBe(siteText("a.example"));
  expect(mirrors("enable", "a.example", "--list", dir).status).toBe(1);
  expect(mirrors("drain", "b.example", "--by", "me", "--why", "x", "--list", dir).status).toBe(1);
});
