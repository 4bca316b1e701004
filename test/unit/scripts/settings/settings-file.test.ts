/** The file of settings: what is taken, systemd reads the same; what could be misread is refused with its line. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSettingsFile } from "../../../../scripts/settings/settings-file.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

/** Reads `environment.d/*.conf` with the same parser as `EnvironmentFile=`, and prints what it read. */
const generator = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

const taken = `# comment
; comment

PLAIN=value
  INDENTED = spaced around
URL=https://mirrors.example.org/?a=b&c
HASH=a#b;c
SINGLE='back \\n "quoted" # and $HOME'
DOUBLE="a \\"q\\" \\\\ b \\\` c"
EMPTY=
QUOTED_EMPTY=""
BEHIND="x"   
`;

const expected = {
  PLAIN: "value",
  INDENTED: "spaced around",
  URL: "https://mirrors.example.org/?a=b&c",
  HASH: "a#b;c",
  SINGLE: 'back \\n "quoted" # and $HOME',
  DOUBLE: 'a "q" \\ b ` c',
  EMPTY: "",
  QUOTED_EMPTY: "",
  BEHIND: "x",
};

it("takes what nobody can misread", () => {
  const { entries, wrong } = readSettingsFile(taken);
  expect(wrong).toEqual([]);
  expect(Object.fromEntries(entries.map(({ name, value }) => [name, value]))).toEqual(expected);
  expect(entries[0]).toEqual({ name: "PLAIN", value: "value", line: 4 });
  expect(readSettingsFile(taken.replaceAll("\n", "\r\n")).entries).toEqual(entries);
});

it.skipIf(!existsSync(generator))("systemd reads the same", () => {
  const folder = temporaryFolder("nearmirror-settings-");
  mkdirSync(join(folder, "environment.d"));
  // The generator fills variables in, which EnvironmentFile= doesn't.
  const text = taken.replace("$HOME", "HOME");
  writeFileSync(join(folder, "environment.d", "test.conf"), text);
  const { stdout } = spawnSync(generator, {
    encoding: "utf8",
    env: { XDG_CONFIG_HOME: folder, HOME: folder },
  });
  // It prints lines that a shell reads.
  const names = Object.keys(expected);
  const print = names.map((name) => `printf '%s\\0' "$${name}"`).join("\n");
  const shell = spawnSync("sh", ["-c", `${stdout}\n${print}`], { encoding: "utf8", env: {} });
  const values = shell.stdout.split("\0").slice(0, -1);
  const { entries } = readSettingsFile(text);
  expect(values).toEqual(entries.map(({ value }) => value));
  expect(values).toHaveLength(names.length);
});

it.each([
  ["what", /^1: This line is no NAME=VALUE/],
  ["export A=b", /^1: This line is no NAME=VALUE/],
  ["A-B=c", /^1: This line is no NAME=VALUE/],
  ["A=1\nB=2\nA=3", /^3: A is given twice: line 1 has it as well\.$/],
  ["A=b # for us", /^1: The value of A has a # behind it/],
  ["A=a\\b", /^1: The value of A has a quote or a backslash/],
  ["A=a \\\nB=c", /^1: The value of A has a quote or a backslash/],
  ["A='b", /^1: The value of A begins with '/],
  ["A='b' 'c'", /^1: The value of A begins with '/],
  ['A="b"c', /^1: The value of A begins with "/],
  ['A="b\\tc"', /^1: The value of A has a \\ in " "/],
])("refuses %j", (text, said) => {
  expect(readSettingsFile(text).wrong).toEqual([expect.stringMatching(said)]);
});

it("never tells a value", () => {
  const lines = ["A='hidden", "A=hid\\den", "A=hidden # x", 'A="hidden\\t"'];
  for (const line of lines) {
    expect(readSettingsFile(line).wrong.join()).not.toMatch(/hid/);
  }
});
